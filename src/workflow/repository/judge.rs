//! The file's tree against the table of keys: what is right goes to the settings, what is wrong becomes a problem.

use super::forms::Form;
use super::keys::{KEYS, Key, Kind};
use super::near;
use super::yaml::{Entry, Node, Value};
use super::{Problem, RepositorySettings, shown};

/// So many items of a list are enough for everybody.
pub const MOST_ITEMS: usize = 100;

pub fn root(root: &Node, settings: &mut RepositorySettings, problems: &mut Vec<Problem>) {
    match &root.value {
        Value::Table(entries) => Judge { settings, problems }.table(KEYS, entries, ""),
        Value::Nothing | Value::Flag(_) | Value::Number { .. } | Value::Text(_) | Value::List(_) => {
            let what = format!("expected keys with values, such as `commit: plain`, found {}", found(&root.value));
            problems.push(Problem { line: root.line, what });
        }
    }
}

struct Judge<'a> {
    settings: &'a mut RepositorySettings,
    problems: &'a mut Vec<Problem>,
}

impl Judge<'_> {
    /// `under` is the place of the table: `budget.step.`, or nothing at the top.
    fn table(&mut self, keys: &'static [Key], entries: &[Entry], under: &str) {
        for (index, entry) in entries.iter().enumerate() {
            let Some(key) = keys.iter().find(|key| key.name == entry.key) else {
                self.problem(entry.line, near::unknown(&entry.key, keys, under));
                continue;
            };
            let place = [under, key.name].concat();
            match entries[..index].iter().find(|earlier| earlier.key == entry.key) {
                Some(earlier) => {
                    let what = format!("`{place}` stands here once more; it is set on line {}", earlier.line);
                    self.problem(entry.line, what);
                }
                None => self.value(&key.kind, &entry.value, &place),
            }
        }
    }

    fn value(&mut self, kind: &Kind, node: &Node, place: &str) {
        match (kind, &node.value) {
            (Kind::Table(keys), Value::Table(entries)) => self.table(keys, entries, &format!("{place}.")),
            (Kind::Texts(form, put), Value::List(items)) => {
                if let Some(texts) = self.items(form, items, node.line, place) {
                    put(self.settings, texts);
                }
            }
            (Kind::Text(form, put), Value::Text(text)) if form.fits(text) => put(self.settings, text.clone()),
            (Kind::Flag(put), Value::Flag(yes)) => put(self.settings, *yes),
            (Kind::Whole { most, put }, Value::Number { value, .. }) if whole(*value, *most).is_some() => {
                put(self.settings, whole(*value, *most).unwrap_or_default());
            }
            (Kind::Dollars { most, put }, Value::Number { value, .. }) if millionths(*value, *most).is_some() => {
                put(self.settings, millionths(*value, *most).unwrap_or_default());
            }
            (Kind::Word(words), Value::Text(text)) => match words.iter().find(|(word, _)| word == text) {
                Some((_, put)) => put(self.settings),
                None => self.problem(node.line, wrong(place, kind, &node.value)),
            },
            _ => self.problem(node.line, wrong(place, kind, &node.value)),
        }
    }

    /// The texts of a list; what is wrong with each item is told at its own line.
    fn items(&mut self, form: &Form, items: &[Node], line: usize, place: &str) -> Option<Vec<String>> {
        if items.len() > MOST_ITEMS {
            self.problem(line, format!("`{place}`: expected at most {MOST_ITEMS} items, found {}", items.len()));
            return None;
        }
        let mut texts = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let value = &item.value;
            if let Value::Text(text) = value
                && form.fits(text)
            {
                texts.push(text.clone());
            } else {
                let what = format!("`{place}`, item {}: expected {}, found {}{}", index + 1, form.what, found(value), quotes(value));
                self.problem(item.line, what);
            }
        }
        (texts.len() == items.len()).then_some(texts)
    }

    fn problem(&mut self, line: usize, what: String) {
        self.problems.push(Problem { line, what });
    }
}

fn wrong(place: &str, kind: &Kind, value: &Value) -> String {
    let hint = match (kind, value) {
        (Kind::Text(..), other) => quotes(other).to_owned(),
        (Kind::Texts(..), Value::Text(_)) => "; one item of a list stands behind `- `".to_owned(),
        (Kind::Word(words), Value::Text(text)) => match near::nearest_of(text, words.iter().map(|(word, _)| *word)) {
            Some(word) => format!("; did you mean `{word}`?"),
            None => String::new(),
        },
        _ => String::new(),
    };
    format!("`{place}`: expected {}, found {}{hint}", expected(kind), found(value))
}

/// What a key takes, in words that complete "expected".
pub fn expected(kind: &Kind) -> String {
    match kind {
        Kind::Word(words) => words.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(" or "),
        Kind::Text(form, _) => form.what.to_owned(),
        Kind::Texts(form, _) => format!("a list of {}", form.several),
        Kind::Flag(_) => "`true` or `false`".to_owned(),
        Kind::Whole { most, .. } => format!("a whole number from 1 to {most}"),
        Kind::Dollars { most, .. } => format!("a number from 0 to {most}"),
        Kind::Table(keys) => {
            let names: Vec<&str> = keys.iter().map(|key| key.name).collect();
            format!("a table with the keys {}", names.join(", "))
        }
    }
}

fn found(value: &Value) -> String {
    match value {
        Value::Nothing => "nothing".to_owned(),
        Value::Flag(yes) => format!("`{yes}`"),
        Value::Number { written, .. } => format!("the number {}", shown(written)),
        Value::Text(text) if text.trim().is_empty() => "an empty text".to_owned(),
        Value::Text(text) => format!("the text {}", shown(text)),
        Value::List(_) => "a list".to_owned(),
        Value::Table(_) => "a table".to_owned(),
    }
}

/// A label `2024` or a login `null` is a text only in quotes.
fn quotes(value: &Value) -> &'static str {
    match value {
        Value::Flag(_) | Value::Number { .. } => "; in quotes it is a text",
        Value::Nothing | Value::Text(_) | Value::List(_) | Value::Table(_) => "",
    }
}

/// A number without fraction from 1 to `most`. `30.0` is one, as it is to JSON Schema.
fn whole(value: f64, most: u64) -> Option<u64> {
    if value.fract() != 0.0 {
        return None;
    }
    within(value, most).filter(|number| *number >= 1)
}

fn millionths(value: f64, most: u64) -> Option<u64> {
    within(value, most)?;
    within((value * 1e6).round(), most.saturating_mul(1_000_000))
}

/// From 0 to `most`, its fraction cut off; neither an infinite number nor none.
fn within(value: f64, most: u64) -> Option<u64> {
    #[expect(clippy::cast_precision_loss, reason = "the most is far below 2^53, up to which every whole number is exact")]
    let range = 0.0..=most as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies in the range")]
    range.contains(&value).then_some(value as u64)
}
