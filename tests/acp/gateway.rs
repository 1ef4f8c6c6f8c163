//! The way to the model: whose key, which routes, what is counted, and when it closes.

use std::time::Duration;

use journeyman::agent::budget::{Account, Budget, Payer};
use journeyman::agent::prices::Prices;
use journeyman::agent::{Ending, Error};
use journeyman::domain::{Allowance, Bound, Spent};
use serde_json::{Value, json};

use crate::bench::Bench;
use crate::model::{Cost, KEY, ModelServer, Turn};

fn chat() -> Value {
    chat_with("m")
}

fn chat_with(model: &str) -> Value {
    let user = json!({"role": "user", "content": "say something"});
    json!(["/chat/completions", {"model": model, "stream": true, "stream_options": {"include_usage": true}, "messages": [user]}])
}

#[tokio::test]
async fn an_agent_talks_to_its_model_with_a_key_that_it_does_not_hold() {
    let model = ModelServer::start([Turn::reply("something"), Turn::reply("else")]).await;
    let mut bench = Bench::new().await;
    let plain = json!(["/chat/completions", {"model": "m", "messages": [{"role": "user", "content": "say"}]}]);
    bench.acts(&json!([{"variables": true}, {"model": chat()}, {"model": plain}]));
    let (books, mut told) = tokio::sync::mpsc::unbounded_channel();
    bench.budget = Budget::new(vec![Account::new(Payer::Step, Allowance::default(), Spent::default())], Some(books));
    assert!(matches!(bench.fake("", Some(&model)).await.unwrap(), Ending::Submitted(_)));
    bench.has("model: 200 data: ");
    bench.has_not(KEY);
    let spent = bench.transcript.spent();
    let costs = model.costs();
    assert_eq!((spent.turns, spent.unpriced_turns), (2, 2));
    assert_eq!(spent.usage.input, costs.iter().map(|cost| cost.input).sum::<u64>());
    assert_eq!(spent.usage.output, costs.iter().map(|cost| cost.output).sum::<u64>());
    let mut charged = Spent::default();
    let mut names = std::collections::BTreeSet::new();
    while let Ok(charge) = told.try_recv() {
        charged += charge.spent;
        assert!(names.insert(charge.name), "each charge has a name of its own");
    }
    assert_eq!(charged, spent, "the books have what the transcript has");
    model.end();
}

#[tokio::test]
async fn other_routes_and_other_hosts_are_out_of_reach() {
    let model = ModelServer::start([]).await;
    let mut bench = Bench::new().await;
    bench.acts(&json!([{"model": ["/files", {}]}, {"model": ["/../admin", {}]}]));
    bench.fake("", Some(&model)).await.unwrap();
    bench.has("model: 403");
    bench.has("note: refused: POST /v1/files is no route of the model");
    bench.has_not("model: 200");
    model.end();
}

#[tokio::test]
async fn the_turn_beyond_the_budget_is_refused_and_ends_the_work() {
    let model = ModelServer::start([Turn::reply("one"), Turn::reply("two")]).await;
    let mut bench = Bench::new().await;
    bench.allow(Allowance { turns: Some(2), ..Allowance::default() });
    bench.acts(&json!([{"model": chat()}, {"model": chat()}, {"model": chat()}, {"disk": ["late.txt", "late"]}, {"hang": true}]));
    let Ending::OutOfBudget(exhausted) = bench.fake("", Some(&model)).await.unwrap() else { panic!("{}", bench.story()) };
    assert_eq!((exhausted.bound, exhausted.spent.turns), (Bound::Turns, 2));
    model.end();
}

#[tokio::test]
async fn each_answer_is_priced_by_its_model_and_a_price_that_is_not_known_is_not_guessed() {
    let long = "say something long. ".repeat(400);
    let asks = |model: &str| json!(["/chat/completions", {"model": model, "messages": [{"role": "user", "content": long}]}]);
    let model = ModelServer::start((0..4).map(|_| Turn::reply("something"))).await;
    let mut bench = Bench::new().await;
    let said =
        Prices { input: 7_000_000, output: 11_000_000, cache_read: 3_000_000, cache_write: 7_000_000, cache_write_hour: None, up_to: None };
    bench.prices.own.insert("openai:ours".into(), said);
    bench.acts(&json!([{"model": asks("gpt-5")}, {"model": asks("gpt-5")}, {"model": asks("ours")}, {"model": asks("nobody-9")}]));
    bench.fake("", Some(&model)).await.unwrap();
    let paid: Vec<(String, Spent)> = bench.paid();
    let costs = model.costs();
    assert!(costs[1].cached > 0, "the second of the same is read from the cache: {costs:?}");
    let micro = |cost: &Cost, prices: [u64; 3]| {
        let parts = [(cost.input - cost.cached) * prices[0], cost.cached * prices[1], cost.output * prices[2]];
        // Thousandths of what a token costs.
        parts.into_iter().sum::<u64>().div_ceil(1_000)
    };
    let published = [1_250, 125, 10_000];
    let expected = [micro(&costs[0], published), micro(&costs[1], published), micro(&costs[2], [7_000, 3_000, 11_000]), 0];
    assert_eq!(paid.iter().map(|(_, spent)| spent.micro_dollars).collect::<Vec<_>>(), expected);
    assert_eq!(paid.iter().map(|(_, spent)| spent.unpriced_turns).collect::<Vec<_>>(), [0, 0, 0, 1]);
    assert_eq!(
        paid.iter().map(|(model, _)| model.as_str()).collect::<Vec<_>>(),
        ["openai:gpt-5", "openai:gpt-5", "openai:ours", "openai:nobody-9"]
    );
    model.end();
}

#[tokio::test]
async fn the_turn_after_the_money_is_spent_is_refused_and_ends_the_work() {
    let model = ModelServer::start([Turn::reply("one"), Turn::reply("two")]).await;
    let mut bench = Bench::new().await;
    let dear = Prices {
        input: 1_000_000_000,
        output: 1_000_000_000,
        cache_read: 1_000_000_000,
        cache_write: 0,
        cache_write_hour: None,
        up_to: None,
    };
    bench.prices.own.insert("openai:dear".into(), dear);
    // One answer costs some hundredths of a dollar: two of them are more than this.
    // One answer costs 0.012 dollars.
    bench.allow(Allowance { micro_dollars: Some(20_000), ..Allowance::default() });
    let ask = || chat_with("dear");
    bench.acts(&json!([{"model": ask()}, {"disk": ["kept.txt", "kept"]}, {"model": ask()}, {"model": ask()}, {"hang": true}]));
    let ended = bench.fake("", Some(&model)).await.unwrap();
    let Ending::OutOfBudget(exhausted) = ended else { panic!("{ended:?}\n{}", bench.story()) };
    assert_eq!((exhausted.bound, exhausted.spent.turns, exhausted.spent.unpriced_turns), (Bound::Money, 2, 0));
    assert_eq!(exhausted.spent.micro_dollars, 24_000);
    assert_eq!(bench.file("kept.txt"), "kept", "what was done before is kept");
    bench.has("told to stop");
    model.end();
}

#[tokio::test]
async fn tokens_are_counted_even_of_an_answer_that_broke_off() {
    let model = ModelServer::start([Turn::reply("a long answer that is cut").cut_after_events(3)]).await;
    let mut bench = Bench::new().await;
    bench.allow(Allowance { tokens: Some(5), ..Allowance::default() });
    bench.acts(&json!([{"model": chat()}, {"model": chat()}, {"hang": true}]));
    let Ending::OutOfBudget(exhausted) = bench.fake("", Some(&model)).await.unwrap() else { panic!("{}", bench.story()) };
    assert_eq!((exhausted.bound, exhausted.spent.turns), (Bound::Tokens, 1));
    bench.has("did not say what its answer cost");
    assert_eq!(exhausted.spent.unpriced_turns, 1);
    model.end();
}

#[tokio::test]
async fn a_provider_that_fails_is_told_from_an_agent_that_fails() {
    for (turn, later) in [(Turn::status(429).retry_after(7), Some(7)), (Turn::status(529), Some(60)), (Turn::status(401), None)] {
        let model = ModelServer::start([turn]).await;
        let mut bench = Bench::new().await;
        bench.acts(&json!([{"model": chat()}, {"say": "It did not work."}]));
        match (bench.fake("", Some(&model)).await, later) {
            (Err(Error::Later { after, .. }), Some(seconds)) => assert_eq!(after, Duration::from_secs(seconds)),
            (Err(Error::Never(why)), None) => assert!(why.contains("401"), "{why}"),
            other => panic!("{other:?}"),
        }
        model.end();
    }
    let mut bench = Bench::new().await;
    bench.acts(&json!([{"model": chat()}]));
    let result = bench.fake("", None).await;
    assert!(matches!(result, Err(Error::Later { .. })), "nobody listens there: {result:?}");
}

#[tokio::test]
async fn an_errand_that_fails_says_nothing_of_the_work() {
    let mut working = chat();
    working[1]["tools"] = json!([{"type": "function", "function": {"name": "write"}}]);
    for (failing, submitted) in [(chat(), true), (working.clone(), false)] {
        let model = ModelServer::start([Turn::reply("fine"), Turn::status(503)]).await;
        let mut bench = Bench::new().await;
        bench.acts(&json!([{"model": working.clone()}, {"model": failing}]));
        let result = bench.fake("", Some(&model)).await;
        match result {
            Ok(Ending::Submitted(_)) => assert!(submitted, "{}", bench.story()),
            Err(Error::Later { .. }) => assert!(!submitted, "{}", bench.story()),
            other => panic!("{other:?}"),
        }
        model.end();
    }
}

#[tokio::test]
async fn an_upstream_that_is_no_address_is_refused_before_anything_starts() {
    for upstream in ["", "model.example", "ftp://model.example", "https://user:pass@model.example", "https://model.example/v1?key=x"] {
        let opened = journeyman::agent::acp::gateway::Gateway::open(
            upstream,
            None,
            Budget::unlimited(),
            journeyman::agent::acp::gateway::Pulse::default(),
        );
        assert!(matches!(opened, Err(Error::Never(_))), "{upstream}");
    }
}
