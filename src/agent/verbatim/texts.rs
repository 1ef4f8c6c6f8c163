//! Finding whole lines in a file. Linear in the file's length, whatever the texts are.

use memchr::memmem::Finder;

/// How many places are told of a text that occurs too often.
const TOLD: usize = 3;

/// Where a text stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    Never,
    /// The byte at which it begins.
    Once(usize),
    /// The first bytes at which it begins, and whether there are more.
    Often(Vec<usize>, bool),
}

/// Where `needle` begins at the start of a line of `hay`; occurrences may overlap. Without a newline at its end it must end the file.
pub fn find(hay: &[u8], needle: &[u8]) -> Found {
    search(hay, needle, |at| fits(hay, needle, at))
}

/// Where `needle` begins at the start of a line, whatever follows it.
pub fn find_beginnings(hay: &[u8], needle: &[u8]) -> Found {
    search(hay, needle, |at| begins_line(hay, at))
}

fn search(hay: &[u8], needle: &[u8], fits: impl Fn(usize) -> bool) -> Found {
    let finder = Finder::new(needle);
    let mut places = Vec::new();
    let mut from = 0;
    while let Some(at) = hay.get(from..).and_then(|rest| finder.find(rest)).map(|at| at + from) {
        from = at + 1;
        if !fits(at) {
            continue;
        }
        if places.len() == TOLD {
            return Found::Often(places, true);
        }
        places.push(at);
    }
    match places.as_slice() {
        [] => Found::Never,
        [one] => Found::Once(*one),
        _ => Found::Often(places, false),
    }
}

/// Whether the needle stands at this byte, between line ends.
pub fn fits(hay: &[u8], needle: &[u8], at: usize) -> bool {
    let stands = hay.get(at..).is_some_and(|rest| rest.starts_with(needle));
    begins_line(hay, at) && stands && (needle.ends_with(b"\n") || at + needle.len() == hay.len())
}

fn begins_line(hay: &[u8], at: usize) -> bool {
    at == 0 || hay.get(at - 1) == Some(&b'\n')
}

/// The 1-based line of a byte.
pub fn line_of(hay: &[u8], at: usize) -> usize {
    memchr::memchr_iter(b'\n', hay.get(..at).unwrap_or(hay)).count() + 1
}

/// The byte at which a 1-based line begins; the line after the last one begins at the end.
pub fn start_of(hay: &[u8], line: usize) -> Option<usize> {
    match line {
        0 => None,
        1 => Some(0),
        _ => memchr::memchr_iter(b'\n', hay).nth(line - 2).map(|at| at + 1),
    }
}
