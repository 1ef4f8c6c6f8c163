//! Whether a reviewer's words ask for anything. In doubt they do.

use super::comment::{Kind, lines, shown};
use crate::spec;

/// Words of praise, thanks and assent: a comment of nothing else asks for nothing.
const IDLE: [&str; 56] = [
    "lgtm",
    "looks",
    "good",
    "great",
    "nice",
    "thanks",
    "thank",
    "you",
    "to",
    "me",
    "ok",
    "okay",
    "done",
    "agreed",
    "agree",
    "i",
    "makes",
    "sense",
    "cool",
    "perfect",
    "excellent",
    "awesome",
    "love",
    "it",
    "this",
    "yes",
    "yep",
    "yeah",
    "sure",
    "fine",
    "now",
    "very",
    "so",
    "much",
    "well",
    "work",
    "job",
    "catch",
    "point",
    "all",
    "ship",
    "clean",
    "neat",
    "super",
    "really",
    "that",
    "that's",
    "works",
    "for",
    "fair",
    "enough",
    "nvm",
    "never",
    "mind",
    "like",
    "approved",
];

/// Whether a comment's own words ask for something, or are more than praise and assent.
pub fn for_something(comment: &str) -> bool {
    if !spec::suggestions(comment).is_empty() {
        return true;
    }
    let own = own_words(comment);
    if own.contains('?') {
        return true;
    }
    let words = words(&own);
    !words.iter().all(|word| IDLE.contains(&word.as_str()))
}

/// Whether a review's words only lead to its comments, as in "A few comments inline".
pub fn points_to_threads(words_of_review: &str) -> bool {
    const LEADS: [&str; 9] = ["comment", "comments", "inline", "below", "nit", "nits", "suggestion", "suggestions", "remarks"];
    let words = words(&own_words(words_of_review));
    words.len() <= 14 && words.iter().any(|word| LEADS.contains(&word.as_str()))
}

fn own_words(comment: &str) -> String {
    let comment = shown(comment);
    let own: Vec<&str> =
        lines(&comment).into_iter().filter(|(_, _, kind)| matches!(kind, Kind::Own | Kind::Fenced)).map(|(_, line, _)| line).collect();
    own.join("\n")
}

/// In small letters, without the names of emoji and what is not written in letters.
fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('’', "'");
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '!' | '.'));
    let emoji = |word: &str| word.len() > 2 && word.starts_with(':') && word.ends_with(':');
    words
        .filter(|word| !emoji(word))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned())
        .filter(|word| !word.is_empty() && word != "1")
        .collect()
}
