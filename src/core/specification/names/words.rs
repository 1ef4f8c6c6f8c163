//! Names in which a word says what is numbered: `Step 2: …`, `Étape 2`, `第二步`, `2단계`, `T004`, `Final step`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::number::arabic;
use super::{Family, Name, is_remark, part, strip_tags};
use crate::specification::pattern::Pattern;
use crate::specification::vocabulary::LANGUAGES;

static CODE: Pattern = Pattern::new(
    r"^\[?(?P<number>(?P<word>U|T|P|M|WP)-?\d{1,4}(?:\.\d+)*[a-z]?)\]?(?P<gap>\s*[:.)|：]+\s*|\s*[-–—]+\s+|\s+|$)(?P<title>.*)$",
);

/// The words of all languages, longest first, as alternatives.
fn alternatives(words: impl Iterator<Item = &'static str>) -> String {
    let mut words: Vec<&str> = words.collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.dedup();
    words.iter().map(|word| regex::escape(word)).collect::<Vec<_>>().join("|")
}

fn compiled(pattern: &str) -> Option<Regex> {
    let regex = Regex::new(pattern);
    debug_assert!(regex.is_ok(), "{regex:?}");
    regex.ok()
}

const GAP: &str = r"(?P<gap>\s*[:.)\]|：、]+\s*|\s*[-–—]+\s+|\s+|$)(?P<title>.*)$";
const DIGITS: &str = r"\d{1,5}(?:\.\d+)*[a-z]?";

struct Forms {
    /// `Steps 2-3: …`
    ranged: Option<Regex>,
    /// `Step 2: …`, `Step II: …`, `Step 2 of 3 - …`
    after: Option<Regex>,
    /// `2단계: …`, `第二步 …`, `1. Adım: …`, `Second step: …`
    before: Option<Regex>,
    /// `Final step: …`
    last: Option<Regex>,
}

static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let units = || LANGUAGES.iter().flat_map(|language| language.unit.iter().copied());
    let words = alternatives(units().chain(LANGUAGES.iter().flat_map(|language| language.group.iter().copied())));
    let last = alternatives(LANGUAGES.iter().flat_map(|language| language.last.iter().copied()));
    let ordinals = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth";
    Forms {
        ranged: compiled(&format!(
            r"^(?i:(?P<word>{words})(?:s|n|en)?)\s*(?P<number>\d{{1,4}}\s*(?:[-–—&+]|(?i:and|to|und|bis|et|à|y|a))\s*\d{{1,4}})(?P<gap>\s*[:.)：]+\s*|$)(?P<title>.*)$"
        )),
        after: compiled(&format!(
            r"^(?i:(?P<word>{words}))(?:\s*(?:\#|№|nº|n°|no\.)?\s*(?P<number>{DIGITS}|[一二三四五六七八九十]{{1,3}})|\s+(?P<sign>[A-Z]\d{{0,3}}|[IVX]{{1,6}}|(?i:one|two|three|four|five|six|seven|eight|nine|ten)))(?:\s*[(\[]?\s*(?i:of|out\s+of|/|von|de|sur|di|van|z|из|з)\s*(?P<total>\d{{1,3}})[)\]]?)?{GAP}"
        )),
        before: compiled(&format!(
            r"^(?:(?:第\s*)?(?P<number>\d{{1,4}}|[一二三四五六七八九十]{{1,3}})\s*(?:\.|º|ª|-?(?:a|й|я|ша|er|e|ère|ème|ste|de))?\s*|(?i:the\s+)?(?P<sign>(?i:{ordinals}))\s+)(?i:(?P<word>{words}))(?P<gap>\s*[:：.、)]+\s*|\s*[-–—]+\s+|\s+|$)(?P<title>.*)$"
        )),
        last: compiled(&format!(r"^(?i:(?:the\s+)?(?:{last})\s*(?P<word>{words}))(?P<gap>\s*[:：]+\s*|\s*[-–—]+\s+|$)(?P<title>.*)$")),
    }
});

/// The name of a text in which a word says what is numbered.
pub fn worded(text: &str) -> Option<Name> {
    if !may_be_named(text) {
        return None;
    }
    ranged(text).or_else(|| after(text)).or_else(|| code(text)).or_else(|| before(text)).or_else(|| last(text)).or_else(|| misspelt(text))
}

/// Whether a text has a number near its start, or begins with a word that names steps: most have neither, and are not looked at again.
fn may_be_named(text: &str) -> bool {
    static FIRST: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let words = LANGUAGES.iter().flat_map(|language| language.unit.iter().chain(language.group).chain(language.last));
        let ordinals = ["the", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
        words.filter_map(|word| word.split(' ').next()).chain(ordinals).map(str::to_lowercase).collect()
    });
    let near = text.chars().take(32).any(|c| c.is_ascii_digit());
    let first = text.split(|c: char| c.is_whitespace() || matches!(c, ':' | '：')).next().unwrap_or_default();
    near || !text.is_ascii() && text.chars().next().is_some_and(|c| !c.is_ascii()) || FIRST.contains(&first.to_lowercase())
}

fn name(word: &str, number: String, title: &str) -> Name {
    Name { family: family(word), number, title: strip_tags(title).to_owned(), total: None, ticked: false, mark: None }
}

fn family(word: &str) -> Family {
    let low = word.to_lowercase();
    let group = LANGUAGES.iter().any(|language| language.group.contains(&low.as_str()));
    let unit = LANGUAGES.iter().any(|language| language.unit.contains(&low.as_str()));
    if group && !unit { Family::Group } else { Family::Unit }
}

fn ranged(text: &str) -> Option<Name> {
    let found = FORMS.ranged.as_ref()?.captures(text)?;
    let mut numbers = part(&found, "number").split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    let (from, to) = (numbers.next()?, numbers.next_back()?);
    let fits = from.parse::<usize>().ok()? < to.parse::<usize>().ok()?;
    fits.then(|| name(part(&found, "word"), format!("{from}-{to}"), part(&found, "title")))
}

fn after(text: &str) -> Option<Name> {
    let found = FORMS.after.as_ref()?.captures(text)?;
    let (word, gap, title) = (part(&found, "word"), part(&found, "gap"), part(&found, "title"));
    let (number, sign) = (part(&found, "number"), part(&found, "sign"));
    let loose = gap.trim().is_empty() && !title.is_empty();
    // "PR0 numbers", "Step a side": no name without a sign that parts it from the words.
    let tight = text.get(word.len()..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) && !number.is_empty();
    let latin = word.is_ascii();
    let ideographs = number.starts_with(|c: char| !c.is_ascii_digit());
    if loose && (!sign.is_empty() || tight && latin || ideographs) || is_remark(gap, title) {
        return None;
    }
    // "タスク一覧" is a list of tasks: an ideograph is a number only where something ends it.
    if ideographs && gap.is_empty() && !title.is_empty() {
        return None;
    }
    let number = if number.is_empty() { arabic(sign) } else { arabic(number) };
    Some(Name { total: part(&found, "total").parse().ok(), ..name(word, number, title) })
}

fn code(text: &str) -> Option<Name> {
    let found = CODE.captures(text)?;
    let (word, number, gap, title) = (part(&found, "word"), part(&found, "number"), part(&found, "gap"), part(&found, "title"));
    let family = if matches!(word, "P" | "M" | "WP") { Family::Group } else { Family::Unit };
    (!is_remark(gap, title)).then(|| Name { family, ..name(word, number.to_owned(), title) })
}

fn before(text: &str) -> Option<Name> {
    let found = FORMS.before.as_ref()?.captures(text)?;
    let (word, gap, title) = (part(&found, "word"), part(&found, "gap"), part(&found, "title"));
    let number = if found.name("number").is_some() { part(&found, "number") } else { part(&found, "sign") };
    // "3 tasks remain", "2 steps": words, and no name.
    let spoken = word.is_ascii() && (gap.trim().is_empty() && !title.is_empty() || found.name("number").is_some());
    (!spoken).then(|| name(word, arabic(number), title))
}

fn last(text: &str) -> Option<Name> {
    let found = FORMS.last.as_ref()?.captures(text)?;
    Some(name(part(&found, "word"), String::new(), part(&found, "title")))
}

/// Two letters of the word changed places: `Setp 2: …`.
fn misspelt(text: &str) -> Option<Name> {
    static FORM: Pattern =
        Pattern::new(r"^(?P<word>[A-Za-z]{4,9})\s+(?P<number>\d{1,4}(?:\.\d+)*)(?P<gap>\s*[:)]+\s*|\s*[-–—]+\s+)(?P<title>\S.*)$");
    let found = FORM.captures(text)?;
    let word = part(&found, "word").to_lowercase();
    let known = LANGUAGES.iter().flat_map(|language| language.unit.iter().chain(language.group)).find(|known| swapped(&word, known))?;
    Some(name(known, part(&found, "number").to_owned(), part(&found, "title")))
}

/// Whether two words differ by two neighbouring letters that changed places.
fn swapped(one: &str, other: &str) -> bool {
    let mut differing = one.chars().zip(other.chars()).enumerate().filter(|(_, (one, other))| one != other);
    let (Some((first, left)), Some((second, right)), None) = (differing.next(), differing.next(), differing.next()) else { return false };
    one.len() == other.len() && first + 1 == second && left == (right.1, right.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_with_its_number_and_its_title() {
        for (text, number, title) in [
            ("Step 1: One", "1", "One"),
            ("STEP 2: TWO", "2", "TWO"),
            ("Step II: Two", "2", "Two"),
            ("Step three: Three", "3", "Three"),
            ("Step 1 of 3 - One", "1", "One"),
            ("Steps 2-3: Two", "2-3", "Two"),
            ("Steps 2 and 3: Two", "2-3", "Two"),
            ("Step 2: --verbose flag", "2", "--verbose flag"),
            ("Step 2 – 2FA login", "2", "2FA login"),
            ("Task 2: -f is short for --force", "2", "-f is short for --force"),
            ("Final step: Three", "", "Three"),
            ("Setp 2: Two", "2", "Two"),
            ("Second step: Two", "2", "Two"),
            ("Schritt 1: Anlegen", "1", "Anlegen"),
            ("Étape 1 : Créer", "1", "Créer"),
            ("단계 2: 하나 더", "2", "하나 더"),
            ("2단계: 하나 더", "2", "하나 더"),
            ("第一步：建立", "1", "建立"),
            ("第3阶段 收尾", "3", "收尾"),
            ("步骤三：建立", "3", "建立"),
            ("1. Adım: Ekle", "1", "Ekle"),
            ("Шаг 4. Проверить", "4", "Проверить"),
            ("T004 Add it", "T004", "Add it"),
            ("Task A: Add it", "A", "Add it"),
        ] {
            let name = worded(text).map(|name| (name.number, name.title));
            assert_eq!(name, Some((number.into(), title.into())), "{text}");
        }
    }

    #[test]
    fn words_that_only_look_like_names_are_words() {
        for text in [
            "STEPS",
            "TASKS",
            "Steps to reproduce",
            "PR0 numbers",
            "Phase 1 Summary",
            "タスク一覧",
            "Task list",
            "Change a file",
            "3 tasks remain",
            "Fix the parser",
            "Part of the plan",
            "Stop 2: A bus",
            "Units",
        ] {
            assert_eq!(worded(text), None, "{text}");
        }
    }
}
