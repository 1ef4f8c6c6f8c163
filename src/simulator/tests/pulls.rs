use super::*;

pub(super) const PULLS: &str = "/repos/acme/widgets/pulls";

pub(super) async fn opened() -> (Client, Value) {
    let github = github().await;
    github.branch("work", "a.txt", "a\n").await;
    let body = json!({ "title": "Widgets", "head": "work", "base": "main", "body": "- [ ] a", "draft": true });
    let pull = github.post(PULLS, body).await.expect(201);
    (github, pull)
}

#[tokio::test]
async fn a_pull_request_is_opened_once_for_a_branch() {
    let (github, pull) = opened().await;
    assert_eq!(
        (pull["draft"].as_bool(), pull["commits"].as_u64(), pull["user"]["login"].as_str()),
        (Some(true), Some(1), Some("journeyman[bot]"))
    );
    let open = |head: &str, base: &str| github.post(PULLS, json!({ "title": "t", "head": head, "base": base }));
    assert_eq!(open("acme:work", "main").await.message(), "A pull request already exists for acme:work.");
    assert_eq!(open("main", "main").await.message(), "No commits between main and main");
    assert_eq!(open("nowhere", "main").await.body["errors"][0]["field"], "head");
    assert_eq!(open("work", "nowhere").await.body["errors"][0]["field"], "base");
    let number = &pull["number"];
    let found = github.get(&format!("{PULLS}?head=acme:work&state=open")).await.expect(200);
    assert_eq!((found[0]["number"].clone(), found.as_array().unwrap().len()), (number.clone(), 1));
    assert_eq!(github.get(&format!("{PULLS}?head=acme:other")).await.expect(200), json!([]));
    let long = github.patch(&format!("{PULLS}/{number}"), json!({ "body": "x".repeat(65_537) })).await;
    assert_eq!((long.status, long.message().as_str()), (422, "body is too long (maximum is 65536 characters)"));
    github.patch(&format!("{PULLS}/{number}"), json!({ "state": "closed" })).await.expect(200);
    open("work", "main").await.expect(201);
}

#[tokio::test]
async fn a_draft_becomes_ready_by_graphql_and_by_nothing_else() {
    let (github, pull) = opened().await;
    let path = format!("{PULLS}/{}", pull["number"]);
    assert_eq!(github.patch(&path, json!({ "draft": false })).await.expect(200)["draft"], true);
    let document = "mutation($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } } }";
    let ask = |id: &Value| github.post("/graphql", json!({ "query": document, "variables": { "id": id } }));
    let done = ask(&pull["node_id"]).await.expect(200);
    assert_eq!(done["data"]["markPullRequestReadyForReview"]["pullRequest"]["isDraft"], false);
    assert_eq!(github.get(&path).await.expect(200)["draft"], false);
    assert_eq!(ask(&json!("PR_none")).await.expect(200)["errors"][0]["type"], "NOT_FOUND");
    let unknown = github.post("/graphql", json!({ "query": "mutation { addStar { clientMutationId } }" })).await.expect(200);
    assert_eq!(unknown["data"], Value::Null);
    let reader = Client { token: github.new_token(json!({ "permissions": { "pull_requests": "read" } })).await, ..github };
    let refused = reader.post("/graphql", json!({ "query": document, "variables": { "id": pull["node_id"] } })).await.expect(200);
    assert_eq!(refused["errors"][0]["type"], "FORBIDDEN");
}

#[tokio::test]
async fn a_pull_request_follows_its_branch_to_the_merge() {
    let (github, pull) = opened().await;
    let path = format!("{PULLS}/{}", pull["number"]);
    let number = crate::domain::PullNumber(pull["number"].as_u64().unwrap());
    let next = github.ada().push(&repository(), "work", "More", &[("b.txt", Some("b\n"))]).unwrap();
    github.get(&path).await.expect(200);
    let now = github.get(&path).await.expect(200);
    assert_eq!(
        (now["head"]["sha"].as_str(), now["commits"].as_u64(), now["mergeable"].as_bool()),
        (Some(next.as_str()), Some(2), Some(true))
    );
    assert_eq!(github.get(&format!("{path}/commits")).await.expect(200)[1]["sha"], next.as_str());
    assert_eq!(github.get(&format!("{path}/files")).await.expect(200)[1]["filename"], "b.txt");
    let refused = github.ada().merge_pull(&repository(), number);
    assert!(matches!(refused, Err(Error::Refused { .. })), "a draft is not merged");
    github.simulator.shared.with(|state| acts::ready(state, state::At(0), number.0, "ada", false));
    let sha = github.ada().merge_pull(&repository(), number).unwrap();
    let merged = github.get(&path).await.expect(200);
    assert_eq!(
        (merged["merged"].as_bool(), merged["merge_commit_sha"].as_str(), merged["state"].as_str()),
        (Some(true), Some(sha.as_str()), Some("closed"))
    );
    assert_eq!(github.get("/repos/acme/widgets/contents/b.txt").await.expect(200)["content"], "Ygo=\n");
}

#[tokio::test]
async fn a_pull_request_closes_with_its_branch_and_conflicts_are_told() {
    let (github, pull) = opened().await;
    let path = format!("{PULLS}/{}", pull["number"]);
    github.ada().push(&repository(), "main", "Conflict", &[("a.txt", Some("other\n"))]).unwrap();
    assert_eq!(github.get(&path).await.expect(200)["mergeable"], Value::Null);
    assert_eq!(github.get(&path).await.expect(200)["mergeable"], false);
    github.ada().delete_branch(&repository(), "work").unwrap();
    assert_eq!(github.get(&path).await.expect(200)["state"], "closed");
    github.patch(&path, json!({ "state": "open" })).await.expect(422);
}
