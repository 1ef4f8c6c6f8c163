//! Where the specification leaves something open: what is proposed, what has no home, and answers to it; on an issue and by `build`.

use expect_test::expect;
use journeyman::workflow::Phase;
use serde_json::Value;

use crate::account::without_ids;
use crate::command_line::{place, titles};
use crate::people::{filed, is_in, no_reply, notes, says, subjects};

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

#[tokio::test(flavor = "multi_thread")]
async fn on_an_issue_a_proposed_plan_is_approved_and_each_piece_beside_it_gets_the_answer_that_it_was_given() {
    let mut world = notes(&[]).await;
    let beside = "## Afterwards\n\n**three.txt**\n\n```text\nthree\n```\n\n**four.txt**\n\n```text\nfour\n```\n";
    let issue = filed(&mut world, &format!("{}{beside}", list())).await;
    is_in(&world, issue, Phase::Asking).await;
    expect![[r#"
        @ada, before anything is built, 1 point in the specification needs an answer.

        1. **Line 5:** Nothing here says that it is the plan. These are the steps that I would build, one commit for each:

           - “Note one” (line 5)
           - “Note two” (line 13)

           `/journeyman approve` builds these. To have other steps, write them into the issue, or below the order.

        Answer in a comment by number (`1: your answer`), or edit the specification. The work goes on by itself when the last point is settled."#]].assert_eq(&world.said(issue, "questions"));
    let approval = says(&mut world, "ada", issue, "/journeyman approve").await;
    no_reply(&world, issue, approval);
    is_in(&world, issue, Phase::Asking).await;
    expect![[r#"
        @ada, before anything is built, 2 points in the specification need an answer.

        1. **Line 5:** Nothing here says that it is the plan. These are the steps that I would build, one commit for each:

           - “Note one” (line 5)
           - “Note two” (line 13)

           ✅ ada answered: approve
        2. **Line 5:** There are no acceptance criteria. How will you know that everything works? Without an answer I go by the steps and the checks alone.

           Optional: left open, the specification is built as it stands.
        3. **Line 24:** The exact edit of `three.txt` below “Afterwards” looks like work, and belongs to no step. Should I build it as a step of its own, after step 2, or leave it out? Please answer “build it” or “leave it out”.

           Nothing is built before this is settled.
        4. **Line 30:** The exact edit of `four.txt` below “Afterwards” looks like work, and belongs to no step. Should I build it as a step of its own, after step 2, or leave it out? Please answer “build it” or “leave it out”.

           Nothing is built before this is settled.

        Answer in a comment by number (`3: your answer`), or edit the specification. The work goes on by itself when the last point is settled."#]].assert_eq(&world.said(issue, "questions"));
    says(&mut world, "ada", issue, "3: build it\n4: hm").await;
    is_in(&world, issue, Phase::Asking).await;
    expect![[r#"
        @ada, before anything is built, 1 point in the specification needs an answer.

        1. **Line 5:** Nothing here says that it is the plan. These are the steps that I would build, one commit for each:

           - “Note one” (line 5)
           - “Note two” (line 13)

           ✅ ada answered: approve
        2. **Line 5:** There are no acceptance criteria. How will you know that everything works? Without an answer I go by the steps and the checks alone.

           Optional: left open, the specification is built as it stands.
        3. **Line 24:** The exact edit of `three.txt` below “Afterwards” looks like work, and belongs to no step. Should I build it as a step of its own, after step 2, or leave it out? Please answer “build it” or “leave it out”.

           ✅ ada answered: build it
        4. **Line 30:** The exact edit of `four.txt` below “Afterwards” looks like work, and belongs to no step. Should I build it as a step of its own, after step 2, or leave it out? Please answer “build it” or “leave it out”.

           ✅ ada answered: hm
        5. **Line 30:** The exact edit of `four.txt` below “Afterwards” looks like work, and belongs to no step. Should I build it as a step of its own, after step 2, or leave it out? Please answer “build it” or “leave it out”.

           I could not tell from “hm” what you decided.

           Nothing is built before this is settled.

        Answer in a comment by number (`5: your answer`), or edit the specification. The work goes on by itself when the last point is settled."#]].assert_eq(&world.said(issue, "questions"));
    says(&mut world, "ada", issue, "5: leave it out").await;
    is_in(&world, issue, Phase::InReview).await;
    assert_eq!(subjects(&world, issue).await, ["Note one", "Note two", "Write `three.txt`"]);
    expect![[r#"
        **Built and verified** · pull request #2

        <details><summary>Left out: 1 part of the text that looks like work</summary>

        - line 29: four.txt · a person said so

        </details>

        | | Step | Files | |
        |--:|:--|:--|:--|
        | 1 | Note one | `one.txt` | ✅ 2 checks passed · ID |
        | 2 | Note two | `two.txt` | ✅ 2 checks passed · ID |
        | 2a | Write `three.txt` | `three.txt` | ✅ 2 checks passed · ID |

        <sub>On `main` at ID. `/journeyman stop` ends the run and keeps the work.</sub>"#]]
    .assert_eq(&without_ids(&world.said(issue, "status")));
    world.read_all();
    world.end().await;
}
