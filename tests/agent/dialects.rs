//! The same step through each provider's language.

use journeyman::agent::Ending;
use serde_json::json;

use crate::bench::{Bench, edit, of, report};
use crate::model::{ModelServer, Turn};

#[tokio::test]
async fn every_dialect_carries_calls_and_results_both_ways() {
    let names = [
        "anthropic:claude-opus-5-5",
        "openai:gpt-5.1",
        "openai:gpt-5.1-codex-max",
        "openai-responses:gpt-5.1",
        "openai-responses:gpt-4.1",
        "gemini:gemini-3-pro",
        "compatible:qwen3-max",
        "ollama:qwen3-coder:30b",
    ];
    for name in names {
        let mut bench = Bench::new().await;
        let script = [
            Turn::reply("I look.").thinking("first I look").call("list", json!({})).call("read", json!({"path": "src/lib.rs"})),
            Turn::calls("edit", edit()).thinking("then I change").after_result("pub fn one()").after_result("src/"),
            Turn::reply("").call_raw("read", "{\"path\":").after_result("found exactly as written"),
            Turn::calls("submit", report()),
        ];
        let server = ModelServer::start(script).await;
        let ending = bench.work(of(&server, name)).await;
        assert!(matches!(ending, Ok(Ending::Submitted(_))), "{name}: {ending:?}\n{}\n{:?}", server.conversation(), server.violations());
        let asked = server.requests();
        let model = name.split_once(':').unwrap().1;
        assert!(asked.iter().all(|asked| asked.stream && asked.model == model), "{name}: {}", asked[0].model);
        assert_eq!(asked[0].tool_names().len(), 10);
        assert!(asked.iter().all(|asked| asked.system.contains("You are the builder")), "{name}");
        let keyed = asked.iter().all(|asked| asked.body["prompt_cache_key"].is_string());
        assert_eq!(keyed, name.starts_with("openai"), "{name}: what a compatible server may not know is not sent to it");
        let spent = bench.transcript.spent();
        assert!(spent.usage.input > 1000 && spent.usage.output > 0, "{name}: {spent:?}");
        server.end();
    }
}

#[tokio::test]
async fn what_a_model_thought_goes_back_to_it_unread() {
    for name in ["anthropic:claude-opus-5-5", "openai-responses:gpt-5.1", "gemini:gemini-3-pro"] {
        let mut bench = Bench::new().await;
        let script = [Turn::reply("").thinking("a thought").call("list", json!({})), Turn::calls("submit", report())];
        let server = ModelServer::start(script).await;
        bench.work(of(&server, name)).await.unwrap();
        let second = server.requests()[1].body.to_string();
        let sealed = ["signature", "encrypted_content", "thoughtSignature"];
        assert!(sealed.iter().any(|word| second.contains(word)), "{name}: {second}");
        server.end();
    }
}
