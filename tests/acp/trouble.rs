//! Agents that die, hang, flood, or do not stop.

use std::time::{Duration, Instant};

use journeyman::agent::budget::Payer;
use journeyman::agent::transcript::Entry;
use journeyman::agent::{Ending, Error};
use journeyman::domain::{Allowance, Bound};
use serde_json::json;

use crate::bench::Bench;

fn why(ending: Ending) -> String {
    match ending {
        Ending::GaveUp { why } => why,
        Ending::Submitted(_) | Ending::Asks { .. } | Ending::OutOfBudget(_) => panic!("{ending:?}"),
    }
}

fn never(result: Result<Ending, Error>) -> String {
    match result {
        Err(Error::Never(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_agent_that_dies_at_work_gave_up_with_its_last_words() {
    let mut bench = Bench::new().await;
    bench.acts(&json!([{"say": "I be"}, {"disk": ["half.txt", "half"]}, {"die": 3}]));
    let why = why(bench.fake("", None).await.unwrap());
    assert!(why.contains("broke off") && why.contains("the agent's last words") && why.contains("status 3"), "{why}");
    bench.has("message: I be");
    assert_eq!(bench.file("half.txt"), "half");
}

#[tokio::test]
async fn an_agent_that_cannot_begin_is_a_matter_of_configuration() {
    for (manner, words) in [("dies", "no such model"), ("future", "version"), ("mute", "after 1 seconds")] {
        let mut bench = Bench::new().await;
        bench.patience.begin = Duration::from_secs(if manner == "mute" { 1 } else { 20 });
        bench.acts(&json!([]));
        let why = never(bench.fake(manner, None).await);
        assert!(why.starts_with("begin with the agent: ") && why.contains(words), "{manner}: {why}");
    }
    let mut bench = Bench::new().await;
    bench.acts(&json!([]));
    let why = never(bench.fake("login", None).await);
    assert!(why.contains("logged in") && why.contains("api-key"), "{why}");
}

#[tokio::test]
async fn silence_is_bounded() {
    let mut bench = Bench::new().await;
    bench.patience.idle = Duration::from_secs(1);
    bench.acts(&json!([{"say": "Let me think."}, {"hang": true}]));
    let began = Instant::now();
    let why = why(bench.fake("", None).await.unwrap());
    assert!(why.contains("for 1 seconds") && began.elapsed() < Duration::from_secs(15), "{why}, {:?}", began.elapsed());
    bench.has("message: Let me think.");
}

#[tokio::test]
async fn a_flood_is_cut_and_the_work_goes_on() {
    let mut bench = Bench::new().await;
    bench.acts(&json!([{"flood": 20_000}, {"write": ["a.txt", "a"]}]));
    assert!(matches!(bench.fake("", None).await.unwrap(), Ending::Submitted(_)));
    bench.has("note: the agent's further updates are left out");
    assert!(bench.transcript.lines().len() < 5_000, "{}", bench.transcript.lines().len());
    assert_eq!(bench.file("a.txt"), "a");
}

#[tokio::test]
async fn a_message_without_end_is_not_held_in_memory() {
    let mut bench = Bench::new().await;
    bench.acts(&json!([{"long": 40_000_000}, {"hang": true}]));
    let why = why(bench.fake("", None).await.unwrap());
    assert!(why.contains("a message has more than"), "{why}");
}

#[tokio::test]
async fn when_the_time_is_over_it_is_told_to_stop_and_then_made_to() {
    for acts in [json!([{"cancel": true}]), json!([{"tick": "tick"}, {"hang": true}])] {
        let mut bench = Bench::new().await;
        bench.allow(Allowance { millis: Some(2000), ..Allowance::default() });
        bench.acts(&acts);
        let began = Instant::now();
        let Ending::OutOfBudget(exhausted) = bench.fake("", None).await.unwrap() else { panic!("{}", bench.story()) };
        assert_eq!((exhausted.payer, exhausted.bound), (Payer::Step, Bound::Time));
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
        assert!(matches!(bench.fake("", None).await.unwrap(), Ending::OutOfBudget(_)), "nothing is begun without a budget");
        bench.has("told to stop");
        bench.has_not("refused");
    }
}

#[tokio::test]
async fn when_our_process_stops_it_is_told_to_stop_and_then_made_to() {
    for (acts, by_itself) in
        [(json!([{"disk": ["tick", "begun"]}, {"cancel": true}]), true), (json!([{"tick": "tick"}, {"hang": true}]), false)]
    {
        let mut bench = Bench::new().await;
        bench.acts(&acts);
        let (stop, leave, root) = (bench.stop.clone(), bench.patience.leave, bench.site.root.clone());
        let tick = || std::fs::read_to_string(root.join("tick")).unwrap_or_default();
        let stopping = async {
            while tick().is_empty() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            stop.cancel();
            Instant::now()
        };
        let (ended, told) = tokio::join!(bench.fake("", None), stopping);
        let took = told.elapsed();
        assert!(matches!(ended, Err(Error::Stopped)), "{ended:?}\n{}", bench.story());
        bench.has("told to stop");
        bench.has("time: ");
        assert!(!bench.transcript.entries().any(|entry| matches!(entry, Entry::Ended(_))), "it goes on at the next start");
        assert!(took < Duration::from_secs(10) && (by_itself || took >= leave), "{took:?}");
        let then = tick();
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(tick(), then, "it is gone");
    }
}

#[tokio::test]
async fn an_agent_dies_with_the_work_that_was_given_up() {
    let mut bench = Bench::new().await;
    bench.acts(&json!([{"tick": "tick"}, {"hang": true}]));
    let tick = bench.site.root.join("tick");
    let read = || std::fs::read_to_string(&tick).unwrap_or_default();
    {
        let working = bench.fake("", None);
        tokio::pin!(working);
        while read().is_empty() {
            assert!(tokio::time::timeout(Duration::from_millis(20), &mut working).await.is_err(), "it is at work");
        }
    }
    // The signal is on its way when the value is gone; it takes no longer than this to arrive.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let then = read();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(read(), then, "it ticks no more");
}

#[tokio::test]
async fn why_an_agent_stopped_is_told() {
    for (reason, words) in [("refusal", "refused"), ("max_tokens", "limit of tokens"), ("max_turn_requests", "limit of requests")] {
        let mut bench = Bench::new().await;
        bench.acts(&json!([{"say": "I would rather not."}, {"stop": reason}]));
        let why = why(bench.fake("", None).await.unwrap());
        assert!(why.contains(words) && why.contains("I would rather not."), "{why}");
    }
}
