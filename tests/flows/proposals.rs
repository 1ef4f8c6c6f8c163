//! An issue without a plan: it is asked about, a model proposes steps where there is one, and what the architect approves is built.

use expect_test::expect;
use journeyman::domain::Allowance;
use journeyman::simulator::{Ci, Role};
use journeyman::workflow::Phase;
use serde_json::{Value, json};

use crate::harness::{Crash, World};
use crate::model::{ModelServer, Turn};
use crate::people::{asked, filed, is_in, no_reply, notes, reply, says, subjects};
use crate::prose_steps::{FUNCTION, config, content, submits, writes};
use crate::samples::{TWO_STEPS, file, quick_greeter};

const WISH: &str = "The greeter is to know goodbyes. Add a shell function `goodbye` to a new file lib/goodbye.sh, which prints `Goodbye!`.\n\n\
                    Describe it in docs/goodbye.txt, for @bob. Translations can wait.\n";

fn proposes(steps: &Value) -> Turn {
    Turn::calls("propose", json!({"steps": steps, "questions": ["Shall it greet in colour?"]}))
}

fn split() -> Turn {
    proposes(&json!([
        {"title": "Say goodbye", "files": [{"path": "lib/goodbye.sh", "new": true}],
         "words": ["Add a shell function `goodbye` to a new file lib/goodbye.sh, which prints `Goodbye!`."]},
        {"title": "Describe the goodbye", "files": [{"path": "docs/goodbye.txt", "new": true}], "words": ["Describe it in docs/goodbye.txt, for @bob."]},
    ]))
}

fn describes() -> Turn {
    Turn::calls("write", json!({"path": "docs/goodbye.txt", "content": "It says goodbye.\n"}))
}

async fn world(server: &ModelServer) -> World {
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    world.has_model(config(server)).await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_posted_and_built_once_it_is_approved_one_commit_for_each_step() {
    let server = ModelServer::start([split(), writes(FUNCTION), submits(), content(), describes(), submits(), content()]).await;
    let mut world = world(&server).await;
    let issue = filed(&mut world, WISH).await;
    is_in(&world, issue, Phase::Asking).await;
    assert_eq!(world.comment_names(issue), ["status", "questions", "plan"]);
    expect![[r#"
        @ada, the issue has no steps in an order. These are proposed, in its own words:

        ## Steps

        ### Step 1: Say goodbye

        > Add a shell function `goodbye` to a new file lib/goodbye.sh, which prints `Goodbye!`.

        Files:

        - Create: `lib/goodbye.sh`

        ### Step 2: Describe the goodbye

        > Describe it in docs/goodbye.txt, for `@bob`.

        Files:

        - Create: `docs/goodbye.txt`

        The issue leaves open, as far as the model sees:

        - Shall it greet in colour?

        ---

        `/journeyman approve` builds them as they stand, one commit for each; what you write below it is told to whoever writes them. To have other steps, write those below it, or into the issue.

        <sub>Proposed by `anthropic:claude-opus-5-5`: 1 turn, 1,187 tokens, $0.0073.</sub>"#]].assert_eq(&world.said(issue, "plan"));
    expect![[r#"
        @ada, before anything is built, 1 point in the specification needs an answer.

        1. **Line 1:** I found no ordered steps here: I looked for headings such as “### Step 1: …”, for a numbered list or a task list under “## Steps”, and for the task lists of Spec Kit, Kiro and OpenSpec. Which steps should I take? Please add a section “## Steps” with one numbered item (or one “### Step 1: title” heading) for each commit, in order.

           Steps in the issue settle this, or in a comment below `/journeyman approve`.

        The work goes on by itself when the last point is settled."#]].assert_eq(&world.said(issue, "questions"));
    world.github.add_collaborator(&world.repo, "tim", Role::Triage).unwrap();
    let stranger = says(&mut world, "tim", issue, "/journeyman approve").await;
    no_reply(&world, issue, stranger);
    is_in(&world, issue, Phase::Asking).await;
    let approval = says(&mut world, "ada", issue, "/journeyman approve\n\nWithout colours, please.").await;
    no_reply(&world, issue, approval);
    is_in(&world, issue, Phase::InReview).await;
    assert_eq!(subjects(&world, issue).await, ["Say goodbye", "Describe the goodbye"]);
    expect![[r#"
        Approved by ada, and built as the status comment says:

        - **1** Say goodbye · `lib/goodbye.sh`
        - **2** Describe the goodbye · `docs/goodbye.txt`"#]]
    .assert_eq(&world.said(issue, "plan"));
    expect![[r#"
        Questions about the specification. Nothing here holds up the work.

        1. **Line 1:** I found no ordered steps here: I looked for headings such as “### Step 1: …”, for a numbered list or a task list under “## Steps”, and for the task lists of Spec Kit, Kiro and OpenSpec. Which steps should I take? Please add a section “## Steps” with one numbered item (or one “### Step 1: title” heading) for each commit, in order.

           ✅ ada gave the steps.
        2. **Line 11:** There are no acceptance criteria. How will you know that everything works? Without an answer I go by the steps and the checks alone.

           Optional: left open, the specification is built as it stands."#]].assert_eq(&world.said(issue, "questions"));
    let first = &server.requests()[1];
    assert!(first.said().contains("which prints `Goodbye!`") && first.said().contains("> Without colours, please."), "{}", first.said());
    let run = world.run(issue).await;
    assert_eq!(world.store().spent_by_run(&run.id).await.unwrap().turns, 7, "the proposal is in the books, too");
    server.end();
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_steps_below_the_approval_are_built_instead() {
    let server = ModelServer::start([split()]).await;
    let mut world = world(&server).await;
    let issue = filed(&mut world, WISH).await;
    let (_, steps) = TWO_STEPS.split_once("## Steps\n\n").unwrap();
    says(&mut world, "ada", issue, &format!("/journeyman approve\n\n{steps}")).await;
    is_in(&world, issue, Phase::InReview).await;
    assert_eq!(subjects(&world, issue).await, ["Note one", "Note two"]);
    server.end();
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_model_the_architects_own_list_below_the_approval_is_built() {
    let mut world = notes(&[]).await;
    let issue = filed(&mut world, "Two notes are wanted.").await;
    is_in(&world, issue, Phase::Asking).await;
    assert_eq!(world.comment_names(issue), ["status", "questions"]);
    let bare = says(&mut world, "ada", issue, "/journeyman approve").await;
    expect![
        "`/journeyman approve` changes nothing: there are no steps yet. Put them below the command in the same comment, or into the issue."
    ]
    .assert_eq(&reply(&mut world, issue, bare));
    let list = "/journeyman approve\n\n1. Write the first note\n\n   `one.txt`\n   ```text\n   one\n   ```\n\n2. Write the second note\n\n   `two.txt`\n   \
                ```text\n   two\n   ```\n";
    says(&mut world, "ada", issue, list).await;
    is_in(&world, issue, Phase::InReview).await;
    assert_eq!(subjects(&world, issue).await, ["Write the first note", "Write the second note"]);
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn given_steps_that_do_not_apply_are_asked_about_and_may_be_given_again() {
    let mut world = notes(&[]).await;
    let issue = filed(&mut world, "Two notes are wanted.").await;
    let broken = "/journeyman approve\n\n### Step 1: Say more\n\n`README.md`\n```text\n<<<<<<< SEARCH\n# Absent\n=======\n# Present\n>>>>>>> REPLACE\n```\n";
    says(&mut world, "ada", issue, broken).await;
    is_in(&world, issue, Phase::Asking).await;
    expect![[r#"
        @ada, before anything is built, 1 point in the specification needs an answer.

        1. **Line 1:** I found no ordered steps here: I looked for headings such as “### Step 1: …”, for a numbered list or a task list under “## Steps”, and for the task lists of Spec Kit, Kiro and OpenSpec. Which steps should I take? Please add a section “## Steps” with one numbered item (or one “### Step 1: title” heading) for each commit, in order.

           ✅ ada gave the steps.
        2. **Line 3:** There are no acceptance criteria. How will you know that everything works? Without an answer I go by the steps and the checks alone.

           Optional: left open, the specification is built as it stands.
        3. **Line 7:** Step 1 (Say more) does not apply: `README.md`: the text to be replaced is not in the file: `# Absent` (line 7 of the specification). What should it be?

           Other steps below `/journeyman approve` settle this, or steps in the issue.

        The work goes on by itself when the last point is settled."#]].assert_eq(&world.said(issue, "questions"));
    let mended = says(&mut world, "ada", issue, &broken.replace("# Absent", "# Notes")).await;
    no_reply(&world, issue, mended);
    is_in(&world, issue, Phase::InReview).await;
    assert_eq!(subjects(&world, issue).await, ["Say more"]);
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_gives_up_or_has_no_budget_left_is_told_and_the_architect_may_still_write_steps() {
    for (turns, allowed) in [(12, None), (1, Some(1))] {
        let server = ModelServer::start((0..turns).map(|_| Turn::calls("list", json!({}))).collect::<Vec<_>>()).await;
        let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
        world.step_allowance = Allowance { turns: allowed, ..Allowance::default() };
        world.has_model(config(&server)).await;
        let issue = filed(&mut world, WISH).await;
        let plan = world.said(issue, "plan");
        if allowed.is_some() {
            expect!["No steps could be proposed: the budget of a step, 1 turn, is spent. Please write them into the issue, or below `/journeyman approve` in a comment."]
                .assert_eq(&plan);
        } else {
            expect!["No steps could be proposed: the model took 12 turns and called no `propose` that could be taken. Please write them into the issue, or below `/journeyman approve` in a comment."].assert_eq(&plan);
        }
        let bare = says(&mut world, "ada", issue, "/journeyman approve").await;
        assert!(reply(&mut world, issue, bare).contains("there are no steps yet"), "{}", world.account());
        let (_, steps) = TWO_STEPS.split_once("## Steps\n\n").unwrap();
        says(&mut world, "ada", issue, &format!("/journeyman approve\n\n{steps}")).await;
        is_in(&world, issue, Phase::InReview).await;
        server.end();
        world.read_all();
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_the_issue_makes_a_new_proposal_and_the_older_one_is_gone() {
    let other = proposes(
        &json!([{"title": "Say farewell", "files": [{"path": "lib/goodbye.sh", "new": true}], "words": ["Say farewell in lib/goodbye.sh."]}]),
    );
    let server = ModelServer::start([split(), other, writes(FUNCTION), submits(), content()]).await;
    let mut world = world(&server).await;
    let issue = filed(&mut world, WISH).await;
    world.github.person("ada").edit_issue(&world.repo, issue, "Say farewell in lib/goodbye.sh.").unwrap();
    world.settle().await;
    let plan = world.said(issue, "plan");
    assert!(plan.contains("Say farewell") && !plan.contains("Describe"), "{plan}");
    assert_eq!(world.comment_names(issue), ["status", "questions", "plan"]);
    says(&mut world, "ada", issue, "@journeyman approve").await;
    is_in(&world, issue, Phase::InReview).await;
    assert_eq!(subjects(&world, issue).await, ["Say farewell"]);
    server.end();
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_after_every_piece_of_work_pays_for_no_proposal_twice() {
    let look = Turn::calls("list", json!({"depth": 2}));
    let server = ModelServer::start([look, split(), writes(FUNCTION), submits(), content(), describes(), submits(), content()]).await;
    let mut world = world(&server).await;
    world.crash = Crash::Always;
    let issue = file(&world.github, &world.repo, "Say goodbye", WISH);
    world.settle().await;
    says(&mut world, "ada", issue, "/journeyman approve").await;
    is_in(&world, issue, Phase::InReview).await;
    assert_eq!(world.comment_names(issue), ["status", "questions", "plan", "done"]);
    assert_eq!(server.requests().len(), 8, "{}", asked(&server));
    let run = world.run(issue).await;
    assert_eq!(world.store().spent_by_run(&run.id).await.unwrap().turns, 8);
    server.end();
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_that_wants_its_plans_approved_gets_them_shown_first() {
    let mut world = notes(&[(".github/journeyman.yml", "approve_plan: true\n")]).await;
    let issue = filed(&mut world, TWO_STEPS).await;
    is_in(&world, issue, Phase::Planned).await;
    expect![[r#"
        @ada, this is what would be built, one commit for each of the 2 steps:

        - **1** Note one · `one.txt`
        - **2** Note two · `two.txt`

        `/journeyman approve` begins. To change the plan, edit the specification; the list here follows it."#]]
    .assert_eq(&world.said(issue, "plan"));
    let stranger = says(&mut world, "mallory", issue, "/journeyman approve").await;
    no_reply(&world, issue, stranger);
    is_in(&world, issue, Phase::Planned).await;
    world.github.person("ada").edit_issue(&world.repo, issue, &TWO_STEPS.replace("Note two", "Note the second")).unwrap();
    world.settle().await;
    is_in(&world, issue, Phase::Planned).await;
    assert!(world.said(issue, "plan").contains("Note the second"), "{}", world.account());
    says(&mut world, "ada", issue, "/journeyman approve").await;
    is_in(&world, issue, Phase::InReview).await;
    assert_eq!(subjects(&world, issue).await, ["Note one", "Note the second"]);
    expect![[r#"
        Approved by ada, and built as the status comment says:

        - **1** Note one · `one.txt`
        - **2** Note the second · `two.txt`"#]]
    .assert_eq(&world.said(issue, "plan"));
    world.read_all();
    world.end().await;
}
