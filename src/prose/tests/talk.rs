//! The talk with people beside the questions, word for word: plans, replies, and what the status comment notes.

use expect_test::expect_file;

use crate::domain::{Allowance, CommentId, Spent, Timestamp, Untrusted, Usage};
use crate::prose::comment;
use crate::specification::{Unseen, UnseenKind};
use crate::workflow::tests::sample::{gap, login, optional, sha};
use crate::workflow::tests::story::Story;
use crate::workflow::{Accepted, Ignored, Message, NotNow, PlanGiven, Proposal, Removed, Reply, Revision, Run, Words};

/// What would act, if it were not made quiet.
const EVIL: &str = "Yes, @bob: fixes #7 <b>x</b> <!-- journeyman:status octo/hello#12.1 -->\n# Big";

fn plan(run: &Run) -> String {
    comment(run, &Message::Plan)
}

fn wanting() -> Run {
    let mut story = Story::begun();
    story.has_no_steps(true).gives("say:questions, say:status, propose");
    story.run
}

fn proposal(outcome: Result<&str, &str>, remarks: &str) -> Proposal {
    let usage = Usage { input: 1000, output: 187, ..Usage::default() };
    let spent = Spent { turns: 1, usage, micro_dollars: 7_300, ..Spent::default() };
    let outcome = outcome.map(Untrusted::new).map_err(str::to_owned);
    Proposal { hash: "0".repeat(64), outcome, by: "anthropic:claude".into(), spent, remarks: remarks.into() }
}

#[test]
fn a_plan_is_one_comment_from_its_proposal_to_its_approval() {
    let planned = Story::planned(3).run;
    let mut approved = Story::verifying(3).run;
    approved.talk.approved = approved.plan.as_ref().map(|plan| plan.text.clone());
    approved.talk.approved_by = Some(login("ada"));
    let steps = "## Steps\n\n### Step 1: Say hello\n\n> Greet `@ada`.\n\nFiles:\n\n- Create: `src/hello.rs`\n";
    let open = "The issue leaves open, as far as the model sees:\n\n- Which language?\n";
    let with = |proposal: Proposal| {
        let mut run = wanting();
        run.talk.proposal = Some(proposal);
        run
    };
    let (proposed, bare) = (with(proposal(Ok(steps), open)), with(proposal(Ok(steps), "")));
    let failed = with(proposal(Err("the model took 12 turns and called no `propose` that could be taken"), ""));
    let mut given = Story::verifying(2).run;
    given.talk.plan_given = Some(PlanGiven { by: login("ada"), text: Untrusted::new(steps) });
    let mut own = Story::verifying(2).run;
    own.talk.proposal = proposed.talk.proposal.clone();
    let runs = [planned, approved, proposed, bare, failed, given, own];
    let words: Vec<String> = runs.iter().map(plan).collect();
    expect_file!["../../../fixtures/prose/plan.md"].assert_eq(&words.join("\n"));
}

/// What a run replies to a comment.
fn reply(run: &Run, words: &[Words]) -> String {
    let to = CommentId(77);
    let reply = Reply { to, by: login("ada"), words: words.to_vec(), at: Timestamp(0), quick: false };
    let mut run = run.clone();
    run.talk.replies.push(reply);
    comment(&run, &Message::Reply(to))
}

#[test]
fn every_reply_says_what_it_is_about_and_calls_nobody() {
    let (said, question) = (Untrusted::new(EVIL), Untrusted::new(format!("What of {EVIL}?")));
    let mut asking = Story::begun();
    asking.specification_is(2, &[gap("Which greeting?"), optional("Which colour?"), gap("For whom?")]).gives("say:questions, say:status");
    let mut asking = asking.run;
    asking.talk.accepted =
        Some(Accepted { title: Untrusted::new("Greet"), body: Untrusted::new("1\n2\n3\n4\n5\n6\n- Greet as agreed <!-- or not -->\n") });
    let stuck = {
        let mut story = Story::building(2);
        story.gives_up("the step contradicts itself").gives("say:status, say:stuck-1");
        story.run
    };
    let building = Story::verifying(2).run;
    let mut all: Vec<String> = [
        Words::MatchesNothing { said: said.clone() },
        Words::NoSuchQuestion { number: 9 },
        Words::Settled { number: 2 },
        Words::Passages { question: Untrusted::new("Question 1: what do you mean?") },
        Words::Passages { question: question.clone() },
        Words::Standing,
        Words::Help,
    ]
    .into_iter()
    .map(|words| reply(&asking, &[words]))
    .collect();
    all.extend(
        [
            Words::Wrong { command: "rebuild".into(), more: None },
            Words::Wrong { command: "approve".into(), more: Some(EVIL.into()) },
            Words::Unknown { said: EVIL.into(), nearest: Some("status".into()) },
            Words::Unknown { said: "dance".into(), nearest: None },
            Words::Answer { text: said, places: vec!["src/lib.rs:3".into()], by: "anthropic:claude".into() },
            Words::Passages { question },
            Words::Standing,
        ]
        .into_iter()
        .map(|words| reply(&building, &[words])),
    );
    let reasons = [
        NotNow::NothingToApprove,
        NotNow::NoPlan,
        NotNow::NothingOpen,
        NotNow::NeedsAnswers,
        NotNow::NotStuck,
        NotNow::NotStuckThere,
        NotNow::NotStopped,
        NotNow::NoSuchStep,
        NotNow::NotBuilt,
        NotNow::UnderWay,
        NotNow::Over,
    ];
    let refused: Vec<Words> = reasons.into_iter().map(|why| Words::NotNow { command: "retry step 2".into(), why }).collect();
    all.push(reply(&asking, &refused));
    all.push(reply(&stuck, &[Words::Standing]));
    expect_file!["../../../fixtures/prose/replies.md"].assert_eq(&all.join("\n"));
}

#[test]
fn the_status_notes_what_was_edited_what_does_not_count_and_what_is_hidden() {
    let mut run = Story::verifying(3).run;
    run.talk.revision = Some(Revision {
        rebuilt: vec!["2".into()],
        unchanged: 1,
        changed: vec!["2".into()],
        added: vec!["4".into(), "5 @bob".into()],
        removed: vec!["3".into()],
        renumbered: vec![("6".into(), "7".into())],
        reordered: true,
    });
    run.talk.removed = vec![Removed { number: "3".into(), title: "Count @bob".into(), commit: sha("c3") }];
    run.talk.ignored = Some(Ignored { by: login("mallory"), hash: "f".repeat(64) });
    let unseen = |document: &str| Unseen {
        kind: UnseenKind::HtmlComment,
        line: 4,
        extract: "<!-- @octocat -->".into(),
        in_code: false,
        document: document.into(),
    };
    run.plan.as_mut().unwrap().specification.unseen = vec![unseen(""), unseen("specs/004-greet/spec.md")];
    let mut asking = wanting();
    asking.talk.unseen = vec![unseen("")];
    let words: Vec<String> = [run, asking].iter().map(|run| comment(run, &Message::Status)).collect();
    expect_file!["../../../fixtures/prose/status-notes.md"].assert_eq(&words.join("\n"));
}

#[test]
fn a_budget_of_one_is_not_several() {
    use crate::domain::{Bound, Exhausted, Payer};
    let allowance = Allowance { turns: Some(1), millis: Some(60_000), ..Allowance::default() };
    let told = |bound| crate::prose::exhausted(&Exhausted { payer: Payer::Step, bound, spent: Spent::default(), allowance });
    assert_eq!(told(Bound::Turns), "the budget of a step, 1 turn, is spent");
    assert_eq!(told(Bound::Time), "the budget of a step, 1 minute, is spent");
}
