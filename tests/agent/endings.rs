//! The other ways in which work ends, and calls that teach.

use journeyman::agent::Ending;
use journeyman::agent::transcript::Entry;
use serde_json::json;

use crate::bench::{Bench, anthropic, report};
use crate::model::{ModelServer, Stop, Turn};

#[tokio::test]
async fn a_question_ends_the_work_until_it_is_answered() {
    let mut bench = Bench::new().await;
    let server = ModelServer::start([Turn::calls("ask", json!({"question": "Spanish or Italian?"}))]).await;
    let ending = bench.work(anthropic(&server)).await.unwrap();
    assert_eq!(ending, Ending::Asks { question: "Spanish or Italian?".into() });
    assert_eq!(bench.work(anthropic(&server)).await.unwrap(), ending, "asked again, nothing else is paid for");
    bench.transcript.push(Entry::Told("Answer by ada: Spanish.".into())).unwrap();
    server.add([Turn::calls("submit", report()).after_words("Spanish")]);
    assert!(matches!(bench.work(anthropic(&server)).await, Ok(Ending::Submitted(_))));
    server.end();
}

#[tokio::test]
async fn malformed_calls_are_answered_with_what_would_be_right() {
    let mut bench = Bench::new().await;
    let script = [
        Turn::calls("grep", json!({"pattern": "x"})),
        Turn::reply("").call_raw("read", "{\"path\": \"src/lib.rs").after_result("there is no tool `grep`; there are list, read"),
        Turn::calls("read", json!({})).after_result("no JSON object"),
        Turn::calls("read", json!({"path": 7})).after_result("`path` is missing. `read` takes"),
        Turn::calls("read", json!({"path": "src/lib.rs", "line": 1})).after_result("`path` must be a text"),
        Turn::calls("submit", json!({"done": []})).after_result("there is no argument `line`"),
        Turn::calls("submit", report()).after_result("`done` is empty"),
    ];
    let server = ModelServer::start(script).await;
    assert!(matches!(bench.work(anthropic(&server)).await, Ok(Ending::Submitted(_))), "{}", server.conversation());
    server.end();
}

#[tokio::test]
async fn the_same_call_failing_three_times_ends_the_work() {
    let mut bench = Bench::new().await;
    let wrong = || Turn::calls("read", json!({"path": "nowhere.rs"}));
    let server = ModelServer::start([wrong(), Turn::calls("list", json!({})), wrong(), wrong()]).await;
    let ending = bench.work(anthropic(&server)).await.unwrap();
    assert_eq!(ending, Ending::GaveUp { why: "the same call of `read` failed 3 times".into() });
    assert!(matches!(bench.transcript.entries().last(), Some(Entry::Ended(Ending::GaveUp { .. }))));
    server.end();
}

#[tokio::test]
async fn an_answer_without_a_call_is_reminded_and_three_end_the_work() {
    let mut bench = Bench::new().await;
    let script = [
        Turn::reply("I think about it."),
        Turn::calls("list", json!({})).after_words("Nothing happens without a tool call"),
        Turn::reply("Hm."),
        Turn::reply("Hm?"),
        Turn::reply("I cannot").stopping(Stop::Length),
    ];
    let server = ModelServer::start(script).await;
    let ending = bench.work(anthropic(&server)).await.unwrap();
    assert_eq!(
        ending,
        Ending::GaveUp {
            why: "the model answered 3 times without calling a tool, at last: “I cannot (the answer was cut off at its limit)”".into()
        }
    );
    server.end();
}

#[tokio::test]
async fn a_submission_beside_a_failed_call_does_not_count() {
    let mut bench = Bench::new().await;
    let script = [
        Turn::calls("delete", json!({"path": "nowhere.rs"})).call("submit", report()),
        Turn::calls("submit", report()).after_result("another call of this turn failed"),
    ];
    let server = ModelServer::start(script).await;
    assert!(matches!(bench.work(anthropic(&server)).await, Ok(Ending::Submitted(_))));
    server.end();
}

#[tokio::test]
async fn what_exact_edits_wrote_cannot_be_changed_and_nothing_outside_is_touched() {
    let mut bench = Bench::new().await;
    let outside = bench.scratch.path().join("outside.txt");
    std::fs::write(&outside, "not yours").unwrap();
    std::os::unix::fs::symlink(&outside, bench.site.root.join("link.txt")).unwrap();
    std::os::unix::fs::symlink("given.txt", bench.site.root.join("alias.txt")).unwrap();
    let write = |path: &str| Turn::calls("write", json!({"path": path, "content": "mine"}));
    let script = [
        write("given.txt"),
        Turn::calls("delete", json!({"path": "given.txt"})).after_result("is not to be changed"),
        Turn::calls("move", json!({"from": "given.txt", "to": "b"})).after_result("is not to be changed"),
        write("alias.txt").after_result("is not to be changed"),
        write("link.txt").after_result("symbolic link"),
        Turn::calls("read", json!({"path": "link.txt"})).after_result("symbolic link"),
        write("../outside.txt").after_result("leads out of the repository"),
        write(".git/config").after_result("leads out of the repository"),
        Turn::calls("submit", report()).after_result("is inside `.git`"),
    ];
    let server = ModelServer::start(script).await;
    assert!(matches!(bench.work(anthropic(&server)).await, Ok(Ending::Submitted(_))), "{}", server.conversation());
    assert_eq!(bench.file("given.txt"), "as the specification prints it\n");
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), "not yours");
    assert!(server.requests().iter().all(|asked| !asked.body.to_string().contains("not yours")));
    server.end();
}
