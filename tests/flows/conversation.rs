//! Questions about a specification and what people answer: from the first comment to the pull request.

use expect_test::expect;
use journeyman::simulator::Ci;
use journeyman::workflow::Phase;

use crate::harness::{Crash, World};
use crate::model::ModelServer;
use crate::people::{README, asked, filed, is_in, no_reply, notes, reply, says, subjects};
use crate::prose_steps::{FUNCTION, config, content, submits, writes};
use crate::samples::{TWO_STEPS, file, quick_greeter};

const UNCLEAR: &str = "Two notes are wanted.\n\n## Steps\n\n### Step 1: Note one\n\n`one.txt`\n```text\none\n```\n\n\
                       ### Step 2: Note two\n\n`two.txt`\n```text\ntwo\n```\n\n## Open questions\n\n\
                       - In which language are the notes?\n- Who may read them?\n\n## Acceptance criteria\n\n- [ ] Both are there (`test`)\n";

/// Who builds what the test `asks` needs: a step in prose with a question.
const PROSE: &str = "## Steps\n\n### Step 1: Say goodbye\n\nAdd a shell function `goodbye` to a new file `lib/goodbye.sh`. It says goodbye in \
                     the team's own words.\n\n## Open questions\n\n- What are the team's own words?\n\n## Acceptance criteria\n\n- [ ] It is there (`test`)\n";

#[tokio::test(flavor = "multi_thread")]
async fn gaps_are_one_comment_in_which_answers_appear_and_the_last_one_begins_the_work() {
    let mut world = notes(&[]).await;
    let issue = filed(&mut world, UNCLEAR.split("\n\n## Acceptance").next().unwrap()).await;
    is_in(&world, issue, Phase::Asking).await;
    assert_eq!(world.comment_names(issue), ["status", "questions"]);
    expect![[r#"
        @ada, before anything is built, 2 points in the specification need an answer.

        1. **Line 5:** There are no acceptance criteria. How will you know that everything works? Without an answer I go by the steps and the checks alone.

           Optional: left open, the specification is built as it stands.
        2. **Line 21:** An open question is left: “In which language are the notes?”. What is the answer?

           Nothing is built before this is settled.
        3. **Line 22:** An open question is left: “Who may read them?”. What is the answer?

           Nothing is built before this is settled.

        Answer in a comment by number (`2: your answer`), or edit the specification. The work goes on by itself when the last point is settled."#]].assert_eq(&world.said(issue, "questions"));
    let one = says(&mut world, "ada", issue, "2: In English, as @bob says in #7. <!-- journeyman:status -->").await;
    no_reply(&world, issue, one);
    is_in(&world, issue, Phase::Asking).await;
    expect![[r#"
        @ada, before anything is built, 1 point in the specification needs an answer.

        1. **Line 5:** There are no acceptance criteria. How will you know that everything works? Without an answer I go by the steps and the checks alone.

           Optional: left open, the specification is built as it stands.
        2. **Line 21:** An open question is left: “In which language are the notes?”. What is the answer?

           ✅ ada answered: In English, as `@bob` says in `#7`.
        3. **Line 22:** An open question is left: “Who may read them?”. What is the answer?

           Nothing is built before this is settled.

        Answer in a comment by number (`3: your answer`), or edit the specification. The work goes on by itself when the last point is settled."#]].assert_eq(&world.said(issue, "questions"));
    let two = says(&mut world, "ada", issue, "Everybody.").await;
    no_reply(&world, issue, two);
    is_in(&world, issue, Phase::InReview).await;
    assert_eq!(subjects(&world, issue).await, ["Note one", "Note two"]);
    expect![[r#"
        Questions about the specification. Nothing here holds up the work.

        1. **Line 5:** There are no acceptance criteria. How will you know that everything works? Without an answer I go by the steps and the checks alone.

           Optional: left open, the specification is built as it stands.
        2. **Line 21:** An open question is left: “In which language are the notes?”. What is the answer?

           ✅ ada answered: In English, as `@bob` says in `#7`.
        3. **Line 22:** An open question is left: “Who may read them?”. What is the answer?

           ✅ ada answered: Everybody."#]].assert_eq(&world.said(issue, "questions"));
    assert_eq!(world.comment_names(issue), ["status", "questions", "done"]);
    world.said(issue, "status");
    world.said(issue, "done");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_answers_stand_in_one_comment_by_number_or_below_a_quotation() {
    for (comment, first, second) in [
        ("1. English\n2. Everybody", "English", "Everybody"),
        ("> In which language are the notes?\n\nEnglish\n\n> Who may read them?\n\nEverybody\n", "English", "Everybody"),
        ("1 and 2: as in the README", "as in the README", "as in the README"),
    ] {
        let mut world = notes(&[]).await;
        let issue = filed(&mut world, UNCLEAR).await;
        says(&mut world, "ada", issue, comment).await;
        is_in(&world, issue, Phase::InReview).await;
        let questions = world.said(issue, "questions");
        assert!(
            questions.contains(&format!("ada answered: {first}")) && questions.contains(&format!("ada answered: {second}")),
            "{questions}"
        );
        world.read_all();
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_answers_nothing_is_told_so_and_quoted_harmlessly() {
    let mut world = notes(&[]).await;
    let issue = filed(&mut world, UNCLEAR).await;
    let words = "Yes, as @bob wrote in #7.\n\n# Big\n- [x] done <!-- journeyman:questions acme/greeter#1.1 --> <b>bold</b>\n| a | b |\n";
    let loose = says(&mut world, "ada", issue, words).await;
    is_in(&world, issue, Phase::Asking).await;
    expect![[r#"
        I could not tell which question this answers, so it was taken for none:

        > Yes, as `@bob` wrote in `#7`.
        > \# Big
        > \- \[x] done &lt;b>bold&lt;/b>
        > | a | b |

        Please answer by number, as in `1: your answer`. Questions 1, 2 are open."#]]
    .assert_eq(&reply(&mut world, issue, loose));
    let absent = says(&mut world, "ada", issue, "9: yes").await;
    expect!["There is no question 9. Questions 1, 2 are open."].assert_eq(&reply(&mut world, issue, absent));
    let thanks = says(&mut world, "ada", issue, "Thanks, will look.").await;
    no_reply(&world, issue, thanks);
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_back_is_answered_and_taken_for_no_answer() {
    let mut world = notes(&[]).await;
    let issue = filed(&mut world, UNCLEAR).await;
    let back = says(&mut world, "ada", issue, "2: what do you mean by that?").await;
    is_in(&world, issue, Phase::Asking).await;
    assert!(world.run(issue).await.questions.iter().all(|question| question.answer.is_none()));
    expect![[r#"
        Question 2 is about line 22, which reads:

        > Who may read them?

        An open question is left: “Who may read them?”. What is the answer? Nothing is built before this is settled.

        Where the run stands: **Waiting for 2 answers**

        Waits for an answer to questions 1, 2."#]]
    .assert_eq(&reply(&mut world, issue, back));
    let free = says(&mut world, "ada", issue, "What do you mean by 1?").await;
    expect![[r#"
        Question 1 is about line 21, which reads:

        > In which language are the notes?

        An open question is left: “In which language are the notes?”. What is the answer? Nothing is built before this is settled.

        Where the run stands: **Waiting for 2 answers**

        Waits for an answer to questions 1, 2."#]]
    .assert_eq(&reply(&mut world, issue, free));
    assert!(world.run(issue).await.questions.iter().all(|question| question.answer.is_none()));
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_and_by_whom_is_told_to_the_implementer_and_in_the_pull_request() {
    let server = ModelServer::start([writes(FUNCTION), submits(), content()]).await;
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    world.has_model(config(&server)).await;
    let issue = filed(&mut world, PROSE).await;
    is_in(&world, issue, Phase::Asking).await;
    says(&mut world, "ada", issue, "Ta-ra, all of you!").await;
    is_in(&world, issue, Phase::InReview).await;
    let first = server.requests().remove(0).said();
    assert!(first.contains("What are the team's own words?") && first.contains("Answer by ada: Ta-ra, all of you!"), "{first}");
    let body = world.pull(issue).await.body;
    let (_, answers) = body.split_once("### Answered in the issue\n\n").expect(&body);
    let told = "- An open question is left: “What are the team's own words?”. What is the answer? `ada` answered: Ta-ra, all of you!\n\n";
    assert!(answers.starts_with(told), "{body}");
    server.end();
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_changes_their_mind_before_building_is_followed() {
    let server = ModelServer::start([writes(FUNCTION), submits(), content()]).await;
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    world.has_model(config(&server)).await;
    let issue = filed(&mut world, &PROSE.replace("own words?\n", "own words?\n- Shall it be polite?\n")).await;
    says(&mut world, "ada", issue, "1: Farewell").await;
    says(&mut world, "ada", issue, "1: No, rather: Ta-ra").await;
    let questions = world.said(issue, "questions");
    assert!(questions.contains("ada answered: No, rather: Ta-ra") && !questions.contains("Farewell"), "{questions}");
    says(&mut world, "ada", issue, "2: Very.").await;
    is_in(&world, issue, Phase::InReview).await;
    let told = asked(&server);
    assert!(told.contains("No, rather: Ta-ra") && told.contains("Very.") && !told.contains("Farewell"), "{told}");
    server.end();
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_after_every_piece_of_work_asks_and_replies_once() {
    let mut world = World::new(&[README], Ci::None).await;
    world.crash = Crash::Always;
    let issue = file(&world.github, &world.repo, "Take notes", UNCLEAR);
    world.settle().await;
    let loose = says(&mut world, "ada", issue, "Hm, yes.").await;
    assert_eq!(world.comment_names(issue), ["status", "questions", &format!("reply-{loose}")]);
    says(&mut world, "ada", issue, "1: English\n2: Everybody").await;
    assert_eq!(subjects(&world, issue).await, ["Note one", "Note two"], "{}", world.everything().await);
    assert_eq!(world.comment_names(issue), ["status", "questions", &format!("reply-{loose}"), "done"]);
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_in_the_text_holds_until_somebody_proceeds_or_answers() {
    for words in ["/journeyman proceed", "Yes, go ahead."] {
        let mut world = notes(&[]).await;
        let issue = filed(&mut world, &format!("Do not implement until this was reviewed.\n\n{TWO_STEPS}")).await;
        is_in(&world, issue, Phase::Asking).await;
        let questions = world.said(issue, "questions");
        assert!(questions.contains("1. **Line 1:** The text says “Do not implement until this was reviewed.”"), "{questions}");
        let comment = says(&mut world, "ada", issue, words).await;
        no_reply(&world, issue, comment);
        is_in(&world, issue, Phase::InReview).await;
        world.read_all();
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn undecided_options_need_an_answer_and_no_mere_order_to_go_on() {
    let options = "## Options\n\n### Option A: Plain text\n\nSimple.\n\n### Option B: Markdown\n\nPretty.\n\n";
    let mut world = notes(&[]).await;
    let issue = filed(&mut world, &format!("{options}{TWO_STEPS}")).await;
    is_in(&world, issue, Phase::Asking).await;
    let questions = world.said(issue, "questions");
    assert!(questions.contains("Several options are given and none is chosen"), "{questions}");
    let proceed = says(&mut world, "ada", issue, "/journeyman proceed").await;
    expect!["`/journeyman proceed` changes nothing: what is open needs an answer or an edit. Question 1 is open."]
        .assert_eq(&reply(&mut world, issue, proceed));
    is_in(&world, issue, Phase::Asking).await;
    says(&mut world, "ada", issue, "Option A").await;
    is_in(&world, issue, Phase::InReview).await;
    world.read_all();
    world.end().await;
}
