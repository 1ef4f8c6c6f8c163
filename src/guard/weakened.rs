//! Tests that a step deletes, skips, empties, or takes assertions out of.
//!
//! Tests are compared by name, then by likeness, so that one that is renamed or moved is the same test. A step whose words ask for it
//! may do all of that, and so may one that takes away what the test tested.

use std::collections::HashSet;

use super::case::Case;
use super::file::{File, name_of};
use super::syntax::{self, Language, Skipped, Test};
use super::{Finding, Rule, kinds};

/// Percent of their words that two tests must share to be one.
const ALIKE: usize = 55;
/// Percent of the words of a test that must be in the table which says what it said.
const KIN: usize = 40;
/// Pairs of tests that are looked at for likeness.
const MOST_PAIRS: usize = 100_000;
/// How many deleted tests are named.
const NAMED: usize = 3;
/// Vocabulary of tests, so that a change far from any is not parsed.
const MARKS: [&str; 27] = [
    "cfg", "assert", "expect", "should", "test", "Test", "it(", "it ", "describe", "verify", "t.Error", "t.Fatal", "require.", "skip",
    "Skip", "ignore", "Ignore", "Disabled", "xit", "pending", "only(", "return", "fail", "raises", "todo", "context", "must_",
];

pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut lost: Vec<(&File<'_>, Vec<Test>, bool)> = Vec::new();
    let origins: HashSet<&str> = case.files.iter().filter_map(|file| file.origin).collect();
    for file in case.files.iter().filter(|file| !origins.contains(file.path)) {
        if let Some(finding) = unread(file, case) {
            findings.push(finding);
        }
        let Some(before) = file.before_text().filter(|_| touches_tests(file)) else { continue };
        let old = syntax::tests(file.origin.unwrap_or(file.path), before);
        if old.is_empty() {
            continue;
        }
        let new = file.text().map(|text| syntax::tests(file.path, text)).unwrap_or_default();
        let made_good = new.len() >= old.len() && sum(&new) >= sum(&old);
        let (pairs, gone, fresh) = matched(old, new);
        for (old, new) in &pairs {
            findings.extend(compare(file, old, new, made_good, case));
        }
        findings.extend(only(file, &pairs, &fresh));
        if !gone.is_empty() {
            // One test with a table of what the others said.
            let reshaped =
                case.words.reshape_tests() && fresh.iter().any(|test| test.assertions() > 0 && gone.iter().any(|old| is_kin(old, test)));
            lost.push((file, gone, made_good || reshaped));
        }
    }
    if !lost.is_empty() {
        let elsewhere = tests_elsewhere(case);
        let removed = removed_names(case);
        let count = lost.iter().map(|(_, gone, _)| gone.len()).sum::<usize>().max(1);
        for (file, gone, made_good) in lost {
            let excused = |test: &Test| {
                is_excused(test, case, &removed) || elsewhere.iter().take(MOST_PAIRS / count).any(|other| is_same(test, other))
            };
            let gone: Vec<Test> =
                gone.into_iter().filter(|test| test.skipped != Skipped::Always && !test.empty && !excused(test)).collect();
            findings.extend(deleted(file, &gone, made_good));
        }
    }
    findings
}

fn touches_tests(file: &File<'_>) -> bool {
    let any = |line: &str| MARKS.iter().any(|mark| line.contains(mark));
    Language::of(file.path).is_some() && (file.removed_text().into_iter().any(any) || file.added_text().any(|(_, line)| any(line)))
}

/// Pairs of what was and what is, what is gone, and what is new.
fn matched(old: Vec<Test>, mut new: Vec<Test>) -> (Vec<(Test, Test)>, Vec<Test>, Vec<Test>) {
    let mut pairs = Vec::new();
    let mut left = old;
    let stages: [fn(&Test, &Test) -> bool; 3] = [|old, new| old.name == new.name, |old, new| old.own_name() == new.own_name(), is_like];
    for (stage, same) in stages.into_iter().enumerate() {
        if stage == 2 && left.len() * new.len() > MOST_PAIRS {
            break;
        }
        let mut rest = Vec::new();
        for test in left {
            match new.iter().position(|other| same(&test, other)) {
                Some(at) => pairs.push((test, new.remove(at))),
                None => rest.push(test),
            }
        }
        left = rest;
    }
    (pairs, left, new)
}

fn is_same(one: &Test, other: &Test) -> bool {
    (one.own_name() == other.own_name() || is_like(one, other)) && other.assertions() > 0
}

fn is_like(one: &Test, other: &Test) -> bool {
    let (few, many) = (one.words.len().min(other.words.len()), one.words.len().max(other.words.len()));
    few * 100 >= many * ALIKE && one.words.intersection(&other.words).count() * 100 >= many * ALIKE
}

/// A good part of the smaller one's words stands in both.
fn is_kin(one: &Test, other: &Test) -> bool {
    one.words.intersection(&other.words).count() * 100 >= one.words.len().min(other.words.len()) * KIN
}

fn sum(tests: &[Test]) -> usize {
    tests.iter().map(Test::assertions).sum()
}

fn compare(file: &File<'_>, old: &Test, new: &Test, made_good: bool, case: &Case<'_>) -> Option<Finding> {
    let stop = |what: String| Some(Finding::stop(Rule::Weakened, file.path, Some(new.line), what));
    let advise = |what: String| Some(Finding::advise(Rule::Weakened, file.path, Some(new.line), what));
    if old.skipped == Skipped::Always || old.empty {
        return None;
    }
    let name = new.own_name();
    let asked = || case.words.take_away(&vocabulary(old));
    if new.skipped == Skipped::Always {
        return if asked() { None } else { stop(format!("skips the test `{name}`")) };
    }
    if new.empty {
        return if asked() { None } else { stop(format!("empties the test `{name}`")) };
    }
    if new.skipped == Skipped::Sometimes && old.skipped == Skipped::No {
        return advise(format!("skips the test `{name}` under a condition"));
    }
    let (had, has) = (old.assertions(), new.assertions());
    if has < had {
        let what = format!("takes assertions out of the test `{name}`: it had {had} and has {has}");
        return if asked() {
            None
        } else if made_good || has > 0 && (new.exact > old.exact || new.exact + new.loose >= old.exact + old.loose) {
            advise(what)
        } else {
            stop(what)
        };
    }
    (new.exact < old.exact)
        .then(|| Finding::advise(Rule::Weakened, file.path, Some(new.line), format!("loosens assertions of the test `{name}`")))
}

/// A test that keeps the others from running.
fn only(file: &File<'_>, pairs: &[(Test, Test)], fresh: &[Test]) -> Option<Finding> {
    let alone = pairs.iter().find(|(old, new)| new.only && !old.only).map(|(_, new)| new).or_else(|| fresh.iter().find(|test| test.only));
    alone.map(|test| Finding::stop(Rule::Weakened, file.path, Some(test.line), format!("lets the test `{}` run alone", test.own_name())))
}

fn deleted(file: &File<'_>, gone: &[Test], made_good: bool) -> Option<Finding> {
    let names: Vec<String> = gone.iter().take(NAMED).map(|test| format!("`{}`", test.own_name())).collect();
    let what = match gone.len() {
        0 => return None,
        1 => format!("deletes the test {}", names.join("")),
        count if count <= NAMED => format!("deletes the tests {}", names.join(", ")),
        count => format!("deletes {count} tests, among them {}", names.join(", ")),
    };
    let finding = Finding::stop(Rule::Weakened, file.path, None, what);
    Some(Finding { blocking: !made_good, ..finding })
}

/// A deleted file of tests in a language that is not read here.
fn unread(file: &File<'_>, case: &Case<'_>) -> Option<Finding> {
    let stem = name_of(file.path).split('.').next().unwrap_or_default().to_lowercase();
    let is_tests = file.after.is_none()
        && kinds::is_test(file.path)
        && kinds::is_code(file.path)
        && Language::of(file.path).is_none()
        && stem.contains("test");
    let about = stem.replace("tests", "").replace("test", "").trim_matches(['_', '-']).to_owned();
    let gone = || case.deleted().any(|other| name_of(other.path).split('.').next().is_some_and(|name| name.to_lowercase() == about));
    let asked = || case.words.take_away(&HashSet::from([about.clone(), stem.clone()])) || case.names(file.path);
    (is_tests && !gone() && !asked()).then(|| Finding::stop(Rule::Weakened, file.path, None, "is a file of tests, and the step deletes it"))
}

/// Every test that some other file of the change set holds afterwards.
fn tests_elsewhere(case: &Case<'_>) -> Vec<Test> {
    let written = case.written().filter(|file| !file.added().is_empty());
    written.filter_map(|file| file.text().map(|text| (file, text))).flat_map(|(file, text)| syntax::tests(file.path, text)).collect()
}

/// What the step takes away outside of tests: declarations, and the stems of deleted files.
fn removed_names(case: &Case<'_>) -> HashSet<String> {
    let mut names = HashSet::new();
    for file in case.files.iter().filter(|file| !kinds::is_test(file.path) && file.origin.is_none()) {
        if file.after.is_none() {
            names.extend(file.name().split('.').next().map(str::to_owned));
        }
        let Some(before) = file.before_text().filter(|_| !file.removed_text().is_empty()) else { continue };
        let kept: HashSet<String> =
            file.text().map(|text| syntax::symbols(file.path, text)).unwrap_or_default().into_iter().map(|symbol| symbol.name).collect();
        let had = syntax::symbols(file.path, before).into_iter().map(|symbol| symbol.name);
        names.extend(had.filter(|name| !kept.contains(name) && name.len() > 3));
    }
    names
}

fn is_excused(test: &Test, case: &Case<'_>, removed: &HashSet<String>) -> bool {
    test.words.iter().any(|word| removed.contains(word))
        || case.words.take_away(&vocabulary(test))
        || case.words.say_exactly(test.own_name())
}

/// The words by which a step may speak of a test: its names, and the parts of its name.
fn vocabulary(test: &Test) -> HashSet<String> {
    let mut words: HashSet<String> = test.words.iter().map(|word| word.to_lowercase()).collect();
    let spaced: String = test.name.chars().flat_map(|c| if c.is_uppercase() { vec![' ', c] } else { vec![c] }).collect();
    words.extend(spaced.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase));
    words
}
