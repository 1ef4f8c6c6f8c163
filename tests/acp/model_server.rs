//! The model server itself: it plays its script in each dialect, and refuses what a provider refuses.

use serde_json::{Value, json};

use crate::model::{Cost, KEY, ModelServer, Turn};

async fn post(url: String, key: (&str, String), body: &Value) -> (u16, String) {
    let request = reqwest::Client::new().post(url).header(key.0, key.1).header("anthropic-version", "2023-06-01").json(body);
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.text().await.unwrap_or_else(|error| format!("broken off: {error}")))
}

async fn messages(server: &ModelServer, body: &Value) -> (u16, String) {
    post(format!("{}/v1/messages", server.base()), ("x-api-key", KEY.into()), body).await
}

fn data(stream: &str) -> Vec<Value> {
    let lines = stream.lines().filter_map(|line| line.strip_prefix("data: "));
    lines.filter(|line| *line != "[DONE]").map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn bearer() -> (&'static str, String) {
    ("authorization", format!("Bearer {KEY}"))
}

#[tokio::test]
async fn a_turn_is_played_in_every_dialect() {
    let turn = || Turn::reply("I write.").call("write", json!({"path": "a.txt"}));
    let server = ModelServer::start((0..6).map(|_| turn())).await;
    let user = json!([{"role": "user", "content": "do it"}]);
    let schema = json!({"type": "object", "properties": {}});

    let mut anthropic = json!({"model": "m", "max_tokens": 9, "messages": user, "tools": [{"name": "write", "input_schema": schema}]});
    let (status, answer) = messages(&server, &anthropic).await;
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((status, &answer["content"][1]["input"]["path"], &answer["stop_reason"]), (200, &json!("a.txt"), &json!("tool_use")));
    anthropic["stream"] = json!(true);
    let events = data(&messages(&server, &anthropic).await.1);
    let text: String = events.iter().filter_map(|event| event["delta"]["text"].as_str()).collect();
    let arguments: String = events.iter().filter_map(|event| event["delta"]["partial_json"].as_str()).collect();
    assert_eq!((text.as_str(), arguments.as_str()), ("I write.", r#"{"path":"a.txt"}"#));

    let mut chat =
        json!({"model": "m", "messages": user, "tools": [{"type": "function", "function": {"name": "write", "parameters": schema}}]});
    let url = format!("{}/chat/completions", server.openai());
    let answer: Value = serde_json::from_str(&post(url.clone(), bearer(), &chat).await.1).unwrap();
    assert_eq!(answer["choices"][0]["message"]["tool_calls"][0]["function"]["name"], "write");
    chat["stream"] = json!(true);
    chat["stream_options"] = json!({"include_usage": true});
    let events = data(&post(url, bearer(), &chat).await.1);
    let text: String = events.iter().filter_map(|event| event["choices"][0]["delta"]["content"].as_str()).collect();
    assert_eq!((text.as_str(), events.last().unwrap()["usage"]["completion_tokens"].as_u64()), ("I write.", Some(8)));

    let responses =
        json!({"model": "m", "stream": true, "input": user, "tools": [{"type": "function", "name": "write", "parameters": schema}]});
    let events = data(&post(format!("{}/responses", server.openai()), bearer(), &responses).await.1);
    let last = &events.last().unwrap()["response"];
    assert_eq!((&last["status"], &last["output"][1]["arguments"]), (&json!("completed"), &json!(r#"{"path":"a.txt"}"#)));

    let gemini =
        json!({"contents": [{"role": "user", "parts": [{"text": "do it"}]}], "tools": [{"functionDeclarations": [{"name": "write"}]}]});
    let url = format!("{}/v1beta/models/m:streamGenerateContent?alt=sse", server.base());
    let events = data(&post(url, ("x-goog-api-key", KEY.into()), &gemini).await.1);
    assert_eq!(events.last().unwrap()["candidates"][0]["content"]["parts"][0]["functionCall"]["args"]["path"], "a.txt");
    server.end();
}

#[tokio::test]
async fn what_a_provider_refuses_is_refused_and_counted() {
    let user = json!({"role": "user", "content": "do it"});
    let call = json!({"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "write", "input": {}}]});
    let result = |id: &str| json!({"role": "user", "content": [{"type": "tool_result", "tool_use_id": id, "content": "ok"}]});
    let marked = json!({"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}});
    let with = |messages: Value| json!({"model": "m", "max_tokens": 9, "messages": messages});
    let refused = [
        with(json!([])),
        with(json!([call])),
        with(json!([user, call])),
        with(json!([user, call, user])),
        with(json!([user, call, result("t2")])),
        with(json!([user, result("t1")])),
        with(json!([user, call, result("t1"), result("t1")])),
        with(json!([{"role": "user", "content": ""}])),
        with(json!([{"role": "user", "content": vec![marked; 5]}])),
        with(json!([{"role": "user", "content": [{"type": "text", "text": "", "cache_control": {"type": "ephemeral"}}]}])),
        json!({"model": "m", "max_tokens": 9, "messages": [user], "tools": [{"name": "write", "input_schema": {"type": "string"}}]}),
        json!({"model": "m", "messages": [user]}),
    ];
    let server = ModelServer::start([Turn::reply("fine")]).await;
    for body in &refused {
        let (status, answer) = messages(&server, body).await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!((status, &answer["error"]["type"]), (400, &json!("invalid_request_error")), "{body}");
    }
    assert_eq!(server.violations().len(), refused.len());
    assert_eq!(messages(&server, &with(json!([user, call, result("t1"), user]))).await.0, 200);
    let (status, _) = post(format!("{}/v1/messages", server.base()), ("x-api-key", "sk-other".into()), &with(json!([user]))).await;
    assert_eq!(status, 401);
    let (status, _) = post(format!("{}/other", server.base()), bearer(), &json!({})).await;
    assert_eq!(status, 404);
    let (status, answer) = messages(&server, &with(json!([user]))).await;
    assert!(status == 400 && answer.contains("no turn left"), "{answer}");

    let url = format!("{}/chat/completions", server.openai());
    let asks = json!({"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "w", "arguments": "{}"}}]});
    for chat in [json!([user, asks]), json!([user, asks, user]), json!([user, {"role": "tool", "tool_call_id": "c1", "content": "ok"}])] {
        assert_eq!(post(url.clone(), bearer(), &json!({"model": "m", "messages": chat})).await.0, 400, "{chat}");
    }
    let before = server.violations().len();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| server.end())).unwrap_err();
    let told = panicked.downcast_ref::<String>().unwrap();
    assert!(before > refused.len() && told.contains("do it") && told.contains("/other"), "{told}");
}

#[tokio::test]
async fn streams_break_and_statuses_are_told_as_the_script_says() {
    let turns = [
        Turn::reply("a long enough answer").cut_after_events(4),
        Turn::reply("a long enough answer").cut_after_bytes(30),
        Turn::status(429).retry_after(1),
        Turn::status(529),
        Turn::reply("half").overloaded_after_events(3),
        Turn::hang(),
        Turn::reply("no more").hang_after_events(2),
    ];
    let server = ModelServer::start(turns).await;
    let body = json!({"model": "m", "max_tokens": 9, "stream": true, "messages": [{"role": "user", "content": "do it"}]});
    for _ in 0..2 {
        let (status, answer) = messages(&server, &body).await;
        assert!(status == 200 && answer.starts_with("broken off"), "{answer}");
    }
    assert!(messages(&server, &body).await.1.contains("rate_limit_error"));
    assert!(messages(&server, &body).await.1.contains("overloaded_error"));
    let events = data(&messages(&server, &body).await.1);
    assert_eq!(events.last().unwrap()["error"]["type"], "overloaded_error");
    for _ in 0..2 {
        let short = std::time::Duration::from_millis(300);
        assert!(tokio::time::timeout(short, messages(&server, &body)).await.is_err(), "it hangs");
    }
    server.end();
}

#[tokio::test]
async fn what_was_marked_before_is_read_from_the_cache() {
    let server = ModelServer::start((0..3).map(|_| Turn::reply("ok"))).await;
    let marked = |text: &str| json!({"type": "text", "text": text, "cache_control": {"type": "ephemeral"}});
    let system = json!([marked(&"s".repeat(4000))]);
    let ask = |messages: Value| json!({"model": "m", "max_tokens": 9, "system": system, "messages": messages});
    let first = json!({"role": "user", "content": [marked("do it")]});
    messages(&server, &ask(json!([first]))).await;
    let unmarked = json!({"role": "user", "content": [{"type": "text", "text": "do it"}]});
    let then = json!({"role": "user", "content": [marked("and that")]});
    let on = json!([unmarked, {"role": "assistant", "content": "ok"}, then]);
    messages(&server, &ask(on)).await;
    messages(&server, &ask(json!([{"role": "user", "content": "another"}]))).await;
    let costs = server.costs();
    let of = |cost: Cost| (cost.cached > 0, cost.cache_written > 0, cost.cached + cost.cache_written <= cost.input);
    assert_eq!(costs.iter().map(|cost| of(*cost)).collect::<Vec<_>>(), [(false, true, true), (true, true, true), (true, false, true)]);
    assert_eq!(costs[1].cached, costs[0].cache_written, "what was written is what is read");
    server.end();
}
