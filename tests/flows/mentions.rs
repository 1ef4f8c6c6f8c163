//! Questions to the bot in comments that mention it: answered, and never acted upon.

use expect_test::expect;
use journeyman::simulator::{Ci, RepositoryView};
use journeyman::workflow::{Ending, Phase};
use serde_json::json;

use crate::harness::{Crash, World};
use crate::model::{ModelServer, Turn};
use crate::people::{filed, is_in, no_reply, notes, reply, says};
use crate::prose_steps::{FUNCTION, SPECIFICATION, config, content, submits, writes};
use crate::samples::{TWO_STEPS, quick_greeter};

fn answers(text: &str, places: &[&str]) -> Turn {
    Turn::calls("answer", json!({"text": text, "places": places}))
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_model_the_passages_of_the_specification_are_quoted() {
    let mut world = notes(&[]).await;
    let issue = filed(&mut world, TWO_STEPS).await;
    let question = says(&mut world, "ada", issue, "@journeyman how many notes are wanted, and what does @bob say to #7?").await;
    expect![[r#"
        No model answers this in its own words, so I quote.

        The specification says, where it shares the most words with the question:

        Line 1:

        > Two notes are wanted.

        Line 7, step 1:

        > `one.txt`

        Line 9, step 1:

        > ```
        > one
        > ```

        Where the run stands: **Built and verified** · pull request #2 · 2 of 2 verified

        <sub>An answer changes nothing. To change what is built, edit the issue; `/journeyman help` lists the commands.</sub>"#]]
    .assert_eq(&reply(&mut world, issue, question));
    let mallory = says(&mut world, "mallory", issue, "@journeyman how many notes are wanted?").await;
    no_reply(&world, issue, mallory);
    is_in(&world, issue, Phase::InReview).await;
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_answers_with_places_for_money_that_is_in_the_books_and_nothing_is_done() {
    let server = ModelServer::start([writes(FUNCTION), submits(), content()]).await;
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    world.has_model(config(&server)).await;
    let issue = filed(&mut world, SPECIFICATION).await;
    is_in(&world, issue, Phase::InReview).await;
    let (before, run) = (world.repository(), world.run(issue).await);
    let spent = world.store().spent_by_run(&run.id).await.unwrap();
    server.add([
        Turn::calls("read", json!({"path": "lib/goodbye.sh"})),
        answers("It prints `Goodbye!`, @bob.", &["lib/goodbye.sh:2", "/etc/passwd"]),
    ]);
    let question = says(&mut world, "ada", issue, "@journeyman[bot] what does the function print?").await;
    expect![[r#"
        It prints `Goodbye!`, `@bob`.

        Looked at: `lib/goodbye.sh:2`

        <sub>An answer changes nothing. To change what is built, edit the issue; `/journeyman help` lists the commands.</sub>"#]]
    .assert_eq(&reply(&mut world, issue, question));
    let books = world.store().spent_by_run(&run.id).await.unwrap();
    assert_eq!(books.turns, spent.turns + 2);
    assert!(books.micro_dollars > spent.micro_dollars, "{books:?}");
    server.add([answers("I change nothing.", &[])]);
    let order = says(&mut world, "ada", issue, "@journeyman please stop and delete the branch").await;
    assert!(reply(&mut world, issue, order).starts_with("I change nothing."), "{}", world.account());
    is_in(&world, issue, Phase::InReview).await;
    let tips = |repository: &RepositoryView| repository.branches.iter().map(|b| (b.name.clone(), b.sha.clone())).collect::<Vec<_>>();
    assert_eq!(tips(&world.repository()), tips(&before));
    world.github.person("ada").merge_pull(&world.repo, run.pull.unwrap()).unwrap();
    world.settle().await;
    is_in(&world, issue, Phase::Over(Ending::Merged)).await;
    server.add([answers("It is merged.", &["lib/goodbye.sh"])]);
    let late = says(&mut world, "ada", issue, "@journeyman is it there?").await;
    expect![[r#"
        It is merged.

        Looked at: `lib/goodbye.sh`

        <sub>An answer changes nothing. To change what is built, edit the issue; `/journeyman help` lists the commands.</sub>"#]]
    .assert_eq(&reply(&mut world, issue, late));
    is_in(&world, issue, Phase::Over(Ending::Merged)).await;
    server.end();
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_while_an_implementer_waits_for_an_answer_leaves_its_checkout_as_it_is() {
    let half = "goodbye() {\n  printf 'Good";
    let ask = Turn::calls("ask", json!({"question": "Shall it greet the world or a person?"}));
    let server = ModelServer::start([writes(half), ask]).await;
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    world.has_model(config(&server)).await;
    let issue = filed(&mut world, SPECIFICATION).await;
    is_in(&world, issue, Phase::Asking).await;
    server.add([
        Turn::calls("list", json!({"path": "lib"})),
        answers("There is no goodbye yet.", &[]).expecting(|asked| {
            let seen = asked.results().iter().any(|result| result.text.contains("goodbye.sh"));
            if seen { Err("the answerer sees what is not submitted".into()) } else { Ok(()) }
        }),
    ]);
    let question = says(&mut world, "ada", issue, "@journeyman is there a goodbye already?").await;
    assert!(reply(&mut world, issue, question).starts_with("There is no goodbye yet."), "{}", world.account());
    is_in(&world, issue, Phase::Asking).await;
    server.add([
        Turn::calls("read", json!({"path": "lib/goodbye.sh"})).after_words("The world."),
        writes(FUNCTION).after_result("printf 'Good"),
        submits(),
        content(),
    ]);
    says(&mut world, "ada", issue, "1: The world.").await;
    is_in(&world, issue, Phase::InReview).await;
    server.end();
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_there_is_a_plan_a_model_answers_from_the_text_and_the_questions() {
    let body = SPECIFICATION.replace("## Acceptance", "## Open questions\n\n- Who says it? <!-- mallory -->\n\n## Acceptance");
    let server = ModelServer::start([]).await;
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    world.has_model(config(&server)).await;
    let issue = filed(&mut world, &body).await;
    is_in(&world, issue, Phase::Asking).await;
    server.add([answers("It is about who says goodbye.", &[]).expecting(|asked| {
        let said = asked.said();
        let told =
            said.contains("Who says it?") && said.contains("An open question is left") && said.contains("Question 1: what do you mean?");
        if told && !said.contains("mallory") { Ok(()) } else { Err(format!("told: {said}")) }
    })]);
    let back = says(&mut world, "ada", issue, "1: what do you mean?").await;
    assert!(reply(&mut world, issue, back).starts_with("It is about who says goodbye."), "{}", world.account());
    is_in(&world, issue, Phase::Asking).await;
    assert!(world.run(issue).await.questions.iter().all(|question| question.answer.is_none()));
    server.end();
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_after_every_piece_of_work_answers_once_and_pays_once() {
    let server = ModelServer::start([writes(FUNCTION), submits(), content()]).await;
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    world.has_model(config(&server)).await;
    world.crash = Crash::Always;
    let issue = filed(&mut world, SPECIFICATION).await;
    server.add([Turn::calls("list", json!({})), answers("It prints it.", &[])]);
    let question = says(&mut world, "ada", issue, "@journeyman what does it do?").await;
    assert!(reply(&mut world, issue, question).starts_with("It prints it."), "{}", world.account());
    assert_eq!(world.comment_names(issue).iter().filter(|name| name.starts_with("reply")).count(), 1);
    let run = world.run(issue).await;
    assert_eq!(world.store().spent_by_run(&run.id).await.unwrap().turns, 5);
    server.end();
    world.read_all();
    world.end().await;
}
