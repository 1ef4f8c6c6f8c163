//! What an issue names, and what is read of it.

use proptest::prelude::*;

use super::*;
use crate::specification::{Answers, Gap, GapKind, Specification};

fn read_documents<P: AsRef<str>, T: AsRef<str>>(title: &str, body: &str, files: &[(P, T)]) -> (Specification, Vec<Gap>) {
    super::read_documents(title, body, files, &Answers::default()).into_parts()
}

fn named(issue: &str) -> Vec<(String, bool)> {
    references(issue, "octo/hello").into_iter().map(|reference| (reference.path, reference.declared)).collect()
}

fn one(path: &str, declared: bool) -> Vec<(String, bool)> {
    vec![(path.to_owned(), declared)]
}

#[test]
fn a_folder_or_a_file_is_named_in_many_ways() {
    for (issue, path) in [
        ("Please see specs/004-greet/.", "specs/004-greet"),
        ("It is all in `specs/004-greet/tasks.md`.", "specs/004-greet"),
        ("See specs/greet/tasks.md", "specs/greet"),
        ("See specs/2026-01-02-greet.md", "specs/2026-01-02-greet.md"),
        ("Everything: .kiro/specs/greet-people", ".kiro/specs/greet-people"),
        ("- openspec/changes/add-greeting/tasks.md and openspec/changes/add-greeting/proposal.md", "openspec/changes/add-greeting"),
        ("docs/superpowers/plans/2026-01-02-greet.md", "docs/superpowers/plans/2026-01-02-greet.md"),
        ("See thoughts/shared/plans/greet.md (reviewed).", "thoughts/shared/plans/greet.md"),
        ("[the work](https://github.com/octo/hello/tree/main/specs/004-greet)", "specs/004-greet"),
        ("https://git.example.com/Octo/Hello/blob/main/specs/004-greet/spec.md?plain=1#L10", "specs/004-greet"),
        ("https://github.com/octo/hello/tree/feature/x/specs/004-greet and specs/004-greet", "specs/004-greet"),
        ("[all](../blob/main/specs/004-greet/spec.md)", "specs/004-greet"),
        ("[all](/octo/hello/blob/main/docs/plans/greet.md#task-1)", "docs/plans/greet.md"),
        ("[all][1]\n\n[1]: ../tree/main/specs/004-greet/", "specs/004-greet"),
        ("[all](specs/004%2Dgreet)", "specs/004-greet"),
        ("The phase: .planning/phases/03-greet/03-01-PLAN.md", ".planning/phases/03-greet/03-01-PLAN.md"),
        ("@specs/004-greet/spec.md, please", "specs/004-greet"),
    ] {
        assert_eq!(named(issue), one(path, false), "{issue}");
    }
}

#[test]
fn a_line_may_say_that_this_is_the_specification() {
    for issue in [
        "Specification: specs/004-greet",
        "**Spec:** [004](https://github.com/octo/hello/tree/main/specs/004-greet)",
        "- Tasks: `specs/004-greet/tasks.md`",
        "The plan is in specs/004-greet/.",
        "The specification lives under `specs/004-greet`",
        "Implement specs/004-greet, please.",
        "### Specification in the repository\n\nspecs/004-greet\n\n### Steps\n\n_No response_",
        "## Plan\n\n- `specs/004-greet/plan.md`\n",
        "仕様: specs/004-greet",
    ] {
        assert_eq!(named(issue), one("specs/004-greet", true), "{issue}");
    }
    assert_eq!(named("Specification: docs/greeting/idea.md"), one("docs/greeting/idea.md", true));
}

#[test]
fn what_is_spoken_of_otherwise_is_not_the_specification() {
    for issue in [
        "```\nspecs/004-greet\n```",
        "> specs/004-greet",
        "<!-- specs/004-greet -->",
        "    specs/004-greet",
        "https://github.com/other/hello/tree/main/specs/004-greet",
        "[specs/004-greet](https://github.com/octo/other/tree/main/specs/004-greet)",
        "[specs/004-greet](/other/hello/tree/main/specs/004-greet)",
        "It should work like specs/004-greet does.",
        "There is a typo in specs/004-greet/spec.md.",
        "This depends on specs/004-greet.",
        "## Out of scope\n\n- specs/004-greet",
        "## Related\n\n- specs/004-greet",
        "## Steps to reproduce\n\n1. Open specs/004-greet/spec.md",
        "src/specs/greet.rs, docs/usage.md and README.md",
        "specs/../../etc/passwd.md",
        "specs/004-*/tasks.md",
    ] {
        assert_eq!(named(issue), [], "{issue}");
    }
}

#[test]
fn an_issue_with_steps_of_its_own_is_its_own_specification_unless_it_says_otherwise() {
    let steps = "\n\n## Steps\n\n1. Add `a.rs`\n2. Add `b.rs`\n";
    assert_eq!(named(&format!("As planned in docs/plans/a.md.{steps}")), []);
    assert_eq!(named(&format!("Specification: docs/plans/a.md{steps}")), one("docs/plans/a.md", true));
}

#[test]
fn two_of_them_are_a_question_unless_one_is_declared_or_goes_with_the_other() {
    let both = references("See specs/004-greet and specs/005-bye.", "octo/hello");
    assert_eq!(both.len(), 2);
    let gap = ambiguous(&both).unwrap();
    assert_eq!((gap.kind, gap.line, gap.blocking), (GapKind::NoSteps, 1, true));
    assert!(gap.question.contains("`specs/004-greet`, `specs/005-bye`"), "{}", gap.question);
    assert_eq!(named("See specs/004-greet.\nSpecification: specs/005-bye."), one("specs/005-bye", true));
    let with_design = references("Design: docs/superpowers/specs/greet-design.md\nPlan: docs/superpowers/plans/greet.md", "octo/hello");
    assert_eq!(with_design.len(), 1);
    assert_eq!(
        (with_design[0].path.as_str(), with_design[0].also.as_slice()),
        ("docs/superpowers/plans/greet.md", ["docs/superpowers/specs/greet-design.md".to_owned()].as_slice())
    );
    assert_eq!(ambiguous(&with_design), None);
}

fn folder(issue: &str, tree: &[&str]) -> Folder {
    let found = references(issue, "octo/hello");
    assert_eq!(found.len(), 1, "{found:?}");
    folder_of(&found[0], tree)
}

#[test]
fn the_texts_of_a_folder_are_read_the_steps_first() {
    let tree = [
        "specs/004-greet/checklists/requirements.md",
        "specs/004-greet/contracts/api.yaml",
        "specs/004-greet/data-model.md",
        "specs/004-greet/plan.md",
        "specs/004-greet/spec.md",
        "specs/004-greet/tasks.md",
        "specs/004-greeting/tasks.md",
        "src/main.rs",
    ];
    let read = folder("See specs/004-greet/spec.md", &tree);
    let expected: [String; 4] = ["tasks.md", "spec.md", "plan.md", "data-model.md"].map(|name| format!("specs/004-greet/{name}"));
    assert_eq!((read.files.as_slice(), read.gaps.len()), (expected.as_slice(), 0));
    let read = folder("Plan: docs/plans/a.md, design: docs/superpowers/specs/a.md", &["docs/plans/a.md", "docs/superpowers/specs/a.md"]);
    assert_eq!(read.files, ["docs/plans/a.md", "docs/superpowers/specs/a.md"]);
    let read = folder("https://github.com/octo/hello/tree/feature/x/specs/004-greet", &tree);
    assert_eq!(read.files, expected);
    let read = folder("See specs/004", &["specs/004-greet/tasks.md", "specs/0045/tasks.md"]);
    assert_eq!(read.files, ["specs/004-greet/tasks.md"]);
}

#[test]
fn what_is_not_there_is_asked_about() {
    let question = |issue: &str, tree: &[&str]| {
        let read = folder(issue, tree);
        assert_eq!((read.files.len(), read.gaps.len()), (0, 1));
        (read.gaps[0].line, read.gaps[0].blocking, read.gaps[0].question.clone())
    };
    let (line, blocking, words) = question("Greet.\n\nSee specs/004-x.", &["specs/004-xy/tasks.md"]);
    assert_eq!((line, blocking), (3, true));
    assert!(words.starts_with("The issue names `specs/004-x`, which is not there at the base."), "{words}");
    let (.., words) = question("See specs/004", &["specs/004-a/tasks.md", "specs/004-b/tasks.md"]);
    assert!(words.contains("not there"), "{words}");
    let (.., words) = question("openspec/changes/greet", &["openspec/changes/archive/2026-01-02-greet/tasks.md"]);
    assert!(words.contains("`openspec/changes/archive/2026-01-02-greet`"), "{words}");
    let (.., words) = question("See specs/004-x", &["specs/004-x/api.yaml"]);
    assert!(words.contains("no Markdown file"), "{words}");
}

#[test]
fn a_folder_with_too_many_texts_is_read_in_part_and_says_so() {
    let tree: Vec<String> = (0..30).map(|n| format!("specs/004-x/notes/{n:02}.md")).chain(["specs/004-x/tasks.md".into()]).collect();
    let found = references("specs/004-x", "octo/hello");
    let read = folder_of(&found[0], &tree);
    assert_eq!((read.files.len(), read.files[0].as_str()), (MOST_FILES, "specs/004-x/tasks.md"));
    assert_eq!(read.gaps.iter().map(|gap| gap.blocking).collect::<Vec<_>>(), [false]);
}

#[test]
fn an_implementer_gets_the_documents_with_what_is_wanted_first_and_is_told_what_is_cut() {
    let files = [
        ("specs/004-x/tasks.md", "- [ ] T001 Greet\n"),
        ("specs/004-x/spec.md", "\u{feff}# Greeting\n\nKindly.\n"),
        ("specs/004-x/plan.md", "One file."),
    ];
    let whole = context(&files, 10_000);
    assert_eq!(
        whole,
        "===== specs/004-x/spec.md =====\n\n# Greeting\n\nKindly.\n\n===== specs/004-x/plan.md =====\n\nOne file.\n\n===== specs/004-x/tasks.md =====\n\n- [ ] T001 Greet"
    );
    for most in 0..whole.len() {
        let cut = context(&files, most);
        assert!(cut.len() <= most && (cut.is_empty() || cut.contains("cut off") || whole.starts_with(&cut)), "{most}: {cut}");
    }
}

#[test]
fn what_is_too_large_is_asked_about_and_not_read() {
    let (spec, gaps) = read_documents("A", "", &[("specs/004-x/tasks.md", format!("- [ ] T001 Add a.rs\n{}", "x\n".repeat(MOST_BYTES)))]);
    assert_eq!((spec.steps.len(), gaps.len()), (0, 1));
    assert_eq!((gaps[0].kind, gaps[0].blocking, gaps[0].document.as_str()), (GapKind::NoSteps, true, "specs/004-x/tasks.md"));
}

#[test]
fn the_steps_of_the_issue_count_where_its_files_have_none() {
    let body =
        "Design: docs/superpowers/specs/a.md\n\n## Steps\n\n1. Add `a.rs`\n2. Add `b.rs`\n\n## Acceptance criteria\n\n- green (`test`)\n";
    let (spec, gaps) =
        read_documents("Greet", body, &[("docs/superpowers/specs/a.md", "# Greeting design\n\n## Non-goals\n\n- Farewells\n")]);
    assert_eq!(spec.steps.iter().map(|step| (step.line, step.document.as_str())).collect::<Vec<_>>(), [(5, ""), (6, "")]);
    assert_eq!(
        (spec.title.as_str(), spec.out_of_scope.as_slice(), gaps),
        ("Greeting design", ["Farewells".to_owned()].as_slice(), Vec::new())
    );
}

#[test]
fn a_gate_in_the_issue_or_in_a_design_holds_the_steps_of_a_folder() {
    let files = [
        ("specs/004-x/tasks.md", "# Tasks: X\n\n- [ ] T001 Add src/a.rs\n"),
        ("specs/004-x/plan.md", "# Plan: X\n\nTBD. Do not implement until this is approved.\n"),
    ];
    let (_, gaps) = read_documents("X", "Specification: specs/004-x\n\nAwaiting approval.", &files);
    let found: Vec<_> = gaps.iter().map(|gap| (gap.kind, gap.document.as_str(), gap.line)).collect();
    assert_eq!(
        found,
        [(GapKind::Gate, "", 3), (GapKind::NoAcceptanceCriteria, "specs/004-x/tasks.md", 3), (GapKind::Gate, "specs/004-x/plan.md", 3)]
    );
}

#[test]
fn a_specification_with_steps_of_its_own_is_the_plan_of_its_folder() {
    let files = [
        ("specs/greet/requirements.md", "# Requirements\n\nGreet.\n"),
        ("specs/greet/spec.md", "# Greet\n\n## Steps\n\n1. Add `a.rs`\n2. Add `b.rs`\n"),
    ];
    let (spec, gaps) = read_documents("A", "", &files);
    assert_eq!(spec.steps.iter().map(|step| step.document.as_str()).collect::<Vec<_>>(), ["specs/greet/spec.md"; 2]);
    assert!(!gaps.iter().any(|gap| gap.blocking), "{gaps:?}");
    let list = [("specs/greet/spec.md", "# Greet\n\n## Progress\n\n- [ ] Add `a.rs`\n- [ ] Add `b.rs`\n")];
    let kinds: Vec<GapKind> = read_documents("A", "", &list).1.iter().filter(|gap| gap.blocking).map(|gap| gap.kind).collect();
    assert_eq!(kinds, [GapKind::ProposedPlan]);
}

proptest! {
    #[test]
    fn reading_files_never_panics_and_every_line_is_within_its_document(
        parts in proptest::collection::vec(prop_oneof![
            "(?s).{0,30}",
            "#{1,5} (Tasks|Phase [1-3]: A|Requirement [1-3]: B|Acceptance Criteria|Scenario: C|User Story 1|Open Questions|Non-Goals)\r?\n",
            " {0,6}- \\[[ xX-]\\]\\*? (T00[0-9] |[1-3]\\.[0-9]{1,2} |\\[US1\\] )?[a-z `/.]{0,20}\n",
            "  - _Requirements: [1-9.,\\- ]{0,9}_\n",
            "\\*\\*(Checkpoint|Independent Test)\\*\\*: [a-z]{0,9}\n",
            "(See|Plan:|Specification:) (specs/00[1-3]-a/tasks\\.md|\\.kiro/specs/b|https://github.com/o/h/tree/main/specs/001-a|docs/plans/c.md)\n",
        ], 0..30),
        at in 0_usize..20,
    ) {
        let (issue, document) = (parts.iter().take(at).cloned().collect::<String>(), parts.concat());
        let last = |text: &str| text.matches('\n').count() + 1;
        for reference in references(&issue, "o/h") {
            prop_assert!((1..=last(&issue)).contains(&reference.line));
            let _ = folder_of(&reference, &["specs/001-a/tasks.md", "docs/plans/c.md"]);
        }
        let files = [("specs/001-a/tasks.md", document.as_str()), ("specs/001-a/spec.md", document.as_str())];
        let (spec, gaps) = read_documents("A", &issue, &files);
        let within = |document_of: &str, line: usize| (1..=last(if document_of.is_empty() { &issue } else { &document })).contains(&line);
        prop_assert!(spec.steps.iter().all(|step| within(&step.document, step.line)));
        prop_assert!(spec.acceptance_criteria.iter().all(|criterion| within(&criterion.document, criterion.line)));
        prop_assert!(gaps.iter().all(|gap| within(&gap.document, gap.line)));
        prop_assert!(!spec.steps.is_empty() || gaps.iter().any(|gap| matches!(gap.kind, GapKind::NoSteps | GapKind::ProposedPlan) && gap.blocking));
        let numbers: Vec<&str> = spec.acceptance_criteria.iter().map(|criterion| criterion.number.as_str()).collect();
        prop_assert!(spec.steps.iter().flat_map(|step| &step.meets).all(|number| numbers.contains(&number.as_str())));
    }
}
