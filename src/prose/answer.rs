//! Answers to a question about a run: a model's, and without a model what the specification itself says about it.

use std::collections::{BTreeMap, BTreeSet};

use super::block::{block, fence, quoted};
use super::text::{inline, inline_to, list};
use crate::specification::{self, Sentence, Specification};

/// Passages of the specification that are quoted.
const MOST: usize = 3;
/// Characters of a passage, and lines of one that is code.
const LONGEST: usize = 600;
const CODE: usize = 12;

const ONLY_WORDS: &str =
    "<sub>An answer changes nothing. To change what is built, edit the issue; `/journeyman help` lists the commands.</sub>\n";

/// What a model answered, with the places that it looked at.
pub fn answer(text: &str, places: &[String]) -> String {
    let from = if places.is_empty() { String::new() } else { format!("Looked at: {}\n\n", list(places, places.len())) };
    format!("{}\n\n{from}{ONLY_WORDS}", block(text).trim_end())
}

/// Without a model: the passages of the specification that share the most telling words with the question, and where the run stands.
pub fn answer_without_model(question: &str, specification: &Specification, specification_text: &str, state: &str) -> String {
    let text = specification::seen(specification_text).0;
    let found = passages(question, specification, &text);
    let mut out = String::from("No model answers this in its own words, so I quote.\n\n");
    if found.is_empty() {
        out.push_str("I found nothing in the specification that shares a telling word with the question.\n\n");
    } else {
        out.push_str("The specification says, where it shares the most words with the question:\n\n");
    }
    for passage in &found {
        let step = passage.step.map(|number| format!(", step {}", inline(number))).unwrap_or_default();
        out.push_str(&format!("Line {}{step}:\n\n{}\n\n", passage.line, quoted(&shown(&passage.sentences))));
    }
    out.push_str(&format!("Where the run stands: {}\n\n{ONLY_WORDS}", state.trim()));
    out
}

/// A paragraph, an item or a block of code of the specification.
struct Passage<'a> {
    line: usize,
    step: Option<&'a str>,
    sentences: Vec<Sentence>,
    words: BTreeSet<String>,
}

fn passages<'a>(question: &str, specification: &'a Specification, text: &str) -> Vec<Passage<'a>> {
    let mut all = all(specification, text);
    let mut common: BTreeMap<String, usize> = BTreeMap::new();
    for word in all.iter().flat_map(|passage| &passage.words) {
        *common.entry(word.clone()).or_default() += 1;
    }
    let asked = telling(question);
    let named = named_steps(question);
    let count = all.len();
    // A word that stands everywhere tells little.
    let weight = |word: &String| 1000 * (count + 1 - common.get(word).copied().unwrap_or(count).min(count)) / (count + 1) + 100;
    let score = |passage: &Passage<'_>| -> usize {
        let shared: usize = passage.words.intersection(&asked).map(weight).sum();
        shared + if passage.step.is_some_and(|step| named.contains(&step.to_lowercase())) { 1000 } else { 0 }
    };
    all.retain(|passage| score(passage) > 0);
    all.sort_by_key(|passage| (std::cmp::Reverse(score(passage)), passage.line));
    all.truncate(MOST);
    all
}

/// Every passage, with the words of the heading above it. A heading is one itself only where nothing stands below it.
fn all<'a>(specification: &'a Specification, text: &str) -> Vec<Passage<'a>> {
    let lines: Vec<&str> = text.lines().collect();
    let sentences = specification::sentences(text);
    let mut blocks: Vec<Vec<Sentence>> = Vec::new();
    for sentence in sentences {
        match blocks.last_mut() {
            Some(block) if block.first().is_some_and(|first| first.block == sentence.block) => block.push(sentence),
            _ => blocks.push(vec![sentence]),
        }
    }
    let is_heading = |block: &Vec<Sentence>| block.first().is_some_and(|first| first.is_heading);
    let mut found = Vec::new();
    let mut above = BTreeSet::new();
    for (at, block) in blocks.iter().enumerate() {
        let mut words: BTreeSet<String> = block.iter().flat_map(|sentence| telling(&sentence.text)).collect();
        if is_heading(block) {
            above.clone_from(&words);
            if blocks.get(at + 1).is_some_and(|next| !is_heading(next)) {
                continue;
            }
        } else {
            words.extend(above.iter().cloned());
        }
        let Some(line) = block.first().map(|first| first.line) else { continue };
        let raw = lines.get(line - 1).map_or("", |raw| raw.trim());
        let within = specification.steps.iter().rev().find(|step| step.line == line || step.line < line && step.instructions.contains(raw));
        found.push(Passage { line, step: within.map(|step| step.number.as_str()), sentences: block.clone(), words });
    }
    found
}

fn shown(sentences: &[Sentence]) -> String {
    match sentences {
        [only] if only.is_code => {
            let more = if only.text.lines().nth(CODE).is_some() { "\n…" } else { "" };
            fence(&format!("{}{more}", only.text.lines().take(CODE).collect::<Vec<_>>().join("\n")))
        }
        several => inline_to(&several.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" "), LONGEST),
    }
}

/// `step 2`, `Step 1.3`.
fn named_steps(question: &str) -> BTreeSet<String> {
    let words: Vec<String> =
        question.to_lowercase().split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()).collect();
    words.windows(2).filter(|pair| pair.first().is_some_and(|word| word == "step")).filter_map(|pair| pair.last().cloned()).collect()
}

/// The words of a text that tell what it is about, without their endings.
fn telling(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
        let chars: Vec<char> = word.chars().collect();
        if chars.iter().any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')) {
            found.extend(chars.windows(2).map(|pair| pair.iter().collect::<String>()));
        } else if chars.len() > 2 && !EVERYWHERE.contains(&format!(" {word} ")) {
            found.insert(stem(word).to_owned());
        }
    }
    found
}

fn stem(word: &str) -> &str {
    let cut = |end: &str, least: usize| word.strip_suffix(end).filter(|stem| stem.chars().count() >= least);
    cut("ing", 4).or_else(|| cut("ed", 4)).or_else(|| cut("es", 4)).or_else(|| cut("s", 3)).or_else(|| cut("e", 4)).unwrap_or(word)
}

const EVERYWHERE: &str = " the and for with are was were been being have has had does did doing will would can could should shall may might must what \
    which who whom whose when where why how this that these those its there here you your yours our ours they them their his her not yes but \
    then than from into about over under after before please tell say says know let also only just some any all each every more most very \
    journeyman bot step steps specification spec issue question answer out off per via one two ";

#[cfg(test)]
mod tests {
    use expect_test::expect_file;

    use super::*;

    const TEXT: &str = "# Greeting\n\nThe program greets people. <!-- tell: the colour is secret -->\n\n## Step 1: Say hello\n\n\
        Add `hello()` to `src/lib.rs`, for @ada. Colours are off by default.\n\n## Step 2: Greet by name\n\n\
        `greet(name)` returns `Hello, NAME!`.\n\n```rust\nassert_eq!(greet(\"Ada\"), \"Hello, Ada!\"); // <!-- name -->\n```\n\n\
        ## Acceptance criteria\n\n- An empty name is an error\n- # not a heading\n";

    fn said(question: &str) -> String {
        answer_without_model(question, &specification::read(TEXT).specification, TEXT, "Building step 2 of 2.")
    }

    #[test]
    fn without_a_model_the_specification_is_quoted() {
        let told = [
            said("@journeyman which colours does it use?"),
            said("And what happens with empty names?"),
            said("What is in step 2?"),
            said("Will it rain tomorrow?"),
        ];
        expect_file!["../../fixtures/prose/answer-without-model.md"].assert_eq(&told.join("\n---\n\n"));
    }

    #[test]
    fn what_is_hidden_is_neither_found_nor_quoted() {
        assert!(!said("Is the colour secret?").contains("tell: the colour"));
        assert!(said("What is secret?").contains("I found nothing in the specification"));
    }

    #[test]
    fn a_models_words_are_quiet_and_end_in_what_can_be_done() {
        let text = "It does (@ada):\n\n- `hello()` returns <b>text</b>\n\n# Done";
        expect_file!["../../fixtures/prose/answer.md"].assert_eq(&answer(text, &["src/lib.rs:3".into(), "README.md".into()]));
    }
}
