//! git's binary patches: `literal` and `delta`, zlib in base 85.
//!
//! Sizes and object ids are verified, so that nothing is applied to another file than the one that the patch was made from.

use std::io::Read;

use flate2::read::ZlibDecoder;
use sha1::{Digest, Sha1};

use super::Unreadable;

/// Larger contents are refused while they are read; GitHub takes no file beyond 100 MB.
const LIMIT: usize = 100 * 1024 * 1024;
const ALPHABET: &[u8; 85] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

/// The way from the old content to the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binary {
    /// 1-based line of `GIT binary patch` within the block.
    pub line: usize,
    /// Full object ids of the content before and after, from the `index` line.
    pub old_id: String,
    pub new_id: String,
    content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Literal(Vec<u8>),
    Delta(Vec<u8>),
}

impl Binary {
    /// The new content. `old` is the file before (empty for a new one).
    pub fn apply(&self, old: &[u8]) -> Result<Vec<u8>, String> {
        let is_new = self.old_id.bytes().all(|digit| digit == b'0');
        if is_new && !old.is_empty() {
            return Err("the patch makes a new file".into());
        }
        if !is_new && blob_id(old) != self.old_id {
            return Err(format!("the file is not the one that the patch was made from (object {})", short(&self.old_id)));
        }
        let new = match &self.content {
            Content::Literal(bytes) => bytes.clone(),
            Content::Delta(delta) => patch(old, delta).ok_or("the delta does not fit the file")?,
        };
        let gone = self.new_id.bytes().all(|digit| digit == b'0');
        if (gone && new.is_empty()) || blob_id(&new) == self.new_id {
            Ok(new)
        } else {
            Err(format!("the result is not the one that the patch names (object {})", short(&self.new_id)))
        }
    }
}

fn short(id: &str) -> &str {
    id.get(..10).unwrap_or(id)
}

/// The object id that git gives to a content (SHA-1).
pub fn blob_id(content: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("blob {}\0", content.len()).as_bytes());
    hash.update(content);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads the patch whose `GIT binary patch` is `lines[at]`; answers it and the index of the line after it.
pub fn read(lines: &[&str], at: usize, path: &str, index: Option<(&str, &str)>) -> Result<(Binary, usize), Unreadable> {
    let fault = |line: usize, reason: &str| Unreadable { line: line + 1, path: path.into(), reason: reason.into() };
    let full = |id: &&str| id.len() == 40 && id.bytes().all(|b| b.is_ascii_hexdigit());
    let Some((old_id, new_id)) = index.filter(|(old, new)| full(old) && full(new)) else {
        return Err(fault(at, "a binary patch needs an `index` line with both object ids in full"));
    };
    let (content, mut next) = side(lines, at + 1).map_err(|(line, reason)| fault(line, reason))?;
    if lines.get(next).is_some_and(|line| is_side(line)) {
        (_, next) = side(lines, next).map_err(|(line, reason)| fault(line, reason))?;
    }
    Ok((Binary { line: at + 1, old_id: old_id.into(), new_id: new_id.into(), content }, next))
}

fn is_side(line: &str) -> bool {
    line.starts_with("literal ") || line.starts_with("delta ")
}

/// One direction: `literal SIZE` or `delta SIZE`, lines in base 85, an empty line.
fn side(lines: &[&str], at: usize) -> Result<(Content, usize), (usize, &'static str)> {
    let head = lines.get(at).copied().unwrap_or_default().trim_end();
    let (word, size) = head.split_once(' ').ok_or((at, "`literal SIZE` or `delta SIZE` expected"))?;
    let size: usize = size.parse().ok().filter(|size| *size <= LIMIT).ok_or((at, "the size of a binary patch cannot be read"))?;
    let mut packed = Vec::new();
    let mut next = at + 1;
    while let Some(line) = lines.get(next).map(|line| line.trim_end_matches('\r')).filter(|line| !line.is_empty()) {
        decode(line.as_bytes(), &mut packed).ok_or((next, "a line of a binary patch is damaged"))?;
        next += 1;
    }
    let mut bytes = Vec::new();
    let reading = ZlibDecoder::new(packed.as_slice()).take(size as u64 + 1).read_to_end(&mut bytes);
    if reading.is_err() || bytes.len() != size {
        return Err((at, "a binary patch does not unpack to the size that it names: it is cut off or damaged"));
    }
    let content = match word {
        "literal" => Content::Literal(bytes),
        "delta" => Content::Delta(bytes),
        _ => return Err((at, "`literal SIZE` or `delta SIZE` expected")),
    };
    Ok((content, next + usize::from(next < lines.len())))
}

/// One line: a letter for the number of bytes, then five characters for each four of them.
fn decode(line: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let (&length, groups) = line.split_first()?;
    let mut left = match length {
        b'A'..=b'Z' => usize::from(length - b'A') + 1,
        b'a'..=b'z' => usize::from(length - b'a') + 27,
        _ => return None,
    };
    if groups.len() != left.div_ceil(4) * 5 {
        return None;
    }
    for group in groups.chunks(5) {
        let value = group.iter().try_fold(0_u64, |value, byte| {
            let digit = ALPHABET.iter().position(|letter| letter == byte)?;
            Some(value * 85 + digit as u64)
        })?;
        let bytes = u32::try_from(value).ok()?.to_be_bytes();
        let taken = left.min(4);
        out.extend_from_slice(bytes.get(..taken)?);
        left -= taken;
    }
    Some(())
}

/// A git delta: the two sizes, then copies from the old content and insertions.
fn patch(old: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    let mut rest = delta;
    let (from, to) = (varint(&mut rest)?, varint(&mut rest)?);
    if from != old.len() || to > LIMIT {
        return None;
    }
    let mut new = Vec::with_capacity(to);
    while let Some((&op, after)) = rest.split_first() {
        rest = after;
        if op & 0x80 != 0 {
            let mut number = |bits: std::ops::Range<u32>| -> Option<usize> {
                let mut value = 0;
                for (place, bit) in bits.enumerate() {
                    if op & (1 << bit) != 0 {
                        let (&byte, after) = rest.split_first()?;
                        rest = after;
                        value |= usize::from(byte) << (8 * place);
                    }
                }
                Some(value)
            };
            let (offset, size) = (number(0..4)?, number(4..7)?);
            let size = if size == 0 { 0x10000 } else { size };
            new.extend_from_slice(old.get(offset..offset.checked_add(size)?)?);
        } else {
            let size = usize::from(op);
            new.extend_from_slice(rest.get(..size).filter(|_| size > 0)?);
            rest = rest.get(size..)?;
        }
        if new.len() > to {
            return None;
        }
    }
    (new.len() == to).then_some(new)
}

fn varint(rest: &mut &[u8]) -> Option<usize> {
    let mut value = 0_usize;
    for place in 0..9 {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        value |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
