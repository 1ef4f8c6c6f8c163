use super::pulls::{PULLS, opened};
use super::*;
use crate::domain::PullNumber;

const LIST: &str = "query($owner: String!, $name: String!, $number: Int!, $first: Int!, $after: String) { repository(owner: $owner, name: $name) { \
    pullRequest(number: $number) { reviewThreads(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { id isResolved } } } } }";

async fn list(github: &Client, number: PullNumber, first: u64, after: Option<&str>) -> Value {
    let variables = json!({ "owner": "acme", "name": "widgets", "number": number.0, "first": first, "after": after });
    github.post("/graphql", json!({ "query": LIST, "variables": variables })).await.expect(200)
}

async fn threads(github: &Client, number: PullNumber) -> Value {
    list(github, number, 100, None).await["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"].clone()
}

/// A pull request with ten lines in `long.txt`, the first and the eighth of which are spoken of.
async fn spoken_of() -> (Client, PullNumber) {
    let (github, pull) = opened().await;
    let number = PullNumber(pull["number"].as_u64().unwrap());
    let text: String = (1..=10).map(|n| format!("line {n}\n")).collect();
    github.ada().push(&repository(), "work", "More", &[("long.txt", Some(&text))]).unwrap();
    let comments = [LineComment::on("long.txt", 1, "first"), LineComment::over("long.txt", 7, 8, "eighth")];
    github.ada().submit_review(&repository(), number, "COMMENT", "", &comments).unwrap();
    (github, number)
}

#[tokio::test]
async fn threads_are_read_in_pages() {
    let (github, number) = spoken_of().await;
    let page = list(&github, number, 1, None).await["data"]["repository"]["pullRequest"]["reviewThreads"].clone();
    assert_eq!((page["pageInfo"]["hasNextPage"].as_bool(), page["nodes"].as_array().unwrap().len()), (Some(true), 1));
    let cursor = page["pageInfo"]["endCursor"].as_str().unwrap();
    let last = list(&github, number, 1, Some(cursor)).await["data"]["repository"]["pullRequest"]["reviewThreads"].clone();
    assert_eq!(last["pageInfo"]["hasNextPage"], false);
    let thread = &last["nodes"][0];
    assert_eq!(
        (thread["path"].as_str(), thread["startLine"].as_u64(), thread["line"].as_u64(), thread["diffSide"].as_str()),
        (Some("long.txt"), Some(7), Some(8), Some("RIGHT"))
    );
    let comment = &thread["comments"]["nodes"][0];
    assert_eq!(comment["author"], json!({ "__typename": "User", "login": "ada" }));
    assert!(comment["databaseId"].is_u64() && comment["pullRequestReview"]["state"] == "COMMENTED");
    assert_eq!(list(&github, PullNumber(99), 1, None).await["errors"][0]["type"], "NOT_FOUND");
    let stranger = Client { token: github.new_token(json!({ "permissions": { "issues": "write" } })).await, ..github };
    assert_eq!(list(&stranger, number, 1, None).await["errors"][0]["type"], "FORBIDDEN");
}

#[tokio::test]
async fn a_thread_moves_with_its_lines_and_is_outdated_when_they_change() {
    let (github, number) = spoken_of().await;
    let text: String = (1..=10).map(|n| if n == 1 { "another\nand more\n".to_owned() } else { format!("line {n}\n") }).collect();
    let head = github.ada().push(&repository(), "work", "Change line 1", &[("long.txt", Some(&text))]).unwrap();
    let now = threads(&github, number).await;
    assert_eq!(
        (now[0]["isOutdated"].as_bool(), now[0]["line"].clone(), now[0]["originalLine"].as_u64()),
        (Some(true), Value::Null, Some(1))
    );
    assert_eq!((now[1]["isOutdated"].as_bool(), now[1]["startLine"].as_u64(), now[1]["line"].as_u64()), (Some(false), Some(8), Some(9)));
    let comments = github.get(&format!("{PULLS}/{number}/comments")).await.expect(200);
    assert_eq!(
        (&comments[0]["position"], &comments[0]["line"], comments[0]["original_line"].as_u64()),
        (&Value::Null, &Value::Null, Some(1))
    );
    assert_ne!(comments[0]["commit_id"], head.as_str());
    assert_eq!((comments[1]["commit_id"].as_str(), comments[1]["position"].as_u64()), (Some(head.as_str()), Some(9)));
    github.ada().push(&repository(), "work", "Away", &[("long.txt", None)]).unwrap();
    assert!(threads(&github, number).await.as_array().unwrap().iter().all(|thread| thread["isOutdated"] == true));
}

#[tokio::test]
async fn a_thread_is_answered_resolved_and_opened_again_by_graphql() {
    let (github, number) = spoken_of().await;
    let id = threads(&github, number).await[0]["id"].clone();
    let turn = |mutation: &str, id: &Value| {
        let query = format!("mutation($thread: ID!) {{ {mutation}(input: {{threadId: $thread}}) {{ thread {{ isResolved id }} }} }}");
        github.post("/graphql", json!({ "query": query, "variables": { "thread": id } }))
    };
    let done = turn("resolveReviewThread", &id).await.expect(200);
    assert_eq!(done["data"]["resolveReviewThread"]["thread"]["isResolved"], true);
    let thread = threads(&github, number).await[0].clone();
    assert_eq!((thread["isResolved"].as_bool(), thread["resolvedBy"]["login"].as_str()), (Some(true), Some("journeyman")));
    assert_eq!(turn("unresolveReviewThread", &id).await.expect(200)["data"]["unresolveReviewThread"]["thread"]["isResolved"], false);
    assert_eq!(turn("resolveReviewThread", &json!("PRRT_none")).await.expect(200)["errors"][0]["type"], "NOT_FOUND");
    // The body stands before the thread, and the input is one variable.
    let query = "mutation($input: AddPullRequestReviewThreadReplyInput!) { addPullRequestReviewThreadReply(input: $input) { comment { databaseId } } }";
    let reply = |input: Value| github.post("/graphql", json!({ "query": query, "variables": { "input": input } }));
    let said = reply(json!({ "body": "Done.", "pullRequestReviewThreadId": id })).await.expect(200);
    let made = said["data"]["addPullRequestReviewThreadReply"]["comment"]["databaseId"].as_u64().unwrap();
    let answer = github.get(&format!("/repos/acme/widgets/pulls/comments/{made}")).await.expect(200);
    assert_eq!((answer["body"].as_str(), answer["user"]["login"].as_str()), (Some("Done."), Some("journeyman[bot]")));
    assert_eq!(reply(json!({ "body": " ", "pullRequestReviewThreadId": id })).await.expect(200)["errors"][0]["type"], "UNPROCESSABLE");
    let bound = "mutation($body: String!, $id: ID!) { addPullRequestReviewThreadReply(input: { body: $body, pullRequestReviewThreadId: $id }) { comment { body } } }";
    let said = github.post("/graphql", json!({ "query": bound, "variables": { "body": "Again.", "id": id } })).await.expect(200);
    assert_eq!(said["data"]["addPullRequestReviewThreadReply"]["comment"]["body"], "Again.");
    for permissions in [json!({ "pull_requests": "read", "contents": "write" }), json!({ "pull_requests": "write" })] {
        let token = github.new_token(json!({ "permissions": permissions })).await;
        let query = "mutation($id: ID!) { resolveReviewThread(input: { threadId: $id }) { thread { id } } }";
        let body = json!({ "query": query, "variables": { "id": id } });
        let refused = github.send(Method::POST, "/graphql", &token, Some(body)).await.unwrap().expect(200);
        assert_eq!(refused["errors"][0]["type"], "FORBIDDEN");
    }
}

#[tokio::test]
async fn a_stranger_answers_in_a_thread_and_does_not_resolve_it() {
    let (github, number) = spoken_of().await;
    let first = github.simulator.world().unwrap().repositories[0].pulls[0].threads[0].clone();
    let mallory = github.simulator.person("mallory");
    mallory.reply(&repository(), number, first.id, "I think so too").unwrap();
    assert!(mallory.resolve_thread(&repository(), number, first.id).is_err());
    github.ada().resolve_thread(&repository(), number, first.id).unwrap();
    let now = github.simulator.world().unwrap().repositories[0].pulls[0].threads[0].clone();
    assert_eq!((now.resolved_by.as_deref(), now.comments.len(), now.line, now.outdated), (Some("ada"), 2, Some(1), false));
}
