//! The words by which people name the parts of a specification, in the languages that are read.
//!
//! A section's role comes from the whole of its title: every word of it is a role's or stands beside one. "Risks" is a role;
//! "Reduce the risks of parallel writes" is somebody's own words.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::pattern::{Pattern, is_one_of};

mod languages;
mod words;
pub use languages::LANGUAGES;
use words::*;

/// What a heading's words promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Steps follow.
    Plan,
    /// Steps may follow, where no better place has them.
    Outline,
    Acceptance,
    Verification,
    OutOfScope,
    Questions,
    /// The team's habit for every change: criteria only where there are no others.
    DefinitionOfDone,
    /// Background, notes, risks, designs: nothing in it is a step, unless no better place has steps.
    Aside,
    /// Never a place of steps: how to reproduce, an example, somebody's original brief, a parallel run of the same tasks.
    Foreign,
    Other,
}

impl Topic {
    /// Whether steps are looked for below such a heading in the first place.
    pub fn may_hold_steps(self) -> bool {
        matches!(self, Self::Plan | Self::Outline | Self::Other)
    }
}

/// What decides first comes first.
const ENGLISH: [(Topic, &[&str]); 9] = [
    (Topic::Foreign, FOREIGN),
    (Topic::Questions, QUESTIONS),
    (Topic::OutOfScope, OUT_OF_SCOPE),
    (Topic::Acceptance, ACCEPTANCE),
    (Topic::Plan, PLAN),
    (Topic::Verification, VERIFICATION),
    (Topic::Outline, OUTLINE),
    (Topic::Aside, ASIDE),
    (Topic::Aside, ASIDE_PART),
];

/// Every phrase with its role, as its words; those of other languages too.
static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let mut phrases = Phrases::default();
    for language in LANGUAGES {
        let rows = [
            (Topic::OutOfScope, language.out_of_scope),
            (Topic::Acceptance, language.acceptance),
            (Topic::Questions, language.questions),
            (Topic::Plan, language.plan),
            (Topic::Verification, language.verification),
            (Topic::Aside, language.aside),
        ];
        rows.iter().for_each(|(topic, list)| phrases.add(*topic, list));
    }
    ENGLISH.iter().for_each(|(topic, list)| phrases.add(*topic, list));
    phrases.add(Topic::DefinitionOfDone, &["definition of done", "dod", "definition of ready"]);
    phrases
});

#[derive(Default)]
struct Phrases {
    by_first: BTreeMap<String, Vec<(Vec<String>, Topic)>>,
    /// Of languages that are written without blanks.
    unspaced: Vec<(String, Topic)>,
}

impl Phrases {
    fn add(&mut self, topic: Topic, list: &[&str]) {
        for phrase in list {
            if is_unspaced(phrase) {
                self.unspaced.push(((*phrase).to_owned(), topic));
                continue;
            }
            let words = tokens(phrase);
            if let Some(first) = words.first().cloned() {
                let entry = self.by_first.entry(first).or_default();
                if !entry.iter().any(|(known, _)| *known == words) {
                    entry.push((words, topic));
                }
            }
        }
    }

    /// The longest phrase that begins here.
    fn at(&self, words: &[String]) -> Option<(usize, Topic)> {
        let phrases = self.by_first.get(words.first()?)?;
        let fits = phrases.iter().filter(|(phrase, _)| words.starts_with(phrase));
        fits.max_by_key(|(phrase, _)| phrase.len()).map(|(phrase, topic)| (phrase.len(), *topic))
    }

    /// The phrase that an unspaced text begins with, the longest first.
    fn unspaced_at(&self, text: &str) -> Option<(usize, Topic)> {
        let fits = self.unspaced.iter().filter(|(phrase, _)| text.starts_with(phrase.as_str()));
        fits.max_by_key(|(phrase, _)| phrase.len()).map(|(phrase, topic)| (phrase.len(), *topic))
    }
}

fn is_unspaced(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'))
}

/// Words and numbers, apostrophes and hyphens within words kept apart.
fn tokens(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The topic of a heading, from the whole of its plain words.
pub fn topic(title: &str) -> Topic {
    let words = normal(title);
    let whole = title.to_lowercase();
    let settled = ["resolved", "answered", "已解决", "解決済"].iter().any(|word| whole.contains(word)) && !whole.contains("unresolved");
    if settled && topic_of(words.replace("resolved", "").replace("answered", "").trim()) == Topic::Questions || words == "clarifications" {
        return Topic::Aside;
    }
    topic_of(&words)
}

fn topic_of(words: &str) -> Topic {
    if is_unspaced(words) {
        return topic_of_unspaced(words);
    }
    let all = tokens(words);
    if all.first().is_some_and(|first| first == "goals") && words.contains("non") {
        return Topic::Aside;
    }
    match tiled(&all) {
        Some(topics) => decided(&topics, all.len()),
        None => begun(&all),
    }
}

/// The roles of the phrases that a title is made of; `None` where a word is nobody's.
fn tiled(words: &[String]) -> Option<Vec<(Topic, usize)>> {
    let mut topics = Vec::new();
    let mut at = 0;
    while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
        match PHRASES.at(rest) {
            Some((length, topic)) => {
                topics.push((topic, length));
                at += length;
            }
            None if is_one_of(FILLER, rest.first()?) || rest.first()?.chars().all(|c| c.is_ascii_digit()) => at += 1,
            None => return None,
        }
    }
    Some(topics)
}

/// Of several roles in one title the one that is least a plan: "Rollback plan", "Testing and acceptance criteria".
fn decided(topics: &[(Topic, usize)], words: usize) -> Topic {
    let order = [
        Topic::Foreign,
        Topic::Questions,
        Topic::OutOfScope,
        Topic::Acceptance,
        Topic::DefinitionOfDone,
        Topic::Aside,
        Topic::Verification,
        Topic::Plan,
        Topic::Outline,
    ];
    // A plan is one by its own words: "Implementation plan", "Tasks and subtasks".
    if let [(Topic::Plan | Topic::Outline, _), (Topic::Aside, 1)] = topics
        && words > 1
    {
        return topics.first().map_or(Topic::Other, |(topic, _)| *topic);
    }
    order.into_iter().find(|topic| topics.iter().any(|(other, _)| other == topic)).unwrap_or(Topic::Other)
}

/// What cannot be anything else, whatever follows: "Acceptance criteria for the export", "Implementation plan: Storage".
fn begun(words: &[String]) -> Topic {
    const TAILS: &[&str] = &["for", "of", "in", "to", "by", "from", "at", "and", "für", "pour", "para", "per", "voor", "dla", "для"];
    let Some((length, topic)) = PHRASES.at(words) else { return Topic::Other };
    let tail = words.get(length).is_some_and(|word| TAILS.contains(&word.as_str()));
    let plain = matches!(topic, Topic::Acceptance | Topic::OutOfScope | Topic::Questions) && length > 1 && tail;
    let starts = |list: &[&str]| list.iter().any(|phrase| words.starts_with(&tokens(phrase)));
    if plain {
        topic
    } else if starts(PLAN_START) {
        Topic::Plan
    } else if starts(OUTLINE_START) {
        Topic::Outline
    } else if topic == Topic::Foreign && length > 1 {
        Topic::Foreign
    } else {
        Topic::Other
    }
}

fn topic_of_unspaced(words: &str) -> Topic {
    let mut topics = Vec::new();
    let mut rest = words;
    while !rest.is_empty() {
        if let Some((length, topic)) = PHRASES.unspaced_at(rest) {
            topics.push((topic, 1));
            rest = rest.get(length..).unwrap_or_default();
            continue;
        }
        let Some(first) = rest.chars().next() else { break };
        let filler = !first.is_alphanumeric() || is_one_of(FILLER, first.encode_utf8(&mut [0; 4]));
        if !filler {
            return Topic::Other;
        }
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    decided(&topics, 1)
}

/// Lower case, without decoration, numbering, bracketed remarks and a colon at the end.
fn normal(title: &str) -> String {
    static NUMBER: Pattern = Pattern::new(r"^(?:\d+(?:\.\d+)*[.):、]?|[一二三四五六七八九十]+、)\s*");
    static REMARK: Pattern = Pattern::new(r"\s*[(（\[][^)）\]]*[)）\]]\s*");
    let text = title.replace(['*', '`', '_'], "").replace('’', "'").to_lowercase();
    let text = text.trim_start_matches(|char: char| !char.is_alphanumeric());
    let text = REMARK.replace_all(&NUMBER.replace_all(text, ""), " ");
    text.trim().trim_end_matches([':', '：', '.', '!', '?', ' ']).to_owned()
}

/// Whether the words name one of several options.
pub fn is_option(title: &str) -> bool {
    static OPTION: Pattern = Pattern::new(
        r"(?i)^(?:\d+(?:\.\d+)*[.)]?\s*)?(?:option|alternative|approach|choice|variant|方案|选项|選択肢|案)\s*(?:P\d+[-–])?([A-Hα-δ]|\d|[一二三四])\b",
    );
    OPTION.is_in(title.trim_start_matches(['*', '_', '`']))
}

/// Whether the words begin by telling somebody to change something.
pub fn is_imperative(words: &str) -> bool {
    let first = words.split(|char: char| !char.is_alphanumeric() && char != '-').find(|word| !word.is_empty());
    first.is_some_and(|word| is_one_of(IMPERATIVE, word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_a_role_as_a_whole_and_its_words_are_words() {
        for (title, role) in [
            ("STEPS", Topic::Plan),
            ("Implementation Plan: Storage", Topic::Plan),
            ("Risks and mitigations", Topic::Aside),
            ("Goals / Non-Goals", Topic::Aside),
            ("Open Questions (Resolved)", Topic::Aside),
            ("Out of scope for this change", Topic::OutOfScope),
            ("What We're NOT Doing", Topic::OutOfScope),
            ("Parallel Execution Examples", Topic::Foreign),
            ("Steps to Reproduce", Topic::Foreign),
            ("Rollback plan", Topic::Aside),
            ("Dependencies & Execution Order", Topic::Aside),
            ("Akzeptanzkriterien", Topic::Acceptance),
            ("Critères d’acceptation", Topic::Acceptance),
            ("受入条件", Topic::Acceptance),
            ("后续步骤与开发清单", Topic::Plan),
            ("범위 외", Topic::OutOfScope),
            ("Definition of Done", Topic::DefinitionOfDone),
            ("Parallel import", Topic::Other),
            ("Add deferred loading", Topic::Other),
            ("Order history", Topic::Other),
            ("User preferences", Topic::Other),
            ("Make builds reproducible", Topic::Other),
            ("Add acceptance tests", Topic::Other),
            ("任务栏图标", Topic::Other),
        ] {
            assert_eq!(topic(title), role, "{title}");
        }
    }
}
