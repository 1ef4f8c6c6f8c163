//! Steps that are done.

use journeyman::agent::budget::{Account, Payer};
use journeyman::agent::transcript::Entry;
use journeyman::agent::{Ending, budget::Budget};
use journeyman::domain::{Allowance, Spent};
use serde_json::json;

use crate::bench::{Bench, anthropic, edit, of, report, whole};
use crate::model::{ModelServer, Turn};

#[tokio::test]
async fn a_step_is_done_by_looking_changing_and_submitting() {
    let mut bench = Bench::new().await;
    let server = ModelServer::start(whole()).await;
    let Ok(Ending::Submitted(said)) = bench.work(anthropic(&server)).await else { panic!("{}", server.conversation()) };
    assert_eq!(said.suggestions, ["say `un` too"]);
    assert_eq!(bench.file("src/lib.rs"), "pub fn uno() -> u8 {\n    1\n}\n");
    let spent = bench.transcript.spent();
    assert_eq!((spent.turns, spent.unpriced_turns), (3, 0));
    assert!(spent.micro_dollars > 0 && spent.usage.input > 0 && spent.usage.output > 0, "{spent:?}");
    server.end();
}

#[tokio::test]
async fn calls_of_one_turn_are_all_done_and_answered_together() {
    let mut bench = Bench::new().await;
    let script = [
        Turn::calls("write", json!({"path": "a/b.txt", "content": "b\n"}))
            .call("move", json!({"from": "src/lib.rs", "to": "src/main.rs"}))
            .call("search", json!({"pattern": "fn \\w+", "glob": "*.rs"}))
            .call("delete", json!({"path": "src/main.rs"})),
        Turn::calls("submit", report()).after_result("made `a/b.txt`").after_result("src/main.rs:1: pub fn one").after_result("deleted"),
    ];
    let server = ModelServer::start(script).await;
    assert!(matches!(bench.work(anthropic(&server)).await, Ok(Ending::Submitted(_))), "{}", server.conversation());
    assert_eq!((bench.file("a/b.txt").as_str(), bench.file("src/main.rs").as_str()), ("b\n", ""));
    server.end();
}

#[tokio::test]
async fn every_turn_is_marked_for_the_cache_and_the_second_reads_what_the_first_wrote() {
    let mut bench = Bench::new().await;
    let server = ModelServer::start(whole()).await;
    bench.work(anthropic(&server)).await.unwrap();
    for asked in server.requests() {
        let marks = asked.body.to_string().matches("cache_control").count();
        assert!((2..=4).contains(&marks), "{marks} marks");
        assert!(asked.body["system"].to_string().contains("cache_control"), "{}", asked.body["system"]);
        assert!(asked.body["messages"][0].to_string().contains("cache_control"), "{}", asked.body["messages"][0]);
    }
    let costs = server.costs();
    assert_eq!(costs[1].cached, costs[0].cached + costs[0].cache_written, "{costs:?}");
    assert!(costs[2].cached > costs[1].cached, "{costs:?}");
    server.end();
}

#[tokio::test]
async fn what_is_found_amiss_goes_on_in_the_same_conversation() {
    for name in ["anthropic:claude-opus-5-5", "openai:gpt-5.1", "openai-responses:gpt-5.1", "gemini:gemini-3-pro"] {
        let mut bench = Bench::new().await;
        let server = ModelServer::start(whole()).await;
        bench.work(of(&server, name)).await.unwrap();
        journeyman::agent::tell(&mut bench.transcript, "The name was to be `un`.").unwrap();
        let mend = json!({"path": "src/lib.rs", "search": "uno", "replace": "un"});
        server.add([Turn::calls("edit", mend).after_words("was to be `un`").after_result("submitted"), Turn::calls("submit", report())]);
        assert!(matches!(bench.work(of(&server, name)).await, Ok(Ending::Submitted(_))), "{name}");
        assert!(bench.file("src/lib.rs").contains("fn un()"));
        server.end();
    }
}

#[tokio::test]
async fn old_output_is_left_out_when_the_window_is_full_and_the_task_never() {
    let mut bench = Bench::new().await;
    std::fs::write(bench.site.root.join("long.txt"), "a line of some length, so that it fills the window\n".repeat(700)).unwrap();
    let mut script: Vec<Turn> = (0..8).map(|turn| Turn::calls("read", json!({"path": "long.txt", "from": turn + 1}))).collect();
    script.push(Turn::calls("submit", report()));
    let server = ModelServer::start(script).await;
    let key = Some(crate::model::KEY.to_owned().into());
    let base = Some(format!("{}/v1", server.base()));
    let config = journeyman::agent::model::ModelConfig::named("anthropic:claude-opus-5-5");
    let model = journeyman::agent::model::Model::new(journeyman::agent::model::ModelConfig { key, base, context: Some(50_000), ..config });
    bench.work(model.unwrap()).await.unwrap();
    let requests = server.requests();
    for asked in &requests {
        assert!(asked.all_words().contains(crate::bench::TASK));
        assert!(asked.body.to_string().len() < 150_000, "{} bytes", asked.body.to_string().len());
    }
    let last = requests.last().unwrap();
    assert!(last.body.to_string().contains("left out to save room"));
    assert!(last.results()[0].text.contains("fills the window"), "the newest output is whole");
    server.end();
}

#[tokio::test]
async fn a_step_stops_before_the_turn_that_would_be_beyond_its_budget_and_goes_on_with_more() {
    let mut bench = Bench::new().await;
    let server = ModelServer::start(whole()).await;
    let allowed = |turns| {
        Budget::new(vec![Account::new(Payer::Step, Allowance { turns: Some(turns), ..Allowance::default() }, Spent::default())], None)
    };
    bench.budget = allowed(1);
    let ending = bench.work(anthropic(&server)).await.unwrap();
    assert!(matches!(ending, Ending::OutOfBudget(ref exhausted) if exhausted.payer == Payer::Step), "{ending:?}");
    assert_eq!((bench.replies(), server.left()), (1, 2));
    assert!(matches!(bench.transcript.entries().last(), Some(Entry::Ended(Ending::OutOfBudget(_)))));
    bench.budget = allowed(9);
    assert!(matches!(bench.work(anthropic(&server)).await, Ok(Ending::Submitted(_))));
    server.end();
}

#[tokio::test]
async fn each_answer_is_charged_once_under_its_own_name_and_told_again_under_the_same() {
    let mut bench = Bench::new().await;
    let server = ModelServer::start(whole()).await;
    let (books, mut told) = tokio::sync::mpsc::unbounded_channel();
    bench.budget = Budget::new(Vec::new(), Some(books));
    bench.work(anthropic(&server)).await.unwrap();
    let names = |told: &mut tokio::sync::mpsc::UnboundedReceiver<journeyman::agent::budget::Charge>| {
        std::iter::from_fn(|| told.try_recv().ok()).map(|charge| charge.name).collect::<Vec<_>>()
    };
    let first = names(&mut told);
    assert_eq!(first.len(), 3);
    bench.reopen();
    journeyman::agent::charges::recharge(&bench.transcript, &bench.budget);
    assert_eq!(names(&mut told), first);
    server.end();
}

#[tokio::test]
async fn credentials_reach_neither_the_model_nor_the_disk() {
    let mut bench = Bench::new().await;
    let secret = format!("ghp_{}", "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zC0fR6uI8");
    std::fs::write(bench.site.root.join("notes.txt"), format!("token = {secret}\n")).unwrap();
    let script = [Turn::calls("read", json!({"path": "notes.txt"})), Turn::calls("edit", edit()), Turn::calls("submit", report())];
    let server = ModelServer::start(script).await;
    bench.work(anthropic(&server)).await.unwrap();
    assert!(server.requests().iter().all(|asked| !asked.body.to_string().contains(&secret)));
    assert!(!std::fs::read_to_string(bench.transcript.path()).unwrap().contains(&secret));
    server.end();
}

#[tokio::test]
async fn a_command_runs_in_the_checkout_without_network_or_credentials_and_its_end_is_told() {
    let mut bench = Bench::new().await;
    let run = |command: &str| Turn::calls("run", json!({"command": command}));
    let script = [
        run("cat src/lib.rs && echo made > made.txt"),
        run("exit 3").after_result("The command succeeded").after_result("pub fn one()"),
        run("seq 1 100000").after_result("failed with exit code 3"),
        Turn::calls("run", json!({"command": "sleep 30", "seconds": 1})).after_result("100000").after_result("\n1\n"),
        run("cat /etc/shadow ../step.jsonl; env").after_result("was ended after 1 seconds"),
        Turn::answering(|asked| {
            let text = asked.results()[0].text.clone();
            assert!(!text.contains("root:") && !text.contains("rename `one`") && !text.contains("CARGO_MANIFEST_DIR"), "{text}");
            Turn::calls("submit", report())
        }),
    ];
    let server = ModelServer::start(script).await;
    let ending = bench.work(anthropic(&server)).await;
    assert!(matches!(ending, Ok(Ending::Submitted(_))), "{ending:?}\n{}", server.conversation());
    assert_eq!(bench.file("made.txt"), "made\n");
    assert!(server.requests().iter().all(|asked| asked.results().iter().all(|result| result.text.len() < 61_000)));
    server.end();
}
