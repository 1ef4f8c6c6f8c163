//! What the simulator answers and sends about reviews, threads, milestones and merges, held to GitHub's description. The requests are
//! made here by hand: they are those of GitHub's documentation, whatever the client makes of them.

use journeyman::clock::Clock;
use journeyman::domain::{IssueNumber, PullNumber};
use journeyman::simulator::LineComment;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::simulator::{There, there};
use crate::wire;

/// One request to the API, and its answer.
async fn send(there: &There, method: &str, path: &str, bearer: &str, body: Option<Value>) -> Value {
    let base = there.simulator.base_url();
    let url = if path == "/graphql" { format!("{base}/api/graphql") } else { format!("{base}/api/v3{path}") };
    let mut request = reqwest::Client::new().request(method.parse().unwrap(), url).bearer_auth(bearer);
    if let Some(body) = body {
        request = request.body(body.to_string());
    }
    let text = request.send().await.unwrap().text().await.unwrap();
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

/// A token of the App's installation, by its key.
async fn token(there: &There) -> String {
    let now = Clock::System.now().0 / 1000;
    let key = EncodingKey::from_rsa_pem(wire::private_key().as_bytes()).unwrap();
    let claims = json!({ "iat": now - 60, "exp": now + 500, "iss": "7" });
    let jwt = jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &key).unwrap();
    let installation = send(there, "GET", "/repos/acme/anvil/installation", &jwt, None).await;
    let path = format!("/app/installations/{}/access_tokens", installation["id"]);
    send(there, "POST", &path, &jwt, Some(json!({}))).await["token"].as_str().unwrap().to_owned()
}

/// One request of the App's about its repository, or to GraphQL.
async fn ask(there: &There, method: &str, path: &str, body: Option<Value>) -> Value {
    let token = token(there).await;
    let path = if path == "/graphql" { path.to_owned() } else { format!("/repos/acme/anvil{path}") };
    send(there, method, &path, &token, body).await
}

/// A pull request on `work` with four lines in `new.txt`.
async fn proposed(there: &There) -> PullNumber {
    let lines = [("new.txt", Some("one\ntwo\nthree\nfour\n"))];
    there.simulator.person("ada").push(&there.repo, "work", "Propose", &lines).unwrap();
    let made = ask(there, "POST", "/pulls", Some(json!({ "title": "Propose", "head": "work", "base": "main" }))).await;
    PullNumber(made["number"].as_u64().unwrap())
}

#[tokio::test]
async fn reviews_and_their_threads() {
    let there = there().await;
    let pull = proposed(&there).await;
    let (ada, repo) = (there.simulator.person("ada"), &there.repo);
    let comments = [LineComment::over("new.txt", 1, 2, "why?"), LineComment::on("new.txt", 4, "no")];
    let review = ada.submit_review(repo, pull, "REQUEST_CHANGES", "not yet", &comments).unwrap();
    let lint = there.simulator.someone("lint[bot]");
    lint.submit_review(repo, pull, "COMMENT", "", &[LineComment::of_file("new.txt", "hm")]).unwrap();
    let first = ada.comments_of_review(repo, pull, review).unwrap()[0];
    let path = format!("/pulls/{pull}");
    for read in ["/reviews?per_page=1", "/comments?sort=created&direction=asc", "/requested_reviewers", ""] {
        ask(&there, "GET", &format!("{path}{read}"), None).await;
    }
    ask(&there, "GET", &format!("{path}/reviews/{review}"), None).await;
    ask(&there, "GET", &format!("{path}/reviews/{review}/comments"), None).await;
    ask(&there, "POST", &format!("{path}/comments/{first}/replies"), Some(json!({ "body": "because" }))).await;
    ask(&there, "POST", &format!("/pulls/comments/{first}/reactions"), Some(json!({ "content": "eyes" }))).await;
    ask(&there, "GET", &format!("/pulls/comments/{first}/reactions"), None).await;
    ask(&there, "GET", &format!("/pulls/comments/{first}"), None).await;
    ask(&there, "PATCH", &format!("/pulls/comments/{first}"), Some(json!({ "body": "why, please?" }))).await;
    for method in ["POST", "DELETE"] {
        ask(&there, method, &format!("{path}/requested_reviewers"), Some(json!({ "reviewers": ["ada"] }))).await;
    }
    let list = "query($owner: String!, $name: String!, $number: Int!, $after: String) { repository(owner: $owner, name: $name) { \
        pullRequest(number: $number) { reviewThreads(first: 50, after: $after) { pageInfo { hasNextPage endCursor } nodes { id \
        isResolved isOutdated path line startLine originalLine diffSide comments(first: 50) { nodes { databaseId body createdAt \
        author { login __typename } pullRequestReview { databaseId state } } } } } } } }";
    let variables = json!({ "owner": "acme", "name": "anvil", "number": pull.0, "after": null });
    let listed = ask(&there, "POST", "/graphql", Some(json!({ "query": list, "variables": variables }))).await;
    let thread = &listed["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"][0]["id"];
    assert!(thread.is_string(), "{listed}");
    for mutation in ["resolveReviewThread", "unresolveReviewThread"] {
        let query = format!("mutation($id: ID!) {{ {mutation}(input: {{ threadId: $id }}) {{ thread {{ id isResolved }} }} }}");
        ask(&there, "POST", "/graphql", Some(json!({ "query": query, "variables": { "id": thread } }))).await;
    }
    let query = "mutation($id: ID!, $body: String!) { addPullRequestReviewThreadReply(input: { pullRequestReviewThreadId: $id, \
        body: $body }) { comment { databaseId } } }";
    ask(&there, "POST", "/graphql", Some(json!({ "query": query, "variables": { "id": thread, "body": "so" } }))).await;
    ada.edit_review(repo, pull, review, "not quite yet").unwrap();
    ada.dismiss_review(repo, pull, review).unwrap();
    ask(&there, "DELETE", &format!("/pulls/comments/{first}"), None).await;
    // Now the second comment is outdated; GitHub's description of its webhooks knows that.
    ada.push(repo, "work", "Change it", &[("new.txt", Some("one\ntwo\nthree\nvier\n"))]).unwrap();
    let second = ada.comments_of_review(repo, pull, review).unwrap()[0];
    ada.resolve_thread(repo, pull, second).unwrap();
    there.hold().await;
}

#[tokio::test]
async fn milestones_assignees_and_what_becomes_of_a_pull_request() {
    let there = there().await;
    let pull = proposed(&there).await;
    let (ada, repo) = (there.simulator.person("ada"), &there.repo);
    let milestone = ada.create_milestone(repo, "1.0").unwrap();
    ada.set_milestone(repo, there.issue, Some(milestone)).unwrap();
    ada.assign(repo, there.issue, &["ada"]).unwrap();
    ada.unassign(repo, there.issue, &["ada"]).unwrap();
    let path = format!("/issues/{pull}");
    ask(&there, "PATCH", &path, Some(json!({ "milestone": milestone, "labels": ["area"], "assignees": ["ada"] }))).await;
    ask(&there, "PATCH", &path, Some(json!({ "milestone": null }))).await;
    for method in ["DELETE", "POST"] {
        ask(&there, method, &format!("{path}/assignees"), Some(json!({ "assignees": ["ada"] }))).await;
    }
    for read in ["/milestones", "/assignees/ada", "/assignees/nobody", "", &path, &format!("{path}/assignees/ada")] {
        ask(&there, "GET", read, None).await;
    }
    ada.set_draft(repo, pull, true).unwrap();
    ada.set_draft(repo, pull, false).unwrap();
    ada.close_pull(repo, pull).unwrap();
    ada.reopen_pull(repo, pull).unwrap();
    there.simulator.comment_as(repo, pull, "lint[bot]", "2 warnings").unwrap();
    there.simulator.person("acme").set_delete_branch_on_merge(repo, true).unwrap();
    for _ in 0..2 {
        ask(&there, "GET", &format!("/pulls/{pull}"), None).await;
    }
    ada.label(repo, IssueNumber(pull.0), "done").unwrap();
    ada.merge_pull(repo, pull).unwrap();
    there.hold().await;
}
