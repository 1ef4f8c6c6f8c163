use reqwest::Method;
use serde_json::json;

use super::*;

#[tokio::test]
async fn the_app_is_known_by_its_signature_and_refused_without_it() {
    let github = github().await;
    let now = time::now().0 / 1000;
    let get = |bearer: String| {
        let github = &github;
        async move { github.send(Method::GET, "/app", &bearer, None).await.unwrap() }
    };
    let app = get(jwt()).await.expect(200);
    assert_eq!((app["slug"].as_str(), app["permissions"]["statuses"].as_str()), (Some("journeyman"), Some("read")));
    let with = |issued: i64, expires: i64, issuer: &str| signed(&json!({ "iat": issued, "exp": expires, "iss": issuer }), Algorithm::RS256);
    let app = APP.to_string();
    for (bearer, status, because) in [
        (String::new(), 401, "Requires authentication"),
        ("nonsense".into(), 401, "Bad credentials"),
        ("a.b.c".into(), 401, "A JSON web token could not be decoded"),
        (format!("{}x", jwt()), 401, "A JSON web token could not be decoded"),
        (signed(&json!({ "iat": now - 60, "exp": now + 60, "iss": app }), Algorithm::RS512), 401, "A JSON web token could not be decoded"),
        (with(now - 60, now + 700, &app), 401, "'Expiration time' claim ('exp') is too far in the future"),
        (with(now - 120, now - 60, &app), 401, "'Expiration time' claim ('exp') must be a numeric value"),
        (with(now + 120, now + 300, &app), 401, "'Issued at' claim ('iat')"),
        (with(now - 60, now + 300, "1"), 404, "Integration not found"),
        (github.token.clone(), 401, "A JSON web token could not be decoded"),
    ] {
        let got = get(bearer).await;
        assert_eq!(got.status, status, "{because}: {}", got.body);
        assert!(got.message().starts_with(because), "{} is not {because}", got.message());
    }
}

#[tokio::test]
async fn a_token_reaches_its_repositories_and_does_what_it_was_given() {
    let github = github().await;
    github.simulator.create_repository(&"acme/other".parse().unwrap(), Source::Files(&[("a", "a")])).unwrap();
    github.get("/repos/acme/widgets").await.expect(200);
    github.get("/repos/acme/other").await.expect(200);
    let narrow =
        Client { token: github.new_token(json!({ "repositories": ["widgets"], "permissions": { "issues": "read" } })).await, ..github };
    narrow.get("/repos/acme/widgets/issues").await.expect(200);
    assert_eq!(narrow.get("/repos/acme/other").await.status, 404, "another repository is not even there");
    let refused = narrow.post("/repos/acme/widgets/issues", json!({ "title": "t" })).await;
    assert_eq!((refused.status, refused.message().as_str()), (403, "Resource not accessible by integration"));
    assert_eq!(refused.header("x-accepted-github-permissions"), "issues=write");
    let listed = narrow.get("/installation/repositories").await.expect(200);
    assert_eq!(listed["total_count"], 1);
}

#[tokio::test]
async fn a_token_is_not_made_for_more_than_the_app_was_granted() {
    let github = github().await;
    let installation = github.as_app(Method::GET, "/app/installations", None).await.expect(200)[0]["id"].clone();
    let path = format!("/app/installations/{installation}/access_tokens");
    let made = github.as_app(Method::POST, &path, Some(json!({ "permissions": { "statuses": "read" } }))).await.expect(201);
    assert_eq!(made["permissions"], json!({ "metadata": "read", "statuses": "read" }));
    for body in [
        json!({ "permissions": { "statuses": "write" } }),
        json!({ "permissions": { "workflows": "write" } }),
        json!({ "repositories": ["nowhere"] }),
    ] {
        github.as_app(Method::POST, &path, Some(body)).await.expect(422);
    }
    github.as_app(Method::POST, "/app/installations/1/access_tokens", None).await.expect(404);
}

#[tokio::test]
async fn a_token_ends_when_it_expires_and_when_it_is_revoked() {
    let mut github = github().await;
    for end in [Simulator::expire_tokens, Simulator::revoke_tokens] {
        github.get("/repos/acme/widgets").await.expect(200);
        end(&github.simulator);
        let got = github.get("/repos/acme/widgets").await;
        assert_eq!((got.status, got.message().as_str()), (401, "Bad credentials"));
        github = github.authorised(json!({})).await;
    }
}

#[tokio::test]
async fn what_the_simulator_does_not_know_is_named() {
    let github = github().await;
    let got = github.get("/repos/acme/widgets/stargazers").await;
    assert_eq!(got.status, 501);
    assert!(got.message().contains("GET /repos/acme/widgets/stargazers"), "{}", got.message());
    github.get("/repos/acme/nowhere").await.expect(404);
    assert_eq!(github.simulator.requests().last().unwrap().route, Some("/repos/{owner}/{repo}"));
}

#[tokio::test]
async fn the_request_log_is_complete_and_bounded_and_holds_no_token() {
    let github = github_with(Options { requests_kept: 3, ..options() }).await;
    for body in [json!({ "title": "one" }), json!({ "title": "two", "body": "b" })] {
        github.post("/repos/acme/widgets/issues", body).await.expect(201);
    }
    let log = github.simulator.requests();
    assert_eq!(log.len(), 3);
    assert_eq!(log[0].response.as_ref().unwrap()["token"], "ghs_…");
    let last = &log[2];
    assert_eq!(
        (last.number, last.method.as_str(), last.target.as_str(), last.status),
        (4, "POST", "/api/v3/repos/acme/widgets/issues", 201)
    );
    assert_eq!(last.body, Some(json!({ "title": "two", "body": "b" })));
    let bad = github
        .http
        .post(format!("{}/repos/acme/widgets/issues", github.simulator.api_base()))
        .bearer_auth(&github.token)
        .body("{")
        .send()
        .await
        .unwrap();
    assert_eq!(bad.status(), 400);
    assert!(bad.text().await.unwrap().contains("Problems parsing JSON"));
}

#[tokio::test]
async fn every_answer_tells_the_limit() {
    let github = github().await;
    let got = github.get("/repos/acme/widgets").await;
    assert_eq!(got.header("x-ratelimit-limit"), "5000");
    assert!(!got.header("x-github-request-id").is_empty());
    assert_eq!(github.get("/rate_limit").await.expect(200)["resources"]["core"]["limit"], 5000);
}
