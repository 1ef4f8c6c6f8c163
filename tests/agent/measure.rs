//! What a step of ten turns sends, how much of it the cache has, and what it takes of this machine.
//!
//! The model's server is in this process, so its own memory and time are within what is told. Run alone: the peak of memory is the whole process's.

use std::time::{Duration, Instant};

use journeyman::agent::Ending;
use journeyman::agent::model::{Message, Request, Tool};
use serde_json::json;

use crate::bench::{Bench, anthropic, report};
use crate::model::{ModelServer, Turn};

#[tokio::test]
async fn of_ten_turns_most_of_what_is_sent_comes_from_the_cache() {
    let mut bench = Bench::new().await;
    bench.transcript.push(journeyman::agent::transcript::Entry::Told("A specification of some length. ".repeat(600))).unwrap();
    std::fs::write(bench.site.root.join("code.rs"), "    let value = compute(input).await?; // what it does\n".repeat(2000)).unwrap();
    let mut script: Vec<Turn> =
        (0..9).map(|turn| Turn::calls("read", json!({"path": "code.rs", "from": turn * 100 + 1, "lines": 100}))).collect();
    script.push(Turn::calls("submit", report()));
    let server = ModelServer::start(script).await;
    let before = peak_of_memory();
    let began = Instant::now();
    assert!(matches!(bench.work(anthropic(&server)).await, Ok(Ending::Submitted(_))));
    let took = began.elapsed();
    let after = peak_of_memory();
    let wire = wire_alone(&bench).await;
    let costs = server.costs();
    let sum = |of: fn(&crate::model::Cost) -> u64| costs.iter().map(of).sum::<u64>();
    let (input, cached, written) = (sum(|cost| cost.input), sum(|cost| cost.cached), sum(|cost| cost.cache_written));
    let bytes: usize = server.requests().iter().map(|asked| asked.body.to_string().len()).sum();
    println!(
        "ten turns: {bytes} bytes sent, {input} tokens (bytes/4), {cached} read from the cache ({} %), {written} written to it, {} fresh; \
         {:.1} ms a turn, of which {:.1} are the wire's; at Opus 5.5's prices {} micro-dollars, {} without a cache",
        cached * 100 / input,
        input - cached - written,
        took.as_secs_f64() * 100.0,
        wire.as_secs_f64() * 100.0,
        bench.transcript.spent().micro_dollars,
        input * 4 + sum(|cost| cost.output) * 20,
    );
    println!(
        "resident at most: {before} kB before the step, {} kB more with it; {:.0} ms of wall time for the ten turns beyond the wire's",
        after - before,
        took.saturating_sub(wire).as_secs_f64() * 1000.0,
    );
    assert!(cached * 100 / input > 75, "{cached} of {input}");
    assert_eq!(costs.iter().filter(|cost| cost.cached == 0).count(), 1, "only the first turn finds nothing: {costs:?}");
    server.end();
}

/// What this process has had in memory at most, in kB.
fn peak_of_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse().unwrap()
}

/// Ten answers to as much as a middle turn sends, with nothing else done.
async fn wire_alone(bench: &Bench) -> Duration {
    let server = ModelServer::start((0..10).map(|_| Turn::calls("list", json!({})))).await;
    let model = anthropic(&server);
    let words = std::fs::read_to_string(bench.transcript.path()).unwrap();
    let tool = Tool { name: "list", description: "Lists.", schema: json!({"type": "object"}) };
    let half = words.chars().take(words.len() / 2).collect();
    let request = Request { messages: vec![Message::Told(half)], tools: vec![tool], ..Request::default() };
    let began = Instant::now();
    for _ in 0..10 {
        model.answer(&request).await.unwrap();
    }
    let took = began.elapsed();
    server.end();
    took
}
