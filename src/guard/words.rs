//! What the words of a step or a specification name and ask for. Plain word matching: it excuses a finding, and never makes one.

use std::collections::HashSet;

use super::file::name_of;

pub struct Words<'a> {
    text: &'a str,
    /// Lower case, `_` and `.` and the like as `-`.
    tokens: HashSet<String>,
}

/// Verbs that take something away or put something else in its place.
const REMOVES: [&str; 45] = [
    "remove",
    "removes",
    "removed",
    "removing",
    "removal",
    "delete",
    "deletes",
    "deleted",
    "deleting",
    "drop",
    "drops",
    "dropped",
    "dropping",
    "rename",
    "renames",
    "renamed",
    "replace",
    "replaces",
    "replaced",
    "rewrite",
    "rewrites",
    "merge",
    "merges",
    "move",
    "moves",
    "moved",
    "deprecate",
    "deprecated",
    "disable",
    "disables",
    "skip",
    "skips",
    "revert",
    "reverts",
    "prune",
    "eliminate",
    "retire",
    "simplify",
    "port",
    "ports",
    "ported",
    "convert",
    "converts",
    "migrate",
    "migrates",
];
/// Too common to say what is meant.
const COMMON: [&str; 22] = [
    "test", "tests", "testing", "spec", "specs", "the", "and", "for", "with", "from", "that", "this", "when", "not", "all", "use", "file",
    "code", "should", "does", "case", "cases",
];

impl<'a> Words<'a> {
    pub fn new(text: &'a str) -> Self {
        let mut tokens = HashSet::new();
        for word in text.split(|c: char| !(c.is_alphanumeric() || "-_./@:+".contains(c))) {
            let word = word.trim_matches(|c: char| "-_./@:+".contains(c)).to_lowercase();
            for part in word.split(['/', ':', '@']) {
                tokens.insert(dashed(part));
            }
            tokens.insert(dashed(&word));
        }
        tokens.remove("");
        Self { text, tokens }
    }

    /// Whether a name stands there as a word of its own, whatever its case and its dashes.
    pub fn say(&self, name: &str) -> bool {
        self.tokens.contains(&dashed(&name.to_lowercase()))
    }

    /// Whether the whole path, or its last part as it is written, stands there.
    pub fn say_path(&self, path: &str) -> bool {
        let name = name_of(path);
        self.say_exactly(path) || name.contains(|c: char| c == '.' || c.is_uppercase()) && self.say_exactly(name)
    }

    /// With the same letters, bounded by what no name goes on with.
    pub fn say_exactly(&self, name: &str) -> bool {
        let goes_on = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        !name.is_empty()
            && self
                .text
                .match_indices(name)
                .any(|(at, _)| !self.text[..at].ends_with(goes_on) && !self.text[at + name.len()..].starts_with(goes_on))
    }

    /// Whether this stands there, whatever is around it.
    pub fn hold(&self, part: &str) -> bool {
        self.text.contains(part)
    }

    pub fn say_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.say(name))
    }

    /// Whether some sentence gives tests another shape: one test with many rows in the place of many.
    pub fn reshape_tests(&self) -> bool {
        let shapes = ["parametri", "parameteri", "table", "test.each", "data-driven", "data provider"];
        self.sentences().map(str::to_lowercase).any(|sentence| {
            let tests = ["test", "spec", "example"].iter().any(|word| sentence.contains(word));
            tests
                && (shapes.iter().any(|shape| sentence.contains(shape)) || sentence.contains("become one") || sentence.contains("into one"))
        })
    }

    /// Whether some sentence takes away a directory above this path: by its own name or its whole path, and not as the place of something
    /// else (`remove the helpers from scripts/`).
    pub fn remove_folder_of(&self, path: &str) -> bool {
        let bare = |word: &str| dashed(&word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase());
        let folders: Vec<String> = path.match_indices('/').filter_map(|(at, _)| path.get(..at)).map(bare).collect();
        let is_above = |word: &str| folders.iter().any(|folder| folder == word || word.len() > 3 && name_of(folder) == word);
        self.sentences().any(|sentence| {
            let words: Vec<String> = sentence.split_whitespace().map(bare).collect();
            let is_place =
                |at: usize| at > 0 && ["in", "from", "of", "to", "into", "under", "inside", "within"].contains(&words[at - 1].as_str());
            words.iter().any(|word| ["remove", "delete", "drop", "retire", "prune", "eliminate"].iter().any(|verb| word.starts_with(verb)))
                && words.iter().enumerate().any(|(at, word)| is_above(word) && !is_place(at))
        })
    }

    fn sentences(&self) -> impl Iterator<Item = &'a str> {
        self.text.split(['\n', '!', '?', ';']).flat_map(|line| line.split(". "))
    }

    /// Whether some sentence takes away something that one of these names stands for, or tests as such.
    pub fn take_away(&self, names: &HashSet<String>) -> bool {
        self.sentences().any(|sentence| {
            let words: Vec<String> = sentence.split(|c: char| !(c.is_alphanumeric() || c == '_')).map(str::to_lowercase).collect();
            let removes = words.iter().any(|word| REMOVES.contains(&word.as_str()));
            let tests = || {
                words
                    .iter()
                    .any(|word| ["test", "tests", "spec", "specs", "assert", "asserts", "assertion", "assertions"].contains(&word.as_str()))
            };
            let names_it = || words.iter().any(|word| word.len() > 3 && !COMMON.contains(&word.as_str()) && names.contains(word));
            removes && (tests() || names_it() || words.first().is_some_and(|word| word == "revert"))
        })
    }
}

fn dashed(name: &str) -> String {
    name.replace(['_', '.'], "-")
}
