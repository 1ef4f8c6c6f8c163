use super::*;

#[tokio::test]
async fn an_issue_is_read_edited_and_closed() {
    let github = github().await;
    let number = github.ada().create_issue(&repository(), "Build it", "as said").unwrap();
    let path = format!("/repos/acme/widgets/issues/{number}");
    let issue = github.get(&path).await.expect(200);
    assert_eq!(
        (issue["user"]["login"].as_str(), issue["body"].as_str(), issue["author_association"].as_str()),
        (Some("ada"), Some("as said"), Some("COLLABORATOR"))
    );
    let closed = github.patch(&path, json!({ "state": "closed", "title": "Built" })).await.expect(200);
    assert_eq!(
        (closed["state"].as_str(), closed["title"].as_str(), closed["closed_by"]["login"].as_str()),
        (Some("closed"), Some("Built"), Some("journeyman[bot]"))
    );
    github.get("/repos/acme/widgets/issues/99").await.expect(404);
    github.get("/repos/acme/widgets/issues/x").await.expect(404);
}

#[tokio::test]
async fn an_issue_tells_by_graphql_who_edited_its_text_and_when_it_was_labelled() {
    let github = github().await;
    let number = github.ada().create_issue(&repository(), "Build it", "as said").unwrap();
    let document = "query($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name) { \
        issue(number: $number) { body lastEditedAt editor { login } } } }";
    let variables = |number: u64| json!({ "owner": "acme", "name": "widgets", "number": number });
    let ask = |number: u64| github.post("/graphql", json!({ "query": document, "variables": variables(number) }));
    let before = ask(number.0).await.expect(200)["data"]["repository"]["issue"].clone();
    assert_eq!((before["author"]["login"].as_str(), &before["lastEditedAt"], &before["editor"]), (Some("ada"), &Value::Null, &Value::Null));
    let path = format!("/repos/acme/widgets/issues/{number}");
    github.patch(&path, json!({ "body": "otherwise" })).await.expect(200);
    github.post(&format!("{path}/labels"), json!({ "labels": ["bug"] })).await.expect(200);
    let after = ask(number.0).await.expect(200)["data"]["repository"]["issue"].clone();
    assert_eq!((after["body"].as_str(), &after["editor"]), (Some("otherwise"), &json!({ "__typename": "Bot", "login": "journeyman" })));
    assert!(after["lastEditedAt"].is_string() && after["timelineItems"]["nodes"][0]["createdAt"].is_string());
    assert_eq!(after["timelineItems"]["nodes"][0]["label"]["name"], "bug");
    assert_eq!(ask(99).await.expect(200)["errors"][0]["type"], "NOT_FOUND");
    let reader = Client { token: github.new_token(json!({ "permissions": { "contents": "read" } })).await, ..github };
    let refused = reader.post("/graphql", json!({ "query": document, "variables": variables(number.0) })).await.expect(200);
    assert_eq!(refused["errors"][0]["type"], "FORBIDDEN");
}

#[tokio::test]
async fn comments_are_paged_with_links_that_can_be_followed() {
    let github = github().await;
    let number = github.ada().create_issue(&repository(), "t", "b").unwrap();
    let path = format!("/repos/acme/widgets/issues/{number}/comments");
    for n in 0..5 {
        github.post(&path, json!({ "body": format!("comment {n}") })).await.expect(201);
    }
    let first = github.get(&format!("{path}?per_page=2")).await;
    let link = first.header("link").to_owned();
    assert!(link.contains("rel=\"next\"") && link.contains("page=3>; rel=\"last\""), "{link}");
    let next = link.split('<').nth(1).and_then(|rest| rest.split('>').next()).unwrap();
    let second = github.get(next.strip_prefix(&github.simulator.api_base()).unwrap()).await.expect(200);
    assert_eq!(second[0]["body"], "comment 2");
    let last = github.get(&format!("{path}?per_page=2&page=3")).await;
    assert!(!last.header("link").contains("next"));
    assert_eq!(last.expect(200).as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_body_of_65536_characters_is_taken_and_one_more_is_not() {
    let github = github().await;
    let number = github.ada().create_issue(&repository(), "t", &"x".repeat(100_000)).unwrap();
    let path = format!("/repos/acme/widgets/issues/{number}/comments");
    let made = github.post(&path, json!({ "body": "é".repeat(65_536) })).await.expect(201);
    let long = json!({ "body": "é".repeat(65_537) });
    let comment = format!("/repos/acme/widgets/issues/comments/{}", made["id"]);
    for got in [github.post(&path, long.clone()).await, github.patch(&comment, long.clone()).await] {
        assert_eq!((got.status, got.message().as_str()), (422, "body is too long (maximum is 65536 characters)"));
    }
    let got = github.patch(&format!("/repos/acme/widgets/issues/{number}"), long).await;
    assert_eq!(got.body["errors"][0]["resource"], "Issue");
    github.post(&path, json!({ "body": "" })).await.expect(422);
    github.post(&path, json!({ "body": 7 })).await.expect(422);
}

#[tokio::test]
async fn the_same_reaction_is_made_once() {
    let github = github().await;
    let number = github.ada().create_issue(&repository(), "t", "b").unwrap();
    let comment = github.ada().comment(&repository(), number, "hello").unwrap();
    for path in
        [format!("/repos/acme/widgets/issues/{number}/reactions"), format!("/repos/acme/widgets/issues/comments/{comment}/reactions")]
    {
        let first = github.post(&path, json!({ "content": "eyes" })).await.expect(201);
        let second = github.post(&path, json!({ "content": "eyes" })).await.expect(200);
        assert_eq!(first["id"], second["id"]);
        github.post(&path, json!({ "content": "thumb" })).await.expect(422);
        assert_eq!(github.get(&path).await.expect(200).as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn labels_come_and_go() {
    let github = github().await;
    let number = github.ada().create_issue(&repository(), "t", "b").unwrap();
    let path = format!("/repos/acme/widgets/issues/{number}/labels");
    let labels = github.post(&path, json!({ "labels": ["implement", "in progress"] })).await.expect(200);
    assert_eq!(labels[1]["name"], "in progress");
    github.delete(&format!("{path}/in%20progress")).await.expect(200);
    assert_eq!(github.delete(&format!("{path}/in%20progress")).await.message(), "Label does not exist");
    assert_eq!(github.get(&path).await.expect(200).as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn strangers_comment_and_cannot_label() {
    let github = github().await;
    let number = github.ada().create_issue(&repository(), "t", "b").unwrap();
    let stranger = github.simulator.person("mallory");
    stranger.comment(&repository(), number, "please").unwrap();
    assert!(matches!(stranger.label(&repository(), number, "implement"), Err(Error::Refused { .. })));
    github.ada().label(&repository(), number, "implement").unwrap();
    for (login, permission) in [("ada", "write"), ("mallory", "read"), ("ADA", "write")] {
        let told = github.get(&format!("/repos/acme/widgets/collaborators/{login}/permission")).await.expect(200);
        assert_eq!(told["permission"], permission, "{login}");
    }
    github.get("/repos/acme/widgets/collaborators/nobody/permission").await.expect(404);
}
