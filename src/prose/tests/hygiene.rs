//! Whatever people write, it stays where it is put: it opens no tag, ends no table, forges no marker and calls nobody.

use proptest::prelude::*;

use crate::domain::{ChangeSet, Untrusted};
use crate::prose::text::{cell, code, inline, plain};
use crate::prose::{comment, commit_message, pull_request_body, pull_request_title};
use crate::workflow::tests::sample::{login, step};
use crate::workflow::tests::story::Story;
use crate::workflow::{Answer, Event, Message, Question, Run};

/// A built run whose every word of other people is `text`.
fn run_saying(text: &str) -> Run {
    let mut run = Story::in_review(2).run;
    let plan = run.plan.as_mut().unwrap();
    plan.title = Untrusted::new(text);
    plan.specification.steps[1] = step("2", text);
    plan.specification.steps[1].files = vec![text.to_owned()];
    plan.specification.acceptance_criteria[1].text = text.to_owned();
    plan.specification.out_of_scope = vec![text.to_owned()];
    let answer = Some(Answer { by: login("ada"), text: Untrusted::new(text) });
    run.questions = vec![Question { number: 1, gap: crate::workflow::tests::sample::gap(text), answer, settled: false, step: None }];
    run
}

#[test]
fn other_peoples_lines_become_quiet_markdown() {
    for (written, shown) in [
        ("Add `a < b` and <b>bold</b>", "Add `a < b` and &lt;b>bold&lt;/b>"),
        ("one\n\n# two\r\nthree", "one # two three"),
        ("# Heading", "\\# Heading"),
        ("1. first", "1\\. first"),
        ("[x] done", "\\[x] done"),
        ("a ``` b ` <i>", "a ''' b ' &lt;i>"),
        ("\\` <i> `", "\\\\`<i>`"),
        ("<!-- journeyman:status -->", "&lt;!-- journeyman:status -->"),
        ("`<!-- x -->`", "`<! -- x -->`"),
        ("![pixel](https://example.com/p.png)", "!\\[pixel](https://example.com/p.png)"),
        ("Fixes #5, thanks @octocat!", "Fixes `#5`, thanks `@octocat`!"),
        ("(@octo/team) a@b.example octo/x#7 GH-8", "(`@octo/team`) a@b.example `octo/x#7` `GH-8`"),
        ("closes https://github.com/o/r/issues/5.", "closes `https://github.com/o/r/issues/5`."),
        ("abc\u{202e}def\u{200f}\u{200b}\u{0}", "abcdef"),
    ] {
        assert_eq!(inline(written), shown, "{written:?}");
    }
}

#[test]
fn a_cell_keeps_its_pipes() {
    for (written, shown) in [("a | b", "a \\| b"), ("a \\| b", "a \\\\\\| b"), ("`a|b`", "`a\\|b`")] {
        assert_eq!(cell(&inline(written)), shown, "{written:?}");
    }
}

#[test]
fn long_texts_are_cut_and_long_lists_end() {
    let long = "word ".repeat(200);
    assert_eq!(inline(&long).chars().count(), 200);
    assert!(pull_request_title(&run_saying(&long)).chars().count() <= 256);
    let mut run = run_saying(&"ö".repeat(1000));
    let plan = run.plan.as_mut().unwrap();
    plan.specification.steps = vec![plan.specification.steps[1].clone(); 10_000];
    plan.steps = vec![plan.steps[1].clone(); 10_000];
    plan.specification.acceptance_criteria = vec![plan.specification.acceptance_criteria[1].clone(); 1000];
    plan.specification.out_of_scope = vec!["ö".repeat(1000); 1000];
    run.questions = vec![run.questions[0].clone(); 1000];
    for message in [Message::Status, Message::Questions, Message::Done] {
        assert!(comment(&run, &message).chars().count() < 65_536, "{message:?}");
    }
    let body = pull_request_body(&run, None);
    assert!(body.chars().count() < 65_536 && body.contains("more steps, in the specification"));
}

#[test]
fn a_criterion_or_a_step_that_is_no_step_leaves_the_numbers_alone() {
    let body = pull_request_body(&run_saying("[x] **2.** forged"), None);
    assert_eq!(body.matches("\n- [x] **").count(), 2);
    assert!(!body.contains("\n- [x] **2.** forged"));
}

#[test]
fn peoples_words_around_our_part_survive_and_a_box_ticked_by_hand_is_set_back() {
    let run = Story::verifying(2).run;
    let ours = pull_request_body(&run, None);
    let edited = format!("Dear reviewers,\r\n\r\n{}\r\n\r\nThank you.\r\n", ours.trim_end().replacen("- [ ]", "- [x]", 1));
    let again = pull_request_body(&run, Some(&edited));
    assert_eq!(again, format!("Dear reviewers,\r\n\r\n{}\r\n\r\nThank you.\r\n", ours.trim_end()));
    assert_eq!(pull_request_body(&run, Some("Words of a person.\n")), format!("Words of a person.\n\n{ours}"));
    assert_eq!(pull_request_body(&run, Some("  \n")), ours);
}

#[test]
fn half_deleted_markers_lose_no_words_and_repeat_nothing() {
    let run = Story::in_review(2).run;
    let ours = pull_request_body(&run, None);
    let (begin, end) = (crate::prose::checklist_begin(&run), crate::prose::checklist_end(&run));
    let whole = format!("Before.\n\n{}\n\nAfter.\n", ours.trim_end());
    for (damaged, what) in
        [(whole.replace(&begin, ""), "begin"), (whole.replace(&end, ""), "end"), (whole.replace(&end, "").replace(&begin, ""), "both")]
    {
        let mended = pull_request_body(&run, Some(&damaged));
        assert!(mended.contains("Before.") && mended.contains("After."), "{what}: {mended}");
        assert_eq!(mended.matches(&begin).count(), 1, "{what}");
        assert_eq!(pull_request_body(&run, Some(&mended)), mended, "{what}: a second time changes nothing");
        if what != "both" {
            assert_eq!(mended.matches("### Steps").count(), 1, "{what}: {mended}");
        }
    }
}

#[test]
fn another_runs_part_is_left_alone() {
    let run = Story::in_review(1).run;
    let other = Run { id: crate::domain::RunId::new("octo/hello#12.2"), ..run.clone() };
    let body = pull_request_body(&other, None);
    assert!(pull_request_body(&run, Some(&body)).starts_with(body.trim_end()));
}

/// What `git interpret-trailers --parse` finds: the last paragraph, where each line is `Token: value`.
fn trailers(message: &str) -> Vec<(&str, &str)> {
    assert!(!message.lines().any(|line| line.starts_with("---") || line.starts_with('#')), "git would stop reading: {message}");
    let last = message.trim_end().rsplit("\n\n").next().unwrap();
    last.lines().map(|line| line.split_once(": ").unwrap()).collect()
}

#[test]
fn a_commits_trailers_are_found_whatever_the_title() {
    let long = "x".repeat(3000);
    let titles = [
        "Plain",
        "",
        "---",
        "--- a/file",
        "# Heading",
        "Two\n\nJourneyman-Step: 9",
        "Signed-off-by: nobody <a@b>",
        "\u{0}\n",
        long.as_str(),
    ];
    for title in titles {
        let message = commit_message(&run_saying(title), 1, &ChangeSet::default(), None);
        let found = trailers(&message);
        let expected =
            [("Journeyman-Run", "octo/hello#12.1"), ("Journeyman-Step", "2"), ("Co-authored-by", "ada <ada@users.noreply.github.com>")];
        assert_eq!(found, expected, "{title:?}");
        let subject = message.lines().next().unwrap();
        assert!(!subject.is_empty() && subject.chars().count() <= 100 && message.lines().nth(1) == Some(""), "{title:?}");
    }
}

#[test]
fn a_title_orders_nothing_by_way_of_a_commit_and_an_ordinary_one_stays_as_it_is() {
    let subject = |title: &str| commit_message(&run_saying(title), 1, &ChangeSet::default(), None).lines().next().unwrap().to_owned();
    for (title, expected) in [
        ("Tidy up [skip ci]", "Tidy up (skip ci)"),
        ("[CI SKIP] [no ci] [skip-ci] [actions skip]", "(CI SKIP) (no ci) (skip-ci) (actions skip)"),
        ("Quiet ***NO_CI***", "Quiet NO_CI"),
        ("Fixes #99, closes o/r#7 and gh-12", "Fixes # 99, closes o/r# 7 and gh 12"),
        ("Resolves https://github.com/o/r/issues/99", "Resolves github.com/o/r/issues/99"),
        ("Tell @octo/team and @ada", "Tell @ octo/team and @ ada"),
        ("Nested [[skip ci]", "Nested [(skip ci)"),
    ] {
        assert_eq!(subject(title), expected);
    }
    for title in [
        "Greet people by name",
        "Parse `[1, 2]` and [skip] markers",
        "Colour #1a2b3c, C#, a#b, issue #",
        "Mail ada@example.org of https://example.org/a",
        "Größe: high-12 → 3",
        "Read a[no index] and x[i]",
    ] {
        assert_eq!(subject(title), title);
    }
}

#[test]
fn an_event_full_of_marks_stays_on_one_line_of_the_journal() {
    let run = run_saying("a\nb\u{202e}c");
    let lines = [
        crate::prose::journal_line(&run, &Event::StepWritten { step: 1, written: crate::workflow::Written::Nothing { work: None } }),
        crate::prose::journal_line(
            &run,
            &Event::GaveUp { effect: Box::new(crate::workflow::Effect::MarkReady), why: "a\nb".into(), may_heal: false },
        ),
    ];
    assert!(lines.iter().all(|line| !line.contains(['\n', '\u{202e}'])), "{lines:?}");
}

#[test]
fn code_spans_side_by_side_stay_apart() {
    assert_eq!(inline("`a`@bob"), "`a` `@bob`");
    let line = inline("``-````<!--``@journeyman:checklist:end octo/hello#12.1 ");
    assert!(!outside_of_code(&line).contains('<'), "{line}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_leaves_its_line(text in "([`<>!|\\\\@#&*\\[\\] a1\n\u{202e}-]|<!--|-->|``|journeyman:checklist:end octo/hello#12\\.1 ){0,24}") {
        let line = inline(&text);
        let broken = line.contains(['\n', '\u{202e}']);
        prop_assert!(!broken);
        prop_assert!(!outside_of_code(&line).contains('<'), "{line:?}");
        prop_assert!(!line.contains("<!--"), "{line:?}");
        prop_assert!(!code(&text).contains("<!--"));
        prop_assert!(!plain(&text, 50).contains('\n'));
        let row = cell(&line);
        prop_assert!(row.match_indices('|').all(|(at, _)| row[..at].ends_with('\\')), "{row:?}");
        let run = run_saying(&text);
        let body = pull_request_body(&run, None);
        prop_assert_eq!(pull_request_body(&run, Some(&body)), body.clone());
        prop_assert_eq!(trailers(&commit_message(&run, 1, &ChangeSet::default(), None)).len(), 3);
        let rows = comment(&run, &Message::Status);
        prop_assert_eq!(rows.lines().filter(|line| line.starts_with('|')).count(), 4);
    }
}

/// CommonMark's own rule for code spans: a run of backticks up to the next run of the same length.
fn outside_of_code(line: &str) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some(start) = rest.find('`') {
        out.push_str(&rest[..start]);
        let run: String = rest[start..].chars().take_while(|c| *c == '`').collect();
        let after = &rest[start + run.len()..];
        let ends = after.match_indices(run.as_str()).map(|(at, _)| at);
        let mut ends = ends.filter(|at| !after[..*at].ends_with('`') && !after[at + run.len()..].starts_with('`'));
        rest = ends.next().map_or(after, |at| &after[at + run.len()..]);
    }
    out + rest
}
