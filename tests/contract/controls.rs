//! The checker refuses what GitHub does not document: without these, a checker that takes everything would pass too.

use serde_json::{Value, json};

use crate::contract;

fn refused(method: &str, target: &str, body: Option<Value>) -> String {
    contract::github().check(method, target, body.as_ref()).expect_err("GitHub documents no such request")
}

fn taken(method: &str, target: &str, body: Option<Value>) {
    contract::github().check(method, target, body.as_ref()).expect("GitHub documents this request");
}

#[test]
fn an_unknown_field_is_refused() {
    taken("POST", "/repos/o/r/issues/1/comments", Some(json!({ "body": "x" })));
    let why = refused("POST", "/repos/o/r/issues/1/comments", Some(json!({ "body": "x", "colour": "red" })));
    assert!(why.contains("colour"), "{why}");
}

#[test]
fn an_unknown_field_deep_inside_is_refused() {
    let tree = |entry: Value| Some(json!({ "tree": [entry] }));
    taken("POST", "/repos/o/r/git/trees", tree(json!({ "path": "a", "mode": "100644", "type": "blob", "sha": null })));
    let why = refused("POST", "/repos/o/r/git/trees", tree(json!({ "path": "a", "executable": true })));
    assert!(why.contains("executable"), "{why}");
    let why = refused("POST", "/app/installations/1/access_tokens", Some(json!({ "permissions": { "kitchen": "write" } })));
    assert!(why.contains("kitchen"), "{why}");
}

#[test]
fn a_wrong_type_is_refused() {
    let why = refused("POST", "/repos/o/r/issues/1/comments", Some(json!({ "body": 7 })));
    assert!(why.contains("string"), "{why}");
    let why = refused("POST", "/repos/o/r/git/trees", Some(json!({ "tree": [{ "mode": "100664" }] })));
    assert!(why.contains("100664"), "{why}");
}

#[test]
fn a_missing_body_and_a_missing_field_are_refused() {
    refused("POST", "/repos/o/r/pulls", None);
    let why = refused("POST", "/repos/o/r/pulls", Some(json!({ "title": "x", "base": "main" })));
    assert!(why.contains("head"), "{why}");
}

#[test]
fn a_body_where_github_documents_none_is_refused() {
    taken("GET", "/repos/o/r", None);
    refused("GET", "/repos/o/r", Some(json!({})));
}

#[test]
fn an_unknown_or_mistyped_query_parameter_is_refused() {
    taken("GET", "/repos/o/r/pulls?head=o%3Ab&state=all&per_page=100", None);
    let why = refused("GET", "/repos/o/r/pulls?branch=b", None);
    assert!(why.contains("branch"), "{why}");
    let why = refused("GET", "/repos/o/r/pulls?per_page=many", None);
    assert!(why.contains("integer"), "{why}");
    let why = refused("GET", "/repos/o/r/pulls?state=ajar", None);
    assert!(why.contains("ajar"), "{why}");
    refused("GET", "/repos/o/r/pulls?state=all&state=open", None);
}

#[test]
fn an_unknown_path_and_an_unknown_method_are_refused() {
    refused("GET", "/repos/o/r/teapots", None);
    refused("DELETE", "/repos/o/r/git/trees", None);
    refused("GET", "/repos/o/r/issues/first", None);
}

#[test]
fn only_a_parameter_marked_for_it_takes_slashes() {
    taken("GET", "/repos/o/r/git/ref/heads/a/b", None);
    taken("GET", "/repos/o/r/contents/a/b/c.rs?ref=main", None);
    refused("GET", "/repos/o/r/git/blobs/a/b", None);
}

#[test]
fn graphql_is_held_to_the_schema() {
    let ask = |query: &str, variables: Value| Some(json!({ "query": query, "variables": variables }));
    let ready = "mutation($p: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $p}) { pullRequest { isDraft } } }";
    taken("POST", "/api/graphql", ask(ready, json!({ "p": "x" })));
    refused("POST", "/api/graphql", ask(ready, json!({})));
    refused("POST", "/api/graphql", ask(ready, json!({ "p": "x", "q": 1 })));
    let why = refused("POST", "/api/graphql", ask("{ viewer { shoeSize } }", json!({})));
    assert!(why.contains("shoeSize"), "{why}");
}

#[test]
fn an_answer_that_lacks_a_field_is_refused_and_one_with_more_is_taken() {
    let answer = |body: Value| contract::github().check_answer("GET", "/repos/o/r/git/ref/heads/main", 200, Some(&body));
    let object = json!({ "type": "commit", "sha": "6dcb09b5b57875f334f61aebed695e2e4193db5e", "url": "u" });
    let mut body = json!({ "ref": "refs/heads/main", "node_id": "n", "url": "u", "object": object, "more": 1 });
    answer(body.clone()).unwrap();
    body.as_object_mut().unwrap().remove("node_id");
    assert!(answer(body).unwrap_err().contains("node_id"));
}

#[test]
fn githubs_own_samples_are_webhooks_and_others_are_not() {
    let issue = contract::github().webhooks().into_iter().find(|w| w.event == "issues" && w.payload["action"] == "labeled").unwrap();
    let mut payload = issue.payload;
    contract::github().check_webhook("issues", &payload).unwrap();
    payload["issue"]["number"] = json!("42");
    assert!(contract::github().check_webhook("issues", &payload).unwrap_err().contains("number"));
    payload["action"] = json!("transmogrified");
    assert!(contract::github().check_webhook("issues", &payload).unwrap_err().contains("no webhook issues-transmogrified"));
}
