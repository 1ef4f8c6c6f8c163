use proptest::prelude::*;

use super::*;
use crate::specification::document::fences;
use crate::specification::edits::of_step;

fn read_with_sub_issues(body: &str, parts: &[Part<'_>]) -> (Specification, Vec<Gap>) {
    super::read_with_sub_issues(body, parts, &Answers::default()).into_parts()
}

fn text<'a>(number: u64, title: &'a str, body: &'a str) -> Part<'a> {
    Part { said: Said::Text { number: IssueNumber(number), title, body, own_parts: 0 }, closed: false }
}

fn stranger(number: u64, before: Option<&Specification>) -> Part<'_> {
    Part { said: Said::ByStranger { number: IssueNumber(number), login: Login::new("mallory"), before }, closed: false }
}

fn told(gaps: &[Gap]) -> Vec<(GapKind, &str, usize, bool)> {
    gaps.iter().map(|gap| (gap.kind, gap.document.as_str(), gap.line, gap.blocking)).collect()
}

const BODY: &str = "Notes are wanted.\n\n## Acceptance criteria\n\n- [ ] Both are there (`test`)\n";

#[test]
fn each_sub_issue_is_a_step_whatever_headings_it_has() {
    let first = "# Background\n\nWhy.\n\n## Steps\n\n1. Do it in `a.rs`\n2. Then in `b.rs`\n\n### Step 9: Sweep\n\n## Acceptance criteria\n\n- It holds\n";
    let (read, gaps) = read_with_sub_issues(BODY, &[text(11, "Step 3: Write  a.rs", first), text(14, "Say so", "Say it in `README.md`.")]);
    let steps: Vec<_> = read.steps.iter().map(|s| (s.number.as_str(), s.title.as_str(), s.document.as_str(), s.line)).collect();
    assert_eq!(steps, [("1", "Step 3: Write a.rs", "#11", 1), ("2", "Say so", "#14", 1)]);
    assert!(read.steps[0].instructions.contains("### Step 9: Sweep") && read.steps[0].files.contains(&"b.rs".to_owned()));
    let criteria: Vec<_> = read.acceptance_criteria.iter().map(|c| (c.text.as_str(), c.document.as_str(), c.line)).collect();
    assert_eq!(criteria, [("Both are there (`test`)", "", 5), ("It holds", "#11", 14)]);
    assert_eq!(told(&gaps), []);
}

#[test]
fn a_gap_names_the_sub_issue_and_the_line_in_it() {
    let (_, gaps) = read_with_sub_issues(BODY, &[text(11, "One", "Write `a.txt`.\n\nThe limit is TBD.\n"), text(12, "Two", " \n")]);
    assert_eq!(told(&gaps), [(GapKind::Placeholder, "#11", 3, true), (GapKind::EmptyStep, "#12", 1, true)]);
    let broken = "`a.txt`\n```\n<<<<<<< SEARCH\na\n```\n";
    let (read, gaps) = read_with_sub_issues(BODY, &[text(11, "One", broken)]);
    assert_eq!((told(&gaps), read.steps[0].edits[0].line), (vec![(GapKind::BrokenEdit, "#11", 2, true)], 2));
}

#[test]
fn what_depends_on_a_sub_issue_depends_on_its_step() {
    let parts = [
        text(30, "One", "Write `a.txt`."),
        text(31, "Two", "Depends on: #30\n\nWrite `b.txt`."),
        text(1, "Three", "Blocked by #31 and #99. Write `c.txt`."),
    ];
    let (read, gaps) = read_with_sub_issues(BODY, &parts);
    assert_eq!(read.steps.iter().map(|step| step.depends_on.join(" ")).collect::<Vec<_>>(), ["", "1", "2"]);
    assert_eq!(told(&gaps), []);
    let (_, gaps) = read_with_sub_issues(BODY, &[text(30, "One", "Depends on: #31\n\nWrite `a.txt`."), text(31, "Two", "Write `b.txt`.")]);
    assert_eq!(told(&gaps), [(GapKind::DependsOnLater, "#30", 1, true)]);
}

#[test]
fn one_that_is_closed_is_done_and_asks_nothing() {
    let closed = |part: Part<'static>| Part { closed: true, ..part };
    let elsewhere = Part { said: Said::Elsewhere { repo: "octo/other".parse().unwrap(), number: IssueNumber(5) }, closed: true };
    let parts = [closed(text(11, "One", "TBD")), closed(stranger(12, None)), elsewhere, text(13, "Two", "Write `b.txt`.")];
    let (read, gaps) = read_with_sub_issues(BODY, &parts);
    let steps: Vec<_> = read.steps.iter().map(|s| (s.number.as_str(), s.title.as_str(), s.done)).collect();
    assert_eq!(steps, [("1", "One", true), ("2", "Sub-issue #12", true), ("3", "Sub-issue octo/other#5", true), ("4", "Two", false)]);
    assert_eq!(told(&gaps), []);
}

#[test]
fn a_strangers_text_is_asked_about_and_not_read_and_the_one_before_it_stays() {
    let (before, _) = read_with_sub_issues(BODY, &[text(11, "One", "Write `a.txt`."), text(12, "Two", "Write `b.txt`.")]);
    let (read, gaps) = read_with_sub_issues(BODY, &[text(11, "One", "Write `a.txt`."), stranger(12, None)]);
    assert_eq!((read.steps.len(), told(&gaps)), (1, vec![(GapKind::SubIssue, "#12", 1, true)]));
    let (read, gaps) = read_with_sub_issues(BODY, &[stranger(12, Some(&before)), text(11, "One", "Write `a.txt`.")]);
    assert_eq!((read.steps[0].title.as_str(), read.steps[0].number.as_str()), ("Two", "1"));
    assert_eq!(told(&gaps), [(GapKind::SubIssue, "#12", 1, false)]);
    assert!(!gaps[0].question.contains("Two"));
    let closed = Part { closed: true, ..stranger(12, Some(&before)) };
    let (read, gaps) = read_with_sub_issues(BODY, &[closed]);
    assert_eq!((read.steps[0].title.as_str(), read.steps[0].done, told(&gaps)), ("Two", true, vec![]));
}

#[test]
fn what_belongs_elsewhere_is_asked_about() {
    let elsewhere = Part { said: Said::Elsewhere { repo: "octo/other".parse().unwrap(), number: IssueNumber(5) }, closed: false };
    let unseen = Part { said: Said::Unseen, closed: false };
    let (read, gaps) = read_with_sub_issues(BODY, &[elsewhere, unseen]);
    assert_eq!((read.steps.len(), told(&gaps)), (0, vec![(GapKind::SubIssue, "", 1, true), (GapKind::SubIssue, "", 1, true)]));
    assert!(gaps[0].question.contains("`octo/other#5`"), "{}", gaps[0].question);
    let nested = Part { said: Said::Text { number: IssueNumber(3), title: "One", body: "Write `a.txt`.", own_parts: 2 }, closed: false };
    assert_eq!(told(&read_with_sub_issues(BODY, &[nested]).1), [(GapKind::SubIssue, "#3", 1, false)]);
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("# Title"),
        Just("## Steps"),
        Just("### Step 2: Another"),
        Just("Another\n==="),
        Just("1. Write `a.rs`"),
        Just("- [x] T001 Write `b.rs`"),
        Just("- [ ] box"),
        Just("<task><name>Do it</name></task>"),
        Just("<!-- a comment"),
        Just("-->"),
        Just("<details>"),
        Just("```"),
        Just("~~~~"),
        Just("`c.txt`\n```text\nwhole\n\tfile  \n```"),
        Just("    `d.txt`\n    ```\n    indented\n    ```"),
        Just("```diff\n--- a/e\n+++ b/e\n@@ -1 +1 @@\n-a\n+b\n```"),
        Just("`f.txt`\n```\n<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n```"),
        Just("---\nkey: value\n---"),
        Just("> quoted"),
        Just("**Out of scope:** nothing"),
        Just("Some words, #12, TBD."),
        Just(""),
        Just("\r"),
        Just("\u{feff}"),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.join("\n"))
}

proptest! {
    #[test]
    fn whatever_they_hold_each_is_one_step_with_the_edits_of_its_own_text(
        bodies in proptest::collection::vec((pieces(), "\\PC{0,20}", any::<bool>()), 1..5),
        issue in pieces(),
    ) {
        let parts: Vec<_> = bodies
            .iter()
            .enumerate()
            .map(|(at, (body, title, closed))| Part { closed: *closed, ..text(at as u64 + 10, title, body) })
            .collect();
        let (read, gaps) = read_with_sub_issues(&issue, &parts);
        let (own, _) = crate::specification::read(&issue).into_parts();
        prop_assert_eq!(read.steps.len(), own.steps.len() + parts.len());
        for (at, (step, (body, _, closed))) in read.steps.iter().skip(own.steps.len()).zip(&bodies).enumerate() {
            prop_assert_eq!(&step.number, &(at + 1).to_string());
            prop_assert_eq!((&step.document, step.line, step.done), (&format!("#{}", at + 10), 1, *closed));
            let (shown, _) = seen(body);
            let alone: Vec<_> = of_step(fences(&shown).iter()).into_iter().map(|edit| (edit.line, edit.change)).collect();
            let found: Vec<_> = step.edits.iter().map(|edit| (edit.line, edit.change.clone())).collect();
            let paths = |edits: &[(usize, Change)]| edits.iter().map(|(line, change)| (*line, without_lines(change))).collect::<Vec<_>>();
            prop_assert_eq!(paths(&found), paths(&alone));
        }
        for gap in gaps.iter().filter(|gap| !gap.document.is_empty()) {
            let at = gap.document[1..].parse::<usize>().unwrap() - 10;
            prop_assert!(gap.line <= bodies[at].0.split('\n').count(), "{gap:?}");
        }
    }
}

/// The lines within a block are counted from the text that it stands in.
fn without_lines(change: &Change) -> String {
    match change {
        Change::WholeFile { path, content } => format!("{path} {content:?}"),
        Change::Diff { text, .. } => format!("{text:?}"),
        Change::SearchReplace { path, replacements } => {
            format!("{path} {:?}", replacements.iter().map(|one| (&one.search, &one.replace)).collect::<Vec<_>>())
        }
        Change::Broken { path, reason } => format!("{path} {}", reason.replace(|c: char| c.is_ascii_digit(), "")),
    }
}
