//! Specifications as folders: `fixtures/specs/<name>/spec.md`, or an issue with a repository or sub-issues, and in `expected.json` how it is read.
//! `UPDATE_EXPECT=1` writes them anew.

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use journeyman_domain::{IssueNumber, Login};

fn read(text: &str) -> (Specification, Vec<Gap>) {
    super::read(text).into_parts()
}

fn summary((spec, gaps): (Specification, Vec<Gap>)) -> Value {
    let change = |change: &Change| match change {
        Change::WholeFile { path, content } => json!({ "whole_file": path, "content": content }),
        Change::Diff { text, .. } => json!({ "diff": text }),
        Change::SearchReplace { path, replacements } => json!({ "search_replace": path, "replacements": replacements.len() }),
        Change::Broken { path, reason } => json!({ "broken": path, "reason": reason }),
    };
    let step = |step: &Step| {
        let mut shown = json!({
            "number": step.number, "title": step.title, "line": step.line, "files": step.files, "verify": step.verify,
            "depends_on": step.depends_on, "done": step.done, "no_code_change": step.no_code_change,
            "edits": step.edits.iter().map(|edit| change(&edit.change)).collect::<Vec<_>>(),
            "instructions": step.instructions.lines().collect::<Vec<_>>(),
        });
        if !step.document.is_empty() {
            shown["document"] = json!(step.document);
        }
        if step.optional {
            shown["optional"] = json!(true);
        }
        if !step.meets.is_empty() {
            shown["meets"] = json!(step.meets);
        }
        shown
    };
    json!({
        "title": spec.title,
        "steps": spec.steps.iter().map(step).collect::<Vec<_>>(),
        "acceptance_criteria": spec.acceptance_criteria,
        "out_of_scope": spec.out_of_scope,
        "gaps": gaps,
    })
}

/// A case is one text (`spec.md`), or an issue (`issue.md`, its first line the title) with the repository that it is about (`repo/`) or
/// its `sub-issues/`.
fn of_case(case: &Path) -> Value {
    let Ok(issue) = std::fs::read_to_string(case.join("issue.md")) else {
        return summary(read(&std::fs::read_to_string(case.join("spec.md")).unwrap()));
    };
    let (title, body) = issue.split_once('\n').unwrap();
    if case.join("sub-issues").is_dir() {
        return of_sub_issues(&case.join("sub-issues"), body);
    }
    let mut tree = Vec::new();
    walk(&case.join("repo"), "", &mut tree);
    tree.sort();
    let found = references(body, "octo/hello");
    let Folder { files, gaps: missing } = folder_of(&found[0], &tree);
    let texts: Vec<_> = files.iter().map(|file| (file, std::fs::read_to_string(case.join("repo").join(file)).unwrap())).collect();
    let (spec, mut gaps) = read_documents(title.trim_start_matches("# "), body, &texts, &Answers::default()).into_parts();
    gaps.extend(missing);
    let mut shown = summary((spec, gaps));
    shown["reads"] = json!(files);
    shown["references"] = json!(found.iter().map(|reference| &reference.path).collect::<Vec<_>>());
    shown
}

/// Sub-issues are files called by their numbers, in that order, the first line the title: `12.md`, `13.closed.md`, `14.stranger.md`.
fn of_sub_issues(folder: &Path, body: &str) -> Value {
    let mut names = Vec::new();
    walk(folder, "", &mut names);
    names.sort();
    let texts: Vec<_> = names.iter().map(|name| std::fs::read_to_string(folder.join(name)).unwrap()).collect();
    let parts = names.iter().zip(&texts).map(|(name, text)| {
        let number = IssueNumber(name.split_once('.').unwrap().0.parse().unwrap());
        let (title, body) = text.split_once('\n').unwrap();
        let said = match name.ends_with(".stranger.md") {
            true => Said::ByStranger { number, login: Login::new("mallory"), before: None },
            false => Said::Text { number, title, body, own_parts: 0 },
        };
        Part { said, closed: name.ends_with(".closed.md") }
    });
    summary(read_with_sub_issues(body, &parts.collect::<Vec<_>>(), &Answers::default()).into_parts())
}

fn walk(folder: &Path, below: &str, tree: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder.join(below)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        if entry.file_type().unwrap().is_dir() { walk(folder, &path, tree) } else { tree.push(path) }
    }
}

#[test]
fn every_specification_is_read_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/specs");
    let mut names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 15, "{names:?}");
    for case in names {
        let mut found = of_case(&case);
        found.sort_all_objects();
        let found = serde_json::to_string_pretty(&found).unwrap() + "\n";
        expect_test::expect_file![case.join("expected.json")].assert_eq(&found);
    }
}

fn kinds(text: &str) -> Vec<(GapKind, usize, bool)> {
    read(text).1.into_iter().map(|gap| (gap.kind, gap.line, gap.blocking)).filter(|gap| gap.0 != GapKind::NoAcceptanceCriteria).collect()
}

fn in_step(prose: &str) -> Vec<GapKind> {
    kinds(&format!("## Steps\n\n### Step 1: Do it\n\n{prose}\n")).into_iter().map(|gap| gap.0).collect()
}

#[test]
fn a_placeholder_is_asked_about_and_talk_of_one_is_not() {
    for prose in ["The limit is TBD.", "TODO: name the file", "Log to ???", "- [insert the address]", "The format is to be determined."] {
        assert_eq!(in_step(prose), [GapKind::Placeholder], "{prose}");
    }
    for prose in [
        "Remove every TODO comment.",
        "Add a TODO list to the page",
        "Print `TBD`",
        "No placeholders (TBD, TODO).",
        "See XXX-12.",
        "**TODO**\n\n```\nbuy milk\n```",
    ] {
        assert_eq!(in_step(prose), [], "{prose}");
    }
    assert_eq!(kinds("Cost: TBD\n\n## Steps\n1. Add `a.rs`\n"), [(GapKind::Placeholder, 1, false)]);
}

#[test]
fn a_gate_is_seen_and_an_ordinary_sentence_is_none() {
    for prose in
        ["Do not start until this is approved.", "Proposal only.", "**Awaiting approval**", "请审阅后再实施", "Do not implement yet."]
    {
        assert_eq!(in_step(prose), [GapKind::Gate], "{prose}");
    }
    for prose in [
        "Do not start the server until the store is open.",
        "> Do not implement until reviewed",
        "Ask for approval of the cookie banner.",
        "Users wait for approval of a post.",
    ] {
        assert_eq!(in_step(prose), [], "{prose}");
    }
}

#[test]
fn options_are_asked_about_only_while_none_is_chosen() {
    let options = "# T\n\n## Store\n\n### Option A: one\n\nx\n\n### Option B: two\n\ny\n\n## Steps\n1. Add `a.rs`\n";
    assert_eq!(kinds(options), [(GapKind::UndecidedOptions, 5, true)]);
    assert_eq!(kinds(&options.replace("\ny\n", "\nDecision: A.\n")), []);
    assert_eq!(kinds("## Store\n\n- Option 1: a\n- Option 2: b\n\n## Steps\n1. Add `a.rs`\n"), [(GapKind::UndecidedOptions, 3, true)]);
}

#[test]
fn ten_thousand_steps_are_one_gap() {
    let text: String = (1..=10_000).map(|n| format!("### Step {n}: Add part {n}\n\nIn `src/a{n}.rs`, TODO: all.\n\n")).collect();
    let (spec, gaps) = read(&text);
    assert_eq!(spec.steps.len(), 10_000);
    assert_eq!(gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>(), [GapKind::TooManySteps]);
    let boxes: String = (1..=10_000).map(|n| format!("- [ ] {n}. Add part {n}\n")).collect();
    assert_eq!(read(&format!("# Tasks\n\n{boxes}")).0.steps.len(), 10_000);
}

#[test]
fn hostile_texts_are_read_quickly() {
    let texts = [
        "[".repeat(65_536),
        "`".repeat(65_536),
        "## Steps\n".repeat(8_000),
        "**a**\n".repeat(12_000),
        format!("## Steps\n1. {}\n", "depends on 1, ".repeat(5_000)),
        "- [ ] ".repeat(10_000),
        "> ".repeat(30_000),
        (0..3_000).map(|depth| format!("{}- [ ] {depth}. a\n", " ".repeat(depth))).collect(),
        "## Phase 1\n- [ ] a\n".repeat(4_000),
        "\0\u{202e}\u{feff}\r\r\n".repeat(5_000),
        "### Option A\n".repeat(8_000),
        "<task>\n<name>a</name>\n".repeat(5_000),
    ];
    for text in texts {
        let (spec, gaps) = read(&text);
        let last = text.matches('\n').count() + 1;
        assert!(spec.steps.iter().all(|step| (1..=last).contains(&step.line)));
        assert!(gaps.iter().all(|gap| (1..=last).contains(&gap.line)));
    }
}

fn steps_of(text: &str) -> Specification {
    read(&format!("# T\n\n## Steps\n\n{text}")).0
}

#[test]
fn files_that_do_not_fit_the_repository_are_asked_about() {
    let spec = steps_of(
        "### Step 1: A\n\n- Create: `src/a.rs`\n- Modify: `src/b.rs`\n\n### Step 2: B\n\n- Modify: `src/a.rs`\n- Create: `src/a.rs`\n\n### Step 3: C\n\nDelete `src/a.rs`, then edit `src/c.rs`.\n\n### Step 4: D\n\n- Modify: `src/a.rs`\n",
    );
    let found: Vec<_> = check_files(&spec, |path| path == "src/b.rs").into_iter().map(|gap| (gap.kind, gap.line, gap.blocking)).collect();
    assert_eq!(found, [(GapKind::MissingFile, 15, false), (GapKind::MissingFile, 19, true)]);
    let found: Vec<_> = check_files(&spec, |_| true).into_iter().map(|gap| (gap.kind, gap.line)).collect();
    assert_eq!(found, [(GapKind::ExistingFile, 5), (GapKind::MissingFile, 19)]);
}

#[test]
fn files_of_exact_edits_are_left_to_the_edits() {
    let spec = steps_of(
        "1. Rename\n\n   ```diff\n   diff --git a/a.rs b/b.rs\n   similarity index 100%\n   rename from a.rs\n   rename to b.rs\n   ```\n\n2. Go on\n   - Modify: `b.rs`\n   - Modify: `a.rs`\n",
    );
    let found: Vec<_> = check_files(&spec, |path| path == "a.rs").into_iter().map(|gap| (gap.kind, gap.line)).collect();
    assert_eq!(found, [(GapKind::MissingFile, 14)]);
}

#[test]
fn commands_that_reach_outside_never_verify() {
    let spec = steps_of(
        "### Step 1: A\n\nRun: `npm test`\nRun: `git push`\nRun: `npm test && npm publish`\nRun: `rm -rf /`\nRun: `kubectl delete ns x`\nRun: `gh pr merge 1`\nRun: `curl x | sh`\n",
    );
    assert_eq!(spec.steps.iter().map(|step| step.verify.clone()).collect::<Vec<_>>(), [["npm test"]]);
}

proptest! {
    #[test]
    fn reading_never_panics_and_every_line_is_within_the_text(
        parts in proptest::collection::vec(prop_oneof![
            "(?s).{0,40}",
            "#{1,7} (Steps|Step 1: A|Phase 2|1\\. Add|Acceptance criteria|Open questions|Option A|Tasks)\n",
            " {0,9}([-*+]|[0-9]{1,3}[.)]) (\\[[ xX-]\\] )?(T00[0-9] |1\\.2 |\\*\\*Task 1:\\*\\* )?[a-z `/.*]{0,30}\n",
            " {0,9}(`{3,5}|~{3,4})[a-z]{0,5}\n",
            "(<!--|-->|---|\\*\\*Files:\\*\\*|Run: `make`|Depends on: Step 2|TBD|> x)\r?\n",
            "\n{1,3}",
        ], 0..40)
    ) {
        let text = parts.concat();
        let (spec, gaps) = read(&text);
        let last = text.matches('\n').count() + 1;
        let lines: Vec<usize> = spec.steps.iter().map(|step| step.line).collect();
        prop_assert!(lines.iter().all(|line| (1..=last).contains(line)));
        prop_assert!(lines.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(gaps.iter().all(|gap| (1..=last).contains(&gap.line)));
        prop_assert!(spec.acceptance_criteria.iter().all(|criterion| (1..=last).contains(&criterion.line)));
        prop_assert_eq!(spec.steps.is_empty(), gaps.iter().any(|gap| gap.kind == GapKind::NoSteps));
        check_files(&spec, |path| path.len() % 2 == 0);
    }
}

#[test]
fn what_is_struck_but_for_its_number_is_left_out_and_told() {
    for (list, struck) in [
        ("### 1. Add `a`\n\nWith a.\n\n### 2. ~~Add c~~\n\nWith c.\n", "Add c"),
        ("### Step 1: Add `a`\n\nWith a.\n\n### Step 2: ~~Add c~~\n\nWith c.\n", "Add c"),
        ("1. Add `a`\n2. **Task 2:** ~~Add c~~\n", "Add c"),
        ("- [ ] T001 Add `a`\n- [ ] T002 ~~Add c~~\n", "Add c"),
        ("| # | Task |\n|---|---|\n| 1 | Add `a` |\n| 2 | ~~Add c~~ |\n", "Add c"),
    ] {
        let (read, _) = read(&format!("# T\n\n## Steps\n\n{list}"));
        let titles: Vec<&str> = read.steps.iter().map(|step| step.title.as_str()).collect();
        let left: Vec<&str> = read.left_out.iter().map(|left| left.words.as_str()).collect();
        assert_eq!((titles.len(), left), (1, vec![struck]), "{list}{titles:?}");
    }
    let (kept, _) = read("# T\n\n## Steps\n\n1. Use ~~c~~ d in `a`\n2. Write 2 ~~c~~\n");
    assert_eq!(kept.steps.len(), 2);
}

#[test]
fn of_several_plans_the_one_that_is_chosen_is_built_and_the_others_are_told() {
    let text = "# T\n\n## Backend\n\n1. Add `a.js`\n2. Add `b.js`\n\n## Rollout\n\n| Task | File |\n|---|---|\n| Describe it | `c.md` |\n| Announce it | `d.md` |\n";
    let (_, gaps) = read(text);
    let question = gaps.iter().find(|gap| gap.kind == GapKind::ProposedPlan).unwrap();
    assert_eq!(proposed_plans(question), 2);
    let answered = |said: &str| read_answered(text, &[(question.question.clone(), said.to_owned())].into_iter().collect());
    let Read { specification, gaps, .. } = answered("approve 2");
    let titles: Vec<&str> = specification.steps.iter().map(|step| step.title.as_str()).collect();
    let left: Vec<usize> = specification.left_out.iter().map(|left| left.line).collect();
    assert_eq!((titles, left), (vec!["Add `a.js`", "Add `b.js`"], vec![12, 13]), "{gaps:?}");
    assert!(answered("1 and 2").gaps.iter().any(|gap| gap.kind == GapKind::ProposedPlan && gap.blocking));
}

#[test]
fn what_is_read_a_little_differently_is_told() {
    let edit = |name: &str| {
        format!("# T\n\n## Steps\n\n### 1. Change it\n\n**{name}**\n\n```text\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n```\n")
    };
    let told = |name: &str| {
        let gaps = read(&edit(name)).1.into_iter().filter(|gap| gap.kind == GapKind::ReadAs);
        gaps.map(|gap| (gap.line, gap.blocking, gap.question)).collect::<Vec<_>>()
    };
    assert_eq!(told(r"src\a.txt"), [(7, false, r"I read `src\a.txt` as `src/a.txt`.".to_owned())]);
    assert!(matches!(told("src/a.txt#L3").as_slice(), [(7, false, told)] if told.contains("`#L3`")));
    assert_eq!(told("src/a.txt"), []);
}
