//! Names of files that look like other names: letters of two scripts in one word, or letters that pass for plain ones.
//!
//! A name in another script is welcome; one that a reviewer would take for a different name is not.

use unicode_script::{Script, UnicodeScript};
use unicode_security::skeleton;

use super::forms::Draft;
use super::seen::{UnseenKind, is_unseen, visibly};
use super::touched::of_change;
use super::{Gap, Step, Unseen, gaps};

/// At most so many are told.
const MOST: usize = 50;

/// A character that makes a name look like another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lookalike {
    pub character: char,
    /// 1-based, in characters of the path.
    pub place: usize,
    /// The plain characters that it may be taken for, where there are any.
    pub plain: Option<char>,
}

/// The files of the steps with such names: as gaps, and as what people do not see.
pub fn find(steps: &[(Draft, Step)], line_of: impl Fn(&Draft, &str) -> Option<usize>) -> (Vec<Gap>, Vec<Unseen>) {
    let (mut found, mut unseen) = (Vec::new(), Vec::new());
    for (draft, step) in steps {
        for path in &step.files {
            let Some(lookalike) = in_path(path).filter(|_| found.len() < MOST) else { continue };
            let edit = step.edits.iter().find(|edit| of_change(&edit.change).iter().any(|(other, _)| other == path));
            let line = line_of(draft, path).or(edit.map(|edit| edit.line)).unwrap_or(step.line);
            found.push(gaps::lookalike(&step.number, path, lookalike, line));
            unseen.push(Unseen {
                kind: UnseenKind::LookalikeInPath,
                line,
                extract: spelt_out(path, lookalike.character),
                in_code: edit.is_some(),
                document: String::new(),
            });
        }
    }
    (found, unseen)
}

/// The path with the character by its number, as it would not be seen otherwise.
fn spelt_out(path: &str, character: char) -> String {
    visibly(&path.replace(character, &format!("[U+{:04X}]", u32::from(character))))
}

/// The first character of a path that makes it look like another one.
pub fn in_path(path: &str) -> Option<Lookalike> {
    if path.is_ascii() {
        return None;
    }
    let mut at = 0;
    path.split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric()).find_map(|word| {
        let before = at;
        at += word.chars().count() + 1;
        let (place, character) = in_word(word)?;
        Some(Lookalike { character, place: before + place + 1, plain: plain(character) })
    })
}

fn in_word(word: &str) -> Option<(usize, char)> {
    let mut letters = word.chars().enumerate().filter(|(_, c)| c.is_alphabetic());
    let has = |script: Script| word.chars().any(|c| c.is_alphabetic() && c.script() == script);
    let latin = word.chars().any(|c| c.is_ascii_alphabetic() || is_plain_latin(c));
    let disguised = !word.chars().any(|c| c.is_alphabetic() && plain(c).is_none() && !c.is_ascii());
    let alike = [Script::Cyrillic, Script::Greek, Script::Armenian, Script::Cherokee, Script::Coptic].into_iter().find(|s| has(*s));
    let mixed = alike.filter(|_| latin).and_then(|script| letters.find(|(_, c)| c.script() == script));
    mixed.or_else(|| {
        word.chars().enumerate().find(|(_, c)| {
            let passes = !c.is_ascii() && !is_plain_latin(*c) && plain(*c).is_some();
            // Kana and ideographs stand beside Latin letters in honest names.
            let eastern = matches!(c.script(), Script::Han | Script::Hiragana | Script::Katakana | Script::Hangul | Script::Bopomofo);
            is_unseen(*c) || passes && (!c.is_alphabetic() || (latin && !eastern) || disguised)
        })
    })
}

/// Letters of European languages, which their readers tell apart.
fn is_plain_latin(c: char) -> bool {
    c.is_alphabetic() && ('\u{80}'..='\u{24f}').contains(&c)
}

/// The ASCII character for which one may be taken: the two are drawn alike (Unicode Technical Standard 39).
fn plain(c: char) -> Option<char> {
    let drawn = |c: char| skeleton(c.encode_utf8(&mut [0; 4])).collect::<String>();
    let shape = drawn(c);
    if c.is_ascii() || !shape.is_ascii() {
        return None;
    }
    ('a'..='z').chain('A'..='Z').chain('!'..='`').chain('{'..='~').find(|plain| drawn(*plain) == shape)
}

/// Words for a character: its script, itself where it shows, its number.
pub fn named(c: char) -> String {
    let number = format!("U+{:04X}", u32::from(c));
    let script = c.script();
    if is_unseen(c) {
        format!("an invisible character ({number})")
    } else if matches!(script, Script::Common | Script::Inherited | Script::Unknown) {
        format!("“{c}” ({number})")
    } else {
        format!("the {} “{c}” ({number})", script.full_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_looks_like_another_is_told_with_its_place() {
        for (path, place, plain) in [
            ("src/m\u{430}in.rs", 6, Some('a')),
            ("s\u{0434}c/main.rs", 2, None),
            ("\u{441}\u{43e}\u{440}.rs", 1, Some('c')),
            ("src/\u{ff4d}ain.rs", 5, Some('m')),
            ("src\u{2215}main.rs", 4, Some('/')),
            ("src/\u{3bf}.rs", 5, Some('o')),
            ("src/a\u{200b}b.rs", 6, None),
            ("a/\u{1d41a}b.rs", 3, Some('a')),
        ] {
            let found = in_path(path).map(|found| (found.place, found.plain));
            assert_eq!(found, Some((place, plain)), "{path}");
        }
    }

    #[test]
    fn a_name_in_another_script_is_welcome() {
        for path in [
            "docs/руководство.md",
            "docs/手册.md",
            "ノート/設定file.ts",
            "한국어/readme.md",
            "größe/café_ñandú.rs",
            "sınıf/ışık.java",
            "docs/οδηγός.md",
            "دليل/ملف.md",
            "a/b-c_d.rs",
        ] {
            assert_eq!(in_path(path), None, "{path}");
        }
    }
}
