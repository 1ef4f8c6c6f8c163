//! `build` where the specification leaves something open: what is proposed, what has no home, and answers to it.

use serde_json::Value;

use crate::command_line::{place, titles};

/// A step of a list that is an exact edit.
fn item(number: usize, file: &str) -> String {
    format!("{number}. Note {file}\n\n   **{file}.txt**\n\n   ```text\n   {file}\n   ```\n\n")
}

/// A list of which nothing says that it is the plan.
fn list() -> String {
    format!("# Take notes\n\nSome words before.\n\n{}{}", item(1, "one"), item(2, "two"))
}

/// A plan, and below it an exact edit that is in none of its steps.
fn with_more() -> String {
    format!("# Take notes\n\n## Steps\n\n{}## Afterwards\n\n**two.txt**\n\n```text\ntwo\n```\n", item(1, "one"))
}

const BUILT: &str = "main..journeyman/take-notes";

#[test]
fn a_plan_that_is_only_proposed_is_built_with_yes_and_not_without() {
    let place = place();
    let said = place.build(&list(), &[]);
    assert_eq!(said.status, 1, "{}", said.out);
    assert!(said.out.contains("“Note one” (line 5)") && said.out.contains("take the proposed plan with --yes"), "{}", said.out);
    assert_eq!(place.references(), "refs/heads/main\n");
    let said = place.build(&list(), &["--yes"]);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    assert_eq!(titles(&place.repo, BUILT), ["Note one", "Note two"]);
}

#[test]
fn of_several_plans_yes_takes_none_and_an_answer_chooses_one() {
    let place = place();
    let table = "## Rollout\n\n| Task | File |\n|---|---|\n| Describe it | `c.md` |\n| Announce it | `d.md` |\n";
    let both = list().replace("Some words before.", "## Notes to take") + table;
    let said = place.build(&both, &["--yes"]);
    assert_eq!(said.status, 1, "{}", said.out);
    assert!(said.out.contains("Plan 2:") && said.out.contains("choose a plan by its number with --answer \"1: 2\""), "{}", said.out);
    let nth = if said.out.find("Note one") < said.out.find("Describe it") { "1: plan 1" } else { "1: plan 2" };
    let said = place.build(&both, &["--yes", "--answer", nth]);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    assert_eq!(titles(&place.repo, BUILT), ["Note one", "Note two"]);
    assert!(said.out.contains("Describe it · left out, because another plan was chosen"), "{}", said.out);
}

#[test]
fn work_without_a_home_is_built_or_left_out_as_the_answer_says_and_never_dropped() {
    let place = place();
    let said = place.build(&with_more(), &[]);
    let number = said.out.lines().find(|line| line.contains("belongs to no step")).unwrap().trim()[..1].to_owned();
    let answer = |words: &str| format!("{number}: {words}");
    let said = place.build(&with_more(), &["--answer", &answer("build it")]);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    assert_eq!(titles(&place.repo, BUILT), ["Note one", "Write `two.txt`"]);

    let said = place.build(&with_more(), &["--answer", &answer("leave it out"), "--branch", "less", "--json"]);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    assert_eq!(titles(&place.repo, "main..less"), ["Note one"]);
    assert!(said.err.contains("two.txt · left out, because a person said so"), "{}", said.err);
    let report: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(report["left_out"][0]["words"], "two.txt");
}

#[test]
fn an_answer_that_decides_nothing_is_asked_again_and_nothing_is_built() {
    let place = place();
    // Each unclear answer is to a question of its own, however many there are.
    let answers: Vec<String> = (1..=9).map(|number| format!("{number}: hm")).collect();
    let arguments: Vec<&str> = answers.iter().flat_map(|answer| ["--answer", answer.as_str()]).collect();
    let said = place.build(&with_more(), &arguments);
    assert_eq!(said.status, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("I could not tell from “hm” what you decided."), "{}", said.out);
    assert_eq!(place.references(), "refs/heads/main\n");
}

#[test]
fn an_answer_to_what_was_not_asked_is_an_error_that_hides_nothing() {
    let place = place();
    let said = place.build(&list(), &["--yes", "--answer", "7: yes"]);
    assert_eq!(said.status, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("built 2 commits"), "{}", said.out);
    assert!(said.err.contains("failed to give the answer to question 7"), "{}", said.err);
}
