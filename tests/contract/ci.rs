//! The simulator's CI held to GitHub's description by itself: what it answers and sends about workflow runs, checks and rules.

use journeyman::clock::Clock;
use journeyman::simulator::{Ci, Lost};
use reqwest::Method;
use serde_json::{Value, json};

use crate::contract;
use crate::simulator::{SOON, There, there_with};
use crate::wire;

/// The App by hand, with a token for all that it may do.
struct Hand {
    there: There,
    token: String,
}

fn jwt() -> String {
    let now = Clock::System.now().0 / 1000;
    let claims = json!({ "iat": now - 60, "exp": now + 300, "iss": "7" });
    let key = jsonwebtoken::EncodingKey::from_rsa_pem(wire::private_key().as_bytes()).unwrap();
    jsonwebtoken::encode(&jsonwebtoken::Header::new(jsonwebtoken::Algorithm::RS256), &claims, &key).unwrap()
}

impl Hand {
    async fn new(ci: &[&str], permissions: &[(&str, &str)]) -> Self {
        let there = there_with(Ci::ByHand(ci.iter().map(|name| (*name).to_owned()).collect())).await;
        for (name, level) in permissions {
            there.simulator.set_permission(name, Some(level)).unwrap();
        }
        let mut hand = Self { there, token: jwt() };
        let (_, installation) = hand.ask(Method::GET, "/repos/acme/anvil/installation", None).await;
        let (_, made) = hand.ask(Method::POST, &format!("/app/installations/{}/access_tokens", installation["id"]), None).await;
        hand.token = made["token"].as_str().unwrap().to_owned();
        hand
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let base = self.there.simulator.api_base();
        let base = if path == "/graphql" { base.replace("/api/v3", "/api") } else { base };
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let mut request = client.request(method, format!("{base}{path}")).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, serde_json::from_str(&response.text().await.unwrap()).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.ask(Method::GET, &format!("/repos/acme/anvil/{path}"), None).await
    }

    async fn post(&self, path: &str, body: Option<Value>) -> (u16, Value) {
        self.ask(Method::POST, &format!("/repos/acme/anvil/{path}"), body).await
    }

    /// Which webhooks came, each once.
    fn told(&self) -> Vec<String> {
        let name = |sent: &wire::Recorded| {
            let action = sent.body.as_ref().and_then(|body| body["action"].as_str());
            format!("{}.{}", sent.event.as_deref().unwrap_or_default(), action.unwrap_or_default())
        };
        let mut all: Vec<String> = self.there.hook.log().iter().map(name).collect();
        all.sort();
        all.dedup();
        all
    }
}

#[tokio::test]
async fn what_a_branch_requires() {
    let hand = Hand::new(&[], &[("administration", "read")]).await;
    let there = &hand.there;
    assert_eq!(hand.get("branches/main").await.0, 200);
    there.simulator.protect(&there.repo, "main", &[("build", Some(15_368)), ("lint", None)], true).unwrap();
    there.simulator.add_ruleset(&there.repo, "main", &[("build", Some(15_368)), ("docs", None)]).unwrap();
    for path in ["branches", "branches/main", "branches/main/protection", "rules/branches/main"] {
        assert_eq!(hand.get(path).await.0, 200, "{path}");
    }
    hand.there.hold().await;
}

#[tokio::test]
async fn workflow_runs_with_their_jobs_logs_and_attempts() {
    let hand = Hand::new(&["build", "test", "docs"], &[("actions", "write")]).await;
    let there = &hand.there;
    there.simulator.subscribe("workflow_run");
    let ada = there.simulator.person("ada");
    let sha = ada.push(&there.repo, "work", "Forge", &[("a.txt", Some("a\n"))]).unwrap();
    let ci = there.simulator.ci(&there.repo);
    ci.starts(&sha, "build").unwrap();
    let (_, runs) = hand.get(&format!("actions/runs?head_sha={sha}")).await;
    let run = runs["workflow_runs"][0]["id"].to_string();
    assert_eq!(hand.get(&format!("actions/runs/{run}/jobs?filter=all")).await.0, 200);
    ci.fails(&sha, "build", "::error file=a.txt,line=1::bad").unwrap();
    ci.loses_runner(&sha, "test", Lost::Hosted).unwrap();
    ci.succeeds(&sha, "docs").unwrap();
    let (_, jobs) = hand.get(&format!("actions/runs/{run}/jobs")).await;
    let job = jobs["jobs"][0]["id"].to_string();
    for (path, status) in [
        (format!("actions/runs/{run}"), 200),
        (format!("actions/runs?check_suite_id={}", runs["workflow_runs"][0]["check_suite_id"]), 200),
        (format!("actions/jobs/{job}"), 200),
        (format!("actions/jobs/{job}/logs"), 302),
        (format!("actions/runs/{run}/logs"), 302),
        (format!("check-runs/{job}"), 200),
        (format!("check-runs/{job}/annotations"), 200),
    ] {
        assert_eq!(hand.get(&path).await.0, status, "{path}");
    }
    assert_eq!(hand.post(&format!("actions/runs/{run}/rerun-failed-jobs"), None).await.0, 201);
    assert_eq!(hand.post(&format!("actions/runs/{run}/rerun-failed-jobs"), None).await.0, 403);
    ci.times_out(&sha, "build").unwrap();
    ci.is_cancelled(&sha, "test").unwrap();
    let (_, jobs) = hand.get(&format!("actions/runs/{run}/jobs")).await;
    assert_eq!(hand.post(&format!("actions/jobs/{}/rerun", jobs["jobs"][2]["id"]), None).await.0, 201);
    let main = hand.get("branches/main").await.1["commit"]["sha"].as_str().unwrap().to_owned();
    ci.fails_to_start(&main).unwrap();
    assert_eq!(hand.get(&format!("commits/{main}/check-suites")).await.0, 200);
    there.simulator.settle(SOON).await.unwrap();
    let told = hand.told();
    for wanted in
        ["check_run.completed", "check_suite.completed", "workflow_run.requested", "workflow_run.in_progress", "workflow_run.completed"]
    {
        assert!(told.iter().any(|name| name == wanted), "{wanted} is not in {told:?}");
    }
    hand.there.hold().await;
}

#[tokio::test]
async fn check_runs_of_the_app_with_annotations_and_buttons() {
    let hand = Hand::new(&["build"], &[]).await;
    let there = &hand.there;
    let ada = there.simulator.person("ada");
    let sha = ada.push(&there.repo, "work", "Forge", &[("a.txt", Some("a\n"))]).unwrap();
    let annotation =
        json!({ "path": "a.txt", "start_line": 1, "end_line": 1, "annotation_level": "warning", "message": "dull", "title": "Edge" });
    let output = json!({ "title": "1 of 2", "summary": "- [x] one", "text": "more", "annotations": [annotation] });
    let action = json!({ "label": "Retry", "description": "Build it again", "identifier": "retry" });
    let body = json!({ "name": "Specification", "head_sha": sha, "status": "completed", "conclusion": "action_required", "output": output,
        "actions": [action], "external_id": "run-1", "details_url": "https://journeyman.example.com/runs/1",
        "started_at": "2026-01-31T09:05:00Z", "completed_at": "2026-01-31T09:06:00Z" });
    let (status, made) = hand.post("check-runs", Some(body)).await;
    assert_eq!((status, made["completed_at"].as_str()), (201, Some("2026-01-31T09:06:00Z")));
    let (run, suite) = (made["id"].clone(), made["check_suite"]["id"].clone());
    for path in [
        format!("check-runs/{run}/annotations?per_page=50"),
        format!("commits/{sha}/check-runs?check_name=Specification&app_id=7&filter=all"),
    ] {
        assert_eq!(hand.get(&path).await.0, 200, "{path}");
    }
    ada.press_button(&there.repo, &sha, "retry").unwrap();
    ada.rerequest_check(&there.repo, &sha, "Specification").unwrap();
    ada.rerequest_suite(&there.repo, &sha).unwrap();
    assert_eq!(hand.post(&format!("check-runs/{run}/rerequest"), None).await.0, 201);
    assert_eq!(hand.post(&format!("check-suites/{suite}/rerequest"), None).await.0, 201);
    there.simulator.settle(SOON).await.unwrap();
    let told = hand.told();
    for wanted in ["check_run.requested_action", "check_run.rerequested", "check_suite.rerequested"] {
        assert!(told.iter().any(|name| name == wanted), "{wanted} is not in {told:?}");
    }
    hand.there.hold().await;
}

#[tokio::test]
async fn the_rollup_of_all_pull_requests_is_in_the_schema() {
    let query = "query($owner: String!, $name: String!, $first: Int!) { repository(owner: $owner, name: $name) { pullRequests(first: $first, \
        states: [OPEN, MERGED], orderBy: {field: UPDATED_AT, direction: DESC}) { totalCount pageInfo { hasNextPage endCursor } nodes { id \
        number title state isDraft updatedAt headRefName headRefOid baseRefName commits(last: 1) { totalCount nodes { commit { oid \
        statusCheckRollup { state contexts(first: 100) { totalCount pageInfo { hasNextPage endCursor } nodes { __typename \
        ... on CheckRun { databaseId name status conclusion startedAt completedAt detailsUrl checkSuite { app { databaseId slug name } } } \
        ... on StatusContext { context state description targetUrl createdAt } } } } } } } } } } }";
    let hand = Hand::new(&["build"], &[]).await;
    let there = &hand.there;
    let ada = there.simulator.person("ada");
    let sha = ada.push(&there.repo, "work", "Forge", &[("a.txt", Some("a\n"))]).unwrap();
    ada.add_status(&there.repo, &sha, "ci/anvil", "failure").unwrap();
    let (status, _) = hand.post("pulls", Some(json!({ "title": "Forge", "head": "work", "base": "main" }))).await;
    assert_eq!(status, 201);
    let body = json!({ "query": query, "variables": { "owner": "acme", "name": "anvil", "first": 50 } });
    contract::github().check("POST", "/api/graphql", Some(&body)).unwrap();
    let (_, told) = hand.ask(Method::POST, "/graphql", Some(body)).await;
    let contexts =
        &told["data"]["repository"]["pullRequests"]["nodes"][0]["commits"]["nodes"][0]["commit"]["statusCheckRollup"]["contexts"];
    assert_eq!(contexts["totalCount"], 2, "{told}");
    hand.there.hold().await;
}
