//! The rules by which a case is right: the nearest of the outcomes that a person would accept, or the first difference from each.

use std::path::Path;

use regex::{Regex, RegexBuilder};
use serde_json::Value;

use crate::run::{Said, State, git, journeyman, moved, run, state};

/// `None` where the program did what a person would expect.
pub fn case(folder: &Path) -> Option<String> {
    let expect: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("expect.json")).unwrap()).unwrap();
    assert_eq!(strange(&expect), Vec::<String>::new(), "{}", folder.display());
    let scratch = tempfile::tempdir().unwrap();
    let (home, repo, spec) = (scratch.path().join("home"), scratch.path().join("repo"), scratch.path().join("spec.md"));
    std::fs::create_dir(&home).unwrap();
    std::fs::copy(folder.join("spec.md"), &spec).unwrap();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let script =
        expect.get("repository").map_or_else(|| folder.join("repo.sh"), |name| folder.with_file_name(format!("{}.sh", string(name))));
    let made = run("sh", &[&text(&script), &text(&repo)], scratch.path(), &home);
    assert_eq!(made.status, Some(0), "{}: {}", folder.display(), made.words);
    let before = state(&repo);
    let is_build = expect["run"] == "build";
    let arguments = if is_build {
        vec!["build".to_owned(), "--repo".into(), text(&repo), "--spec".into(), text(&spec), "--branch".into(), "out".into()]
    } else {
        vec!["spec".to_owned(), text(&spec), "--repo".into(), text(&repo), "--json".into()]
    };
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let said = journeyman(&arguments, scratch.path(), &home);
    if let Some(trouble) = said.trouble() {
        return Some(trouble);
    }
    let after = state(&repo);
    let answer: Value = if is_build { Value::Null } else { serde_json::from_str(&said.out).unwrap_or(Value::Null) };
    let found: Vec<Option<String>> =
        list(&expect["one_of"]).iter().map(|wanted| outcome(wanted, is_build, &repo, (&before, &after), &said, &answer)).collect();
    if found.contains(&None) { None } else { Some(found.into_iter().flatten().collect::<Vec<_>>().join(" | ").chars().take(600).collect()) }
}

/// The keys that no rule here reads: nothing that is wanted is passed over.
pub fn strange(expect: &Value) -> Vec<String> {
    const CASE: &[&str] = &["run", "repository", "one_of"];
    const OUTCOME: &[&str] = &[
        "exit",
        "commits",
        "subjects",
        "each",
        "files",
        "modes",
        "mentions",
        "asks",
        "place",
        "steps",
        "criteria",
        "title",
        "out_of_scope",
        "proposes",
    ];
    const STEP: &[&str] = &["number", "title", "done", "files", "edits", "verify"];
    let others = |value: &Value, known: &[&str]| {
        let keys = value.as_object().into_iter().flat_map(|object| object.keys());
        keys.filter(|key| !known.contains(&key.as_str())).cloned().collect::<Vec<_>>()
    };
    let outcomes = list(&expect["one_of"]);
    let steps: Vec<Value> = outcomes.iter().flat_map(|outcome| list(&outcome["steps"])).collect();
    let of_outcomes = outcomes.iter().flat_map(|outcome| others(outcome, OUTCOME));
    others(expect, CASE).into_iter().chain(of_outcomes).chain(steps.iter().flat_map(|step| others(step, STEP))).collect()
}

/// The first difference from one outcome. Only one that makes commits may have moved anything, and nothing but the branch `out`.
pub fn outcome(
    wanted: &Value,
    is_build: bool,
    repo: &Path,
    (before, after): (&State, &State),
    said: &Said,
    answer: &Value,
) -> Option<String> {
    let new = (is_build && wanted.get("exit").is_some()).then_some("refs/heads/out");
    moved(before, after, new).or_else(|| differs(wanted, is_build, repo, said, answer))
}

fn differs(wanted: &Value, is_build: bool, repo: &Path, said: &Said, answer: &Value) -> Option<String> {
    let words = if is_build { said.words.clone() } else { questions(answer).join("\n") };
    if is_build && wanted.get("exit").is_some() {
        return built(wanted, repo, said);
    }
    if is_build && said.status == Some(0) {
        return Some("exit status 0, and nothing is asked".into());
    }
    let reads = ["steps", "criteria", "out_of_scope", "title"].iter().any(|key| wanted.get(key).is_some());
    let of_steps = if reads { read(answer, wanted, said) } else { None };
    let of_question = || wanted.get("asks").and_then(|_| asked(wanted, said, &words));
    let of_plan = || {
        let titles: Vec<String> = strings(wanted.get("proposes")?);
        let shown = if is_build { said.words.clone() } else { format!("{} {words}", answer["steps"]) };
        proposed(&titles, said, &shown)
    };
    of_steps.or_else(of_question).or_else(of_plan)
}

/// The first difference between the branch `out` and the commits that are wanted.
fn built(wanted: &Value, repo: &Path, said: &Said) -> Option<String> {
    if said.status != Some(0) {
        return Some(format!("exit status {:?}: {}", said.status, said.words));
    }
    let Some(commits) = git(repo, &["rev-list", "--reverse", "HEAD..refs/heads/out"]) else { return Some("no branch was made".into()) };
    let commits: Vec<&str> = commits.lines().collect();
    let ends: Vec<String> = commits.iter().filter_map(|commit| git(repo, &["log", "-1", "--format=%P", commit])).collect();
    let base = git(repo, &["rev-parse", "HEAD"]).unwrap_or_default();
    let line: Vec<&str> = std::iter::once(base.trim()).chain(commits.iter().copied()).take(commits.len()).collect();
    if !ends.iter().map(|end| end.trim()).eq(line) {
        return Some("the commits are not in one line from the base".into());
    }
    let subjects: Vec<String> = commits.iter().filter_map(|commit| git(repo, &["log", "-1", "--format=%s", commit])).collect();
    let titles = strings(&wanted["subjects"]);
    if commits.len() as u64 != wanted["commits"].as_u64()? || !subjects.iter().zip(&titles).all(|(got, want)| begins(got, want)) {
        return Some(format!("the commits are {subjects:?}, not {titles:?}"));
    }
    let mut parent = "HEAD".to_owned();
    for (at, commit) in commits.iter().enumerate() {
        let changed = paths(repo, &parent, commit);
        if let Some(each) = wanted.get("each").and_then(|each| each.get(at)).map(strings).filter(|each| sorted(each.clone()) != changed) {
            return Some(format!("commit {} changes {changed:?}, not {each:?}", at + 1));
        }
        parent = (*commit).to_owned();
    }
    let files = wanted["files"].as_object()?;
    let mut named: Vec<String> = files.keys().cloned().collect();
    named.sort();
    let changed = paths(repo, "HEAD", "refs/heads/out");
    if changed.iter().any(|path| !named.contains(path)) {
        return Some(format!("{changed:?} differ from the base, not {named:?}"));
    }
    let wrong = files.iter().find_map(|(path, want)| content(repo, path, want, wanted["modes"].get(path)));
    wrong.or_else(|| absent(&wanted["mentions"], &said.words))
}

fn content(repo: &Path, path: &str, want: &Value, mode: Option<&Value>) -> Option<String> {
    let entry = git(repo, &["ls-tree", "refs/heads/out", "--", path]).unwrap_or_default();
    if want.is_null() || entry.is_empty() {
        return (want.is_null() != entry.is_empty()).then(|| format!("{path} is there or gone against what is wanted"));
    }
    let blob = git(repo, &["cat-file", "blob", &format!("refs/heads/out:{path}")]);
    if want.get("text").is_some_and(|text| text.as_str() != blob.as_deref()) {
        return Some(format!("{path} holds {blob:?}, not {}", want["text"]));
    }
    if let Some(sha) = want.get("sha256").and_then(Value::as_str) {
        let sum = run("sh", &["-c", &format!("git cat-file blob 'refs/heads/out:{path}' | sha256sum")], repo, repo.parent()?).out;
        if !sum.starts_with(sha) {
            return Some(format!("{path} holds other content"));
        }
    }
    let base = git(repo, &["ls-tree", "HEAD", "--", path]).filter(|base| !base.is_empty());
    let (is, was) = (entry.split(' ').next(), base.as_deref().and_then(|base| base.split(' ').next()));
    let right = mode.map_or(was.is_none() || was == is, |mode| mode.as_str() == is);
    (!right).then(|| format!("{path} has the mode {is:?}"))
}

fn paths(repo: &Path, old: &str, new: &str) -> Vec<String> {
    let names = git(repo, &["diff-tree", "-r", "-z", "--no-renames", "--name-only", old, new]).unwrap_or_default();
    sorted(names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

/// The first difference between what the program read and what is wanted.
pub fn read(answer: &Value, wanted: &Value, said: &Said) -> Option<String> {
    if wanted.get("asks").is_none() && said.status != Some(0) {
        return Some(format!("exit status {:?}: {:?}", said.status, questions(answer)));
    }
    if wanted.get("title").is_some_and(|title| !begins(&string(&answer["title"]), &string(title))) {
        return Some(format!("the title is {}", answer["title"]));
    }
    if let Some(steps) = wanted.get("steps") {
        let (got, want) = (list(&answer["steps"]), list(steps));
        if got.len() != want.len() {
            return Some(format!("{} steps, not {}", got.len(), want.len()));
        }
        if let Some((got, want)) = got.iter().zip(&want).find(|(got, want)| !is_step(got, want)) {
            return Some(format!("a step is {got}, not {want}"));
        }
    }
    for (key, name) in [("criteria", "acceptance_criteria"), ("out_of_scope", "out_of_scope")] {
        let Some(want) = wanted.get(key).map(strings) else { continue };
        let got = strings(&answer[name]);
        if got.len() != want.len() || !got.iter().zip(&want).all(|(got, want)| begins(got, want)) {
            return Some(format!("{name} is {got:?}, not {want:?}"));
        }
    }
    if wanted.get("asks").is_some() { None } else { absent(&wanted["mentions"], &said.words) }
}

/// Only the fields that are given count.
fn is_step(got: &Value, want: &Value) -> bool {
    let field = |key: &str, fits: &dyn Fn(&Value, &Value) -> bool| want.get(key).is_none_or(|want| fits(&got[key], want));
    let set = |value: &Value, want: &[String]| {
        sorted(strings(value).into_iter().filter(|path| !path.ends_with('/') || want.contains(path)).collect())
    };
    let edits = |value: &Value| list(value).iter().map(|edit| (string(&edit["kind"]), string(&edit["file"]))).collect::<Vec<_>>();
    field("number", &|got, want| string(got).trim_matches(['#', '.', ')', ' ']) == string(want))
        && field("title", &|got, want| begins(&string(got), &string(want)))
        && field("done", &|got, want| got.as_bool().unwrap_or(false) == want.as_bool().unwrap_or(false))
        && field("files", &|got, want| set(got, &strings(want)) == sorted(strings(want)))
        && field("edits", &|got, want| edits(got) == edits(want))
        && field("verify", &|got, want| got == want)
}

/// The first thing that is missing in a question or a refusal.
pub fn asked(wanted: &Value, said: &Said, words: &str) -> Option<String> {
    if said.status == Some(0) {
        return Some("exit status 0, and nothing is asked".into());
    }
    if !at_place(&wanted["place"], words) {
        return Some(format!("the question does not name the place {}: {words}", wanted["place"]));
    }
    absent(&wanted["mentions"], words)
}

/// Whether a line number lies within the place, or one of its names is said.
fn at_place(place: &Value, words: &str) -> bool {
    let numbers = Regex::new(r"(?i)\blines?\s+(\d+)(?:\s*(?:-|–|to|and)\s*(\d+))?|\bspec\.md:(\d+)").unwrap();
    let within = numbers.captures_iter(words).any(|found| {
        let lines: Vec<u64> = found.iter().skip(1).flatten().filter_map(|number| number.as_str().parse().ok()).collect();
        let spans = list(&place["lines"]);
        spans.iter().any(|span| lines[0] <= span[1].as_u64().unwrap_or(0) && lines[lines.len() - 1] >= span[0].as_u64().unwrap_or(u64::MAX))
    });
    let said = folded(words).to_lowercase();
    within || strings(&place["text"]).iter().any(|name| stands_in(&said, &folded(name).to_lowercase()))
}

/// Whether a name stands in a text as a whole word.
fn stands_in(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + name.len()..].chars().next());
        !(before.is_some_and(word) || name.ends_with(word) && after.is_some_and(word))
    })
}

/// The first thing that is missing in a plan that is shown, to be confirmed in a word.
pub fn proposed(titles: &[String], said: &Said, words: &str) -> Option<String> {
    if said.status == Some(0) {
        return Some("exit status 0, and no plan is shown to be confirmed".into());
    }
    let (shown, mut at) = (folded(words), 0);
    for title in titles.iter().map(|title| folded(title)) {
        match shown[at..].find(&title) {
            Some(found) => at += found + title.len(),
            None => return Some(format!("no plan is shown with {title:?} in its place")),
        }
    }
    let confirm = Regex::new(r"(?i)approv|confirm|--yes|\byes\b|would build|choose|by number").unwrap();
    (!confirm.is_match(words)).then(|| "it is not said how the plan is confirmed".into())
}

fn absent(patterns: &Value, words: &str) -> Option<String> {
    let fits = |pattern: &String| RegexBuilder::new(pattern).case_insensitive(true).build().unwrap().is_match(words);
    strings(patterns).into_iter().find(|pattern| !fits(pattern)).map(|pattern| format!("nothing said that fits {pattern:?}: {words}"))
}

/// The questions that stop a run, each with its line.
fn questions(answer: &Value) -> Vec<String> {
    let blocking = list(&answer["gaps"]).into_iter().filter(|gap| gap["blocking"] == true);
    blocking.map(|gap| format!("line {}: {}", gap["line"], string(&gap["question"]))).collect()
}

/// Without marks of Markdown, with single blanks.
fn folded(words: &str) -> String {
    words.replace(['`', '*'], "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn begins(got: &str, want: &str) -> bool {
    folded(got).starts_with(&folded(want))
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn string(value: &Value) -> String {
    value.as_str().map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned)
}

fn strings(value: &Value) -> Vec<String> {
    list(value).iter().map(string).collect()
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}
