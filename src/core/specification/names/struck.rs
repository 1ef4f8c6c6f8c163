//! What an author struck out of a heading or an item.

use std::borrow::Cow;

use super::{NUMBER_ONLY, of_heading, own_box};
use crate::specification::pattern::Pattern;
use crate::specification::vocabulary::is_imperative;

/// How much of a heading's or an item's words is struck out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Strike {
    /// Nothing, or words that others stand for: "~~Add a~~ Add b".
    Nothing,
    /// All but its number, and a remark behind it: "2. ~~Add c~~ (moved)".
    Whole,
    /// Its beginning, with these words; and what follows neither says what else to do nor is a remark by its form.
    Beginning(String),
}

/// What is struck out of the line of a heading or an item, as written, without its marks of Markdown.
pub fn strike(raw: &str) -> Strike {
    let raw = &*with_tildes(raw);
    let bare = raw.trim().trim_matches(['*', '_', ' ']);
    let parts = bare.split_once("~~").and_then(|(lead, rest)| Some((lead, rest.split_once("~~")?)));
    let Some((lead, (inner, after))) = parts else { return Strike::Nothing };
    if inner.trim().is_empty() || !is_only_a_number(lead) {
        return Strike::Nothing;
    }
    let after = after.trim().trim_start_matches(['*', '_', '.', ' ']);
    if after.is_empty() || after.starts_with(['(', '[', '（', '—', '–', '-']) {
        Strike::Whole
    } else if is_imperative(after) || after.contains("~~") {
        Strike::Nothing
    } else {
        Strike::Beginning(inner.trim().to_owned())
    }
}

/// The words that are left where others stand for them; a line that is struck as a whole keeps its words.
pub fn unstruck(raw: &str) -> Cow<'_, str> {
    static STRUCK: Pattern = Pattern::new(r"~~[^~]+~~\s*");
    let raw = with_tildes(raw);
    if raw.contains("~~") && strike(&raw) == Strike::Nothing { Cow::Owned(STRUCK.replace_all(&raw, "")) } else { raw }
}

/// With tildes where HTML strikes words out.
fn with_tildes(raw: &str) -> Cow<'_, str> {
    static TAGS: Pattern = Pattern::new(r"(?i)</?(?:s|del|strike)>");
    if raw.contains('<') { Cow::Owned(TAGS.replace_all(raw, "~~")) } else { Cow::Borrowed(raw) }
}

/// Whether there is nothing here but a box and a number, a unit's word with it or not.
fn is_only_a_number(lead: &str) -> bool {
    const REST: &str = "x";
    let (lead, _) = own_box(lead.trim_start());
    let lead = lead.trim().trim_matches(['*', '_', ' ']);
    lead.is_empty() || NUMBER_ONLY.is_in(lead) || of_heading(&format!("{lead} {REST}")).is_some_and(|name| name.title == REST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_struck_is_told_by_its_place() {
        for whole in [
            "~~Add a~~",
            "2. ~~Add a~~",
            "**Step 2:** ~~Add a~~",
            "[ ] ~~Add a~~ (moved to #12)",
            "~~2. Add a~~ — dropped",
            "T002 ~~Add a~~.",
        ] {
            assert_eq!(strike(whole), Strike::Whole, "{whole}");
        }
        for other in ["Add a", "~~Add a~~ Add b", "Use ~~a~~ b", "Write 2 ~~c~~"] {
            assert_eq!(strike(other), Strike::Nothing, "{other}");
        }
        assert_eq!(strike("[ ] ~~Add a~~ not needed"), Strike::Beginning("Add a".into()));
        assert_eq!(unstruck("~~Add a~~ Add b"), "Add b");
        assert_eq!(unstruck("~~Add a~~ (moved)"), "~~Add a~~ (moved)");
    }
}
