use super::*;

const QUERY: &str = "query($owner: String!, $name: String!, $first: Int!) { repository(owner: $owner, name: $name) { \
    pullRequests(first: $first, states: [OPEN], orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { number updatedAt \
    commits(last: 1) { nodes { commit { oid statusCheckRollup { contexts(first: 100) { nodes { __typename \
    ... on CheckRun { name conclusion completedAt } ... on StatusContext { context state createdAt } } } } } } } } } } }";

#[tokio::test]
async fn the_checks_of_all_open_pull_requests_are_told_at_once() {
    let github = github_with(Options { ci: Ci::ByHand(vec!["build".into()]), ..options() }).await;
    let (ada, ci) = (github.ada(), github.simulator.ci(&repository()));
    for name in ["one", "two", "shut"] {
        github.branch(name, &format!("{name}.txt"), name).await;
        let body = json!({ "title": name, "head": name, "base": "main" });
        github.post("/repos/acme/widgets/pulls", body).await.expect(201);
    }
    let world = github.simulator.world().unwrap();
    let pulls = &world.repository("acme/widgets").unwrap().pulls;
    let head = |at: usize| pulls[at].head_sha.as_str();
    ci.fails(head(0), "build", "no").unwrap();
    ada.add_status(&repository(), head(0), "ci/old", "error").unwrap();
    github.patch(&format!("/repos/acme/widgets/pulls/{}", pulls[2].number), json!({ "state": "closed" })).await.expect(200);
    let ask = |first: u64| json!({ "query": QUERY, "variables": { "owner": "acme", "name": "widgets", "first": first } });
    let told = github.post("/graphql", ask(20)).await.expect(200);
    let nodes = &told["data"]["repository"]["pullRequests"]["nodes"];
    let numbers: Vec<u64> = nodes.as_array().unwrap().iter().map(|node| node["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [pulls[1].number, pulls[0].number], "newest first, and none that is closed");
    let rollup = &nodes[1]["commits"]["nodes"][0]["commit"]["statusCheckRollup"];
    let contexts = rollup["contexts"]["nodes"].as_array().unwrap();
    let check = contexts.iter().find(|node| node["__typename"] == "CheckRun").unwrap();
    assert_eq!(
        (check["name"].as_str(), check["conclusion"].as_str(), check["completedAt"].is_string()),
        (Some("build"), Some("FAILURE"), true)
    );
    let status = contexts.iter().find(|node| node["__typename"] == "StatusContext").unwrap();
    assert_eq!(
        (status["context"].as_str(), status["state"].as_str(), rollup["state"].as_str()),
        (Some("ci/old"), Some("ERROR"), Some("FAILURE"))
    );
    let waiting = &nodes[0]["commits"]["nodes"][0]["commit"]["statusCheckRollup"];
    assert_eq!((waiting["state"].as_str(), &waiting["contexts"]["nodes"][0]["conclusion"]), (Some("PENDING"), &Value::Null));

    let page = github.post("/graphql", ask(1)).await.expect(200);
    let page = &page["data"]["repository"]["pullRequests"];
    assert_eq!((page["nodes"].as_array().unwrap().len(), page["pageInfo"]["hasNextPage"].as_bool()), (1, Some(true)));
    let github = github.authorised(json!({ "permissions": { "pull_requests": "read" } })).await;
    let refused = github.post("/graphql", ask(1)).await.expect(200);
    assert_eq!(refused["errors"][0]["type"], "FORBIDDEN");
}
