//! Finding what somebody quotes from a text: whole sentences, however white space, quotation marks and emphasis were copied.

use std::collections::BTreeSet;

use super::Sentence;

/// Fewer words say which sentence is meant only if they are all of it.
const WORDS: usize = 3;

/// A text's sentences, to be found by their words.
#[derive(Debug)]
pub struct Quoted<'a> {
    sentences: &'a [Sentence],
    words: String,
    /// Where each sentence begins in `words`.
    starts: Vec<usize>,
}

impl<'a> Quoted<'a> {
    pub fn of(sentences: &'a [Sentence]) -> Self {
        let (mut words, mut starts) = (String::from(" "), Vec::new());
        for sentence in sentences {
            starts.push(words.len());
            words.push_str(&normal(&sentence.text));
            words.push(' ');
        }
        Self { sentences, words, starts }
    }

    /// The sentences (from 0) that a quotation touches, whole: a part of a sentence may say the opposite of it. Where it stands several times,
    /// those that are not `used` yet. The error completes "“…” …".
    pub fn find(&self, quotation: &str, used: &BTreeSet<usize>) -> Result<Vec<usize>, &'static str> {
        let wanted = normal(quotation);
        let wanted = wanted.as_str();
        if !wanted.contains(char::is_alphanumeric) {
            return Err("says nothing");
        }
        let inner = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
        let whole = |at: &usize| {
            let before = self.words.get(..*at).and_then(|text| text.chars().next_back());
            let after = self.words.get(at + wanted.len()..).and_then(|text| text.chars().next());
            !(inner(before) && inner(wanted.chars().next()) || inner(after) && inner(wanted.chars().next_back())) || is_cjk(wanted)
        };
        let places = self.words.match_indices(wanted).map(|(at, _)| at).filter(whole);
        let mut touched = places.map(|at| self.touched(at, at + wanted.len())).peekable();
        let first = touched.peek().cloned().ok_or("does not stand in the issue")?;
        let short = wanted.split_whitespace().count() < WORDS && !is_cjk(wanted);
        if short && !first.iter().any(|index| self.sentences.get(*index).is_some_and(|sentence| same(&sentence.text, wanted))) {
            return Err("is too short to tell which sentence is meant: quote the whole sentence");
        }
        Ok(touched.find(|indices| indices.iter().any(|index| !used.contains(index))).unwrap_or(first))
    }

    fn touched(&self, from: usize, to: usize) -> Vec<usize> {
        let first = self.starts.partition_point(|start| *start <= from).saturating_sub(1);
        let last = self.starts.partition_point(|start| *start < to).saturating_sub(1);
        (first..=last).collect()
    }
}

fn same(sentence: &str, wanted: &str) -> bool {
    normal(sentence).trim_matches(|char: char| !char.is_alphanumeric()) == wanted.trim_matches(|char: char| !char.is_alphanumeric())
}

/// Words without spaces between them.
fn is_cjk(text: &str) -> bool {
    text.chars().any(|char| matches!(char, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'))
}

/// The words alone: small letters, single spaces, no marks of Markdown, no quotation marks, and no stops after words.
fn normal(text: &str) -> String {
    let lines = text.lines().map(without_mark).collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(lines.len());
    for char in lines.chars() {
        match char {
            '*' | '_' | '`' | '~' | '|' | '\\' | '"' | '\'' | '“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’' | '‚' => {}
            '‐'..='―' => out.push('-'),
            char => out.extend(char.to_lowercase()),
        }
    }
    let words = out.split_whitespace().map(|word| word.trim_end_matches(['.', ',', ';', ':', '!', '?', '…']));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Without the mark that makes a heading, an item, a box or a quotation of a line.
fn without_mark(line: &str) -> &str {
    let mut rest = line.trim();
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let numbered = rest.get(digits..).and_then(|after| after.strip_prefix(". ").or_else(|| after.strip_prefix(") ")));
        let marks = ["- ", "* ", "+ ", "> ", "[ ] ", "[x] ", "[X] ", "# ", "## ", "### ", "#### ", "##### ", "###### "];
        let marked = marks.iter().find_map(|mark| rest.strip_prefix(mark));
        match marked.or_else(|| numbered.filter(|_| digits > 0)) {
            Some(after) => rest = after.trim_start(),
            None => return rest,
        }
    }
}
