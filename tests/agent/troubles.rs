//! Providers in trouble.

use std::time::{Duration, Instant};

use journeyman::agent::transcript::Entry;
use journeyman::agent::{Ending, Error};

use crate::bench::{Bench, anthropic, of, whole};
use crate::model::{ModelServer, Turn};

fn submitted(ending: &Result<Ending, Error>) -> bool {
    matches!(ending, Ok(Ending::Submitted(_)))
}

fn notes(bench: &Bench) -> Vec<String> {
    bench.transcript.entries().filter_map(|entry| if let Entry::Note(note) = entry { Some(note.clone()) } else { None }).collect()
}

#[tokio::test]
async fn a_limit_is_waited_out_as_long_as_the_provider_says() {
    let mut bench = Bench::new().await;
    let script = [Turn::status(429).retry_after(1)].into_iter().chain(whole());
    let server = ModelServer::start(script.collect::<Vec<_>>()).await;
    let began = Instant::now();
    assert!(submitted(&bench.work(anthropic(&server)).await));
    assert!(began.elapsed() >= Duration::from_secs(1));
    assert_eq!((bench.replies(), notes(&bench).len()), (3, 1), "{:?}", notes(&bench));
    server.end();
}

#[tokio::test]
async fn overload_and_failures_are_tried_again_and_then_left_to_a_later_time() {
    let mut bench = Bench::new().await;
    let script = [Turn::status(529), Turn::status(500)].into_iter().chain(whole());
    let server = ModelServer::start(script.collect::<Vec<_>>()).await;
    assert!(submitted(&bench.work(anthropic(&server)).await));
    server.end();

    let mut bench = Bench::new().await;
    let server = ModelServer::start([Turn::status(529), Turn::status(529), Turn::status(503)]).await;
    let Err(Error::Later { after, why }) = bench.work(anthropic(&server)).await else { panic!() };
    assert!(after >= Duration::from_secs(1) && why.contains("overloaded"), "{after:?} {why}");
    assert_eq!(bench.replies(), 0);
    server.end();
}

#[tokio::test]
async fn a_pause_longer_than_our_patience_is_left_to_whoever_comes_back() {
    let mut bench = Bench::new().await;
    let server = ModelServer::start([Turn::status(429).retry_after(3600)]).await;
    let Err(Error::Later { after, .. }) = bench.work(anthropic(&server)).await else { panic!() };
    assert_eq!(after, Duration::from_secs(3600));
    server.end();
}

#[tokio::test]
async fn a_stream_that_is_cut_is_asked_for_again_and_a_whole_answer_never() {
    for name in ["anthropic:claude-opus-5-5", "openai:gpt-5.1", "openai-responses:gpt-5.1", "gemini:gemini-3-pro"] {
        for cut in 1..=3 {
            let mut bench = Bench::new().await;
            let mut script = whole();
            let broken = if cut == 3 {
                Turn::reply("I look, at length.").overloaded_after_events(2)
            } else {
                Turn::reply("I look, at length.").cut_after_events(cut)
            };
            script.insert(1, broken);
            let server = ModelServer::start(script).await;
            let ending = bench.work(of(&server, name)).await;
            assert!(submitted(&ending), "{name}, {cut}: {ending:?}\n{}", server.conversation());
            assert_eq!(bench.replies(), 3, "{name}, {cut}");
            assert_eq!(notes(&bench).len(), 1, "{name}, {cut}: {:?}", notes(&bench));
            server.end();
        }
    }
}

#[tokio::test]
async fn a_wrong_key_is_a_persons_matter_and_is_not_shown() {
    let mut bench = Bench::new().await;
    let server = ModelServer::start([Turn::status(401)]).await;
    let Err(Error::Never(why)) = bench.work(anthropic(&server)).await else { panic!() };
    assert!(why.contains("check the configured key") && !why.contains(crate::model::KEY), "{why}");
    server.end();
}

#[tokio::test]
async fn a_server_out_of_reach_is_named_and_tried_later() {
    let mut bench = Bench::new().await;
    let config = journeyman::agent::model::ModelConfig {
        base: Some("http://127.0.0.1:1/v1".into()),
        ..journeyman::agent::model::ModelConfig::named("compatible:x")
    };
    let Err(Error::Later { why, .. }) = bench.work(journeyman::agent::model::Model::new(config).unwrap()).await else { panic!() };
    assert!(why.contains("compatible:x") && why.to_lowercase().contains("refused"), "{why}");
}

#[tokio::test]
async fn a_conversation_that_the_provider_finds_too_long_is_cut_and_tried_again() {
    let mut bench = Bench::new().await;
    std::fs::write(bench.site.root.join("src/lib.rs"), "pub fn one() {}\n".to_owned() + &"// long\n".repeat(3000)).unwrap();
    let mut script = whole();
    let read = || Turn::calls("read", serde_json::json!({"path": "src/lib.rs"}));
    script.splice(1..1, [read(), read(), Turn::status(413)]);
    let server = ModelServer::start(script).await;
    assert!(submitted(&bench.work(anthropic(&server)).await), "{}", server.conversation());
    let sizes: Vec<usize> = server.requests().iter().map(|asked| asked.body.to_string().len()).collect();
    assert!(sizes[4] < sizes[3], "{sizes:?}");
    assert!(sizes[5] < sizes[3], "what was learnt holds for the turns after it: {sizes:?}");
    assert!(notes(&bench)[0].contains("larger than the provider takes"), "{:?}", notes(&bench));
    server.end();
}
