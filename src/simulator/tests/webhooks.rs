use std::sync::{Arc, Mutex};

use axum::extract::State as Shelf;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use sha2::Sha256;

use super::*;

pub(super) type Inbox = Arc<Mutex<Vec<(HeaderMap, String)>>>;

async fn take(Shelf(inbox): Shelf<Inbox>, headers: HeaderMap, body: String) -> StatusCode {
    inbox.lock().unwrap().push((headers, body));
    StatusCode::ACCEPTED
}

/// A receiver on loopback and what it received.
pub(super) async fn receiver(github: &Client) -> Inbox {
    let inbox = Inbox::default();
    let app = Router::new().route("/webhook", post(take)).with_state(inbox.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    github.simulator.set_webhook_url(&format!("http://{}/webhook", listener.local_addr().unwrap()));
    github.simulator.shared.spawn(async move {
        axum::serve(listener, app).await.ok();
    });
    inbox
}

pub(super) fn names(inbox: &Inbox) -> Vec<String> {
    let text = |(headers, body): &(HeaderMap, String)| {
        let payload: Value = serde_json::from_str(body).unwrap();
        let event = headers["x-github-event"].to_str().unwrap();
        payload["action"].as_str().map_or_else(|| event.to_owned(), |action| format!("{event}.{action}"))
    };
    inbox.lock().unwrap().iter().map(text).collect()
}

#[tokio::test]
async fn what_happens_is_told_in_order_with_githubs_headers_and_signature() {
    let github = github_with(Options { ci: Ci::None, ..options() }).await;
    let inbox = receiver(&github).await;
    let ada = github.ada();
    let number = ada.create_issue(&repository(), "t", "b").unwrap();
    ada.label(&repository(), number, "implement").unwrap();
    ada.edit_issue(&repository(), number, "b2").unwrap();
    github.post(&format!("/repos/acme/widgets/issues/{number}/comments"), json!({ "body": "hello" })).await.expect(201);
    github.branch("work", "a.txt", "a").await;
    let pull = github.post("/repos/acme/widgets/pulls", json!({ "title": "t", "head": "work", "base": "main" })).await.expect(201);
    ada.push(&repository(), "work", "More", &[("b", Some("b"))]).unwrap();
    ada.merge_pull(&repository(), crate::domain::PullNumber(pull["number"].as_u64().unwrap())).unwrap();
    github.simulator.settle(SOON).await.unwrap();
    let told = names(&inbox);
    let expected = [
        "issues.opened",
        "issues.labeled",
        "issues.edited",
        "issue_comment.created",
        "create",
        "push",
        "check_suite.requested",
        "pull_request.opened",
        "push",
        "pull_request.synchronize",
        "check_suite.requested",
        "pull_request.closed",
        "push",
        "check_suite.requested",
    ];
    assert_eq!(told, expected);
    let inbox = inbox.lock().unwrap();
    let (headers, body) = &inbox[3];
    let mut mac = Hmac::<Sha256>::new_from_slice(b"secret").unwrap();
    mac.update(body.as_bytes());
    let signature: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(headers["x-hub-signature-256"].to_str().unwrap(), format!("sha256={signature}"));
    assert_eq!(headers["x-github-hook-installation-target-id"].to_str().unwrap(), APP.to_string());
    assert!(headers["user-agent"].to_str().unwrap().starts_with("GitHub-Hookshot/"));
    let payload: Value = serde_json::from_str(body).unwrap();
    assert_eq!((payload["sender"]["login"].as_str(), payload["sender"]["type"].as_str()), (Some("journeyman[bot]"), Some("Bot")));
    assert!(
        payload["installation"]["id"].is_u64()
            && payload["repository"]["full_name"] == "acme/widgets"
            && payload["organization"]["login"] == "acme"
    );
    let edited: Value = serde_json::from_str(&inbox[2].1).unwrap();
    assert_eq!(edited["changes"]["body"]["from"], "b");
    let push: Value = serde_json::from_str(&inbox[8].1).unwrap();
    assert_eq!(
        (push["commits"][0]["added"][0].as_str(), push["created"].as_bool(), push["ref"].as_str()),
        (Some("b"), Some(false), Some("refs/heads/work"))
    );
}

#[tokio::test]
async fn a_check_is_told_from_its_queue_to_its_end() {
    let github = github_with(Options { ci: Ci::Commands(vec!["true".into()]), ..options() }).await;
    let inbox = receiver(&github).await;
    github.ada().push(&repository(), "work", "More", &[("b", Some("b"))]).unwrap();
    github.simulator.settle(SOON).await.unwrap();
    assert_eq!(
        names(&inbox),
        ["create", "push", "check_suite.requested", "check_run.created", "check_run.completed", "check_suite.completed"]
    );
    let body: Value = serde_json::from_str(&inbox.lock().unwrap()[4].1).unwrap();
    assert_eq!(
        (body["check_run"]["conclusion"].as_str(), body["check_run"]["check_suite"]["head_branch"].as_str()),
        (Some("success"), Some("work"))
    );
}

#[tokio::test]
async fn lost_deliveries_stand_in_the_log_and_are_sent_again_when_asked() {
    let github = github().await;
    let inbox = receiver(&github).await;
    github.simulator.faults(|faults| faults.next_deliveries("issues", DeliveryFault::Lost, 1));
    let number = github.ada().create_issue(&repository(), "t", "b").unwrap();
    github.ada().comment(&repository(), number, "c").unwrap();
    github.simulator.settle(SOON).await.unwrap();
    assert_eq!(names(&inbox), ["issue_comment.created"]);
    let log = github.as_app(Method::GET, "/app/hook/deliveries?per_page=1", None).await;
    assert!(log.header("link").contains("cursor="));
    assert_eq!((log.body[0]["event"].as_str(), log.body[0]["status_code"].as_u64()), (Some("issue_comment"), Some(202)));
    let next = log.header("link").split("/api/v3").nth(1).and_then(|rest| rest.split('>').next()).unwrap().to_owned();
    let lost = github.as_app(Method::GET, &next, None).await.expect(200)[0].clone();
    assert_eq!((lost["event"].as_str(), lost["status_code"].as_u64()), (Some("issues"), Some(0)));
    let path = format!("/app/hook/deliveries/{}", lost["id"]);
    assert_eq!(github.as_app(Method::GET, &path, None).await.expect(200)["request"]["payload"]["action"], "opened");
    github.as_app(Method::POST, &format!("{path}/attempts"), None).await.expect(202);
    let world = github.simulator.settle(SOON).await.unwrap();
    assert_eq!(names(&inbox), ["issue_comment.created", "issues.opened"]);
    let last = world.deliveries.last().unwrap();
    assert_eq!((last.guid.as_str(), last.redelivery), (lost["guid"].as_str().unwrap(), true));
    github.as_app(Method::POST, "/app/hook/deliveries/1/attempts", None).await.expect(404);
}

#[tokio::test]
async fn deliveries_are_doubled_and_reordered_when_told_to() {
    let github = github().await;
    let inbox = receiver(&github).await;
    github.simulator.faults(|faults| {
        faults.next_deliveries("issues", DeliveryFault::Reordered, 1);
        faults.next_deliveries("issue_comment", DeliveryFault::Doubled, 1);
    });
    let number = github.ada().create_issue(&repository(), "t", "b").unwrap();
    github.ada().comment(&repository(), number, "c").unwrap();
    github.simulator.settle(SOON).await.unwrap();
    assert_eq!(names(&inbox), ["issue_comment.created", "issue_comment.created", "issues.opened"]);
    let inbox = inbox.lock().unwrap();
    assert_eq!(inbox[0].0["x-github-delivery"], inbox[1].0["x-github-delivery"]);
}
