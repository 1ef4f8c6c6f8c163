//! Second readings of what was submitted.

use std::time::Duration;

use journeyman::agent::budget::Budget;
use journeyman::agent::model::Patience;
use journeyman::agent::review::{self, Reading};
use journeyman::agent::transcript::Entry;
use journeyman::domain::Untrusted;
use journeyman::prose::model::Briefing;
use journeyman::specification;
use serde_json::{Value, json};

use crate::bench::{Bench, anthropic, of, whole};
use crate::model::{ModelServer, Turn};

fn briefing() -> Briefing {
    let text = "# Names\n\n## Step 1: Rename\n\nRename `one` to `uno`. Say so in the README.\n";
    Briefing { text: Untrusted::new(text), specification: specification::read(text).specification, ..Briefing::default() }
}

fn findings() -> Value {
    json!({"not_done": ["README.md does not say it: “Say so in the README”."], "done_otherwise": [], "beyond": ["lib.rs was\nreformatted."]})
}

async fn read(bench: &mut Bench, server: &ModelServer) -> Reading {
    let patience = Patience { attempts: 2, first: Duration::from_millis(5), longest: Duration::from_secs(1) };
    let budget = Budget::unlimited();
    let diff = "--- a/src/lib.rs\n+++ b/src/lib.rs\n";
    review::with_patience(&anthropic(server), patience, &briefing(), diff, &budget, &mut bench.transcript).await.unwrap()
}

const FOUND: [&str; 2] = ["Not done: README.md does not say it: “Say so in the README”.", "Beyond the step: lib.rs was reformatted."];

#[tokio::test]
async fn differences_are_sentences_and_are_paid_for_once() {
    let mut bench = Bench::new().await;
    let mut script = whole();
    script.push(Turn::calls("findings", findings()).after_words("Say so in the README").after_words("+++ b/src/lib.rs"));
    let server = ModelServer::start(script).await;
    bench.work(anthropic(&server)).await.unwrap();
    assert_eq!(read(&mut bench, &server).await, Reading::Found(FOUND.map(String::from).to_vec()));
    bench.reopen();
    assert_eq!(read(&mut bench, &server).await, Reading::Found(FOUND.map(String::from).to_vec()));
    assert_eq!(bench.transcript.spent().turns, 4);
    server.end();
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_asked_for_once_more() {
    let mut bench = Bench::new().await;
    let text = format!("Here it is:\n```json\n{}\n```", findings());
    let script = [Turn::calls("findings", json!({"not_done": "everything"})), Turn::reply(&text).after_words("`not_done` is no list")];
    let server = ModelServer::start(script).await;
    assert_eq!(read(&mut bench, &server).await, Reading::Found(FOUND.map(String::from).to_vec()));
    server.end();

    let mut bench = Bench::new().await;
    let server = ModelServer::start([Turn::reply("All fine!"), Turn::reply("I said so.")]).await;
    assert_eq!(read(&mut bench, &server).await, Reading::Unread("no findings could be read".into()));
    assert_eq!(read(&mut bench, &server).await, Reading::Unread("no findings could be read".into()), "and is not paid for a third time");
    assert_eq!(bench.transcript.spent().turns, 2);
    server.end();
}

#[tokio::test]
async fn a_new_submission_is_read_anew() {
    let mut bench = Bench::new().await;
    let nothing = || Turn::calls("findings", json!({"not_done": [], "done_otherwise": [], "beyond": []}));
    let server = ModelServer::start([Turn::calls("findings", findings()), nothing()]).await;
    read(&mut bench, &server).await;
    bench.transcript.push(Entry::Told("Say so in the README.".into())).unwrap();
    assert_eq!(read(&mut bench, &server).await, Reading::Found(Vec::new()));
    server.end();
}

#[tokio::test]
async fn every_dialect_reads_a_second_time() {
    for name in ["openai:gpt-5.1", "openai-responses:gpt-5.1", "gemini:gemini-3-pro"] {
        let mut bench = Bench::new().await;
        let server = ModelServer::start([Turn::calls("findings", findings())]).await;
        let model = of(&server, name);
        let reading = review::second_reading(&model, &briefing(), "", &Budget::unlimited(), &mut bench.transcript).await.unwrap();
        assert_eq!(reading, Reading::Found(FOUND.map(String::from).to_vec()), "{name}");
        server.end();
    }
}
