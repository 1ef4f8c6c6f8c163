use base64::Engine as _;
use http::{Request, Uri};
use octocrab::OctoBody;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tower::{BoxError, Layer as _, Service as _, service_fn};

use super::super::client::Client;
use super::super::layers::Answer;
use super::super::layers::auth::{Credential, Home};
use super::super::{App, AppConfig, Error, Pacing};
use super::{BEGIN, Here};
use crate::domain::IssueNumber;
use crate::wire::{self, Reply, ok, refuse};

fn comments(from: u64, count: u64) -> Value {
    (from..from + count).map(|id| json!({ "id": id, "body": "x" })).collect()
}

#[tokio::test]
async fn ten_requests_at_once_mint_one_token() {
    let here = Here::answering(|_, _, _| ok(json!({ "default_branch": "main", "clone_url": "x" }))).await;
    let asked: Vec<_> = (0..10).map(|_| async { here.repository.about().await }).collect();
    for answer in futures_util::future::join_all(asked).await {
        answer.unwrap();
    }
    assert_eq!((here.minted(), here.asked().len()), (1, 10));
}

#[tokio::test]
async fn a_token_is_renewed_five_minutes_before_its_end() {
    let here = Here::answering(|_, _, _| ok(json!({ "default_branch": "main", "clone_url": "x" }))).await;
    here.repository.about().await.unwrap();
    here.pass(54);
    here.repository.about().await.unwrap();
    assert_eq!(here.minted(), 1);
    here.pass(1);
    here.repository.about().await.unwrap();
    assert_eq!(here.minted(), 2);
}

#[tokio::test]
async fn a_token_that_github_refuses_is_replaced_once() {
    let here = Here::answering(|request, _, _| match request.authorization.as_deref() {
        Some("Bearer token-2") => ok(json!({ "default_branch": "main", "clone_url": "x" })),
        _ => refuse(401, "Bad credentials"),
    })
    .await;
    here.repository.about().await.unwrap();
    assert_eq!((here.minted(), here.asked().len()), (2, 2));
}

#[tokio::test]
async fn an_app_that_github_does_not_know_is_told_so_and_not_asked_again() {
    let here = Here::answering(|_, _, _| refuse(401, "A JSON web token could not be decoded")).await;
    assert!(matches!(here.app.identity().await, Err(Error::Never { .. })));
    assert_eq!(here.asked().len(), 1);
}

#[tokio::test]
async fn further_pages_are_asked_for_with_the_credential() {
    let here = Here::answering(|request, base, _| match request.target.contains("page=2") {
        true => ok(comments(101, 7)),
        false => {
            let links = format!("<{base}/x?page=1>; rel=\"first\", <{base}/repos/o/r/issues/1/comments?per_page=100&page=2>; rel=\"next\"");
            Reply::Json(200, vec![("link", links)], comments(1, 100))
        }
    })
    .await;
    assert_eq!(here.repository.comments(IssueNumber(1)).await.unwrap().len(), 107);
    assert_eq!(here.asked(), ["GET /issues/1/comments?per_page=100", "GET /issues/1/comments?per_page=100&page=2"]);
    assert!(here.wire.log().iter().skip(1).all(|r| r.authorization.as_deref() == Some("Bearer token-1")));
}

#[tokio::test]
async fn a_page_on_another_host_is_not_asked_for() {
    let other = Here::answering(|_, _, _| ok(comments(1, 1))).await;
    let there = other.wire.base.clone();
    let here = Here::answering(move |_, _, _| {
        Reply::Json(200, vec![("link", format!("<{there}/repos/o/r/issues/1/comments?page=2>; rel=\"next\""))], comments(1, 100))
    })
    .await;
    assert!(matches!(here.repository.comments(IssueNumber(1)).await, Err(Error::Never { .. })));
    assert_eq!(other.wire.log().len(), 0);
}

#[tokio::test]
async fn the_credential_goes_to_the_configured_host_and_to_no_other() {
    let home = Home::of(&Uri::from_static("https://ghe.example/api/v3"));
    let sent = |to: &'static str| {
        let mut service = home.layer(service_fn(|request: Request<OctoBody>| async move {
            let mut answer = Answer::default();
            *answer.headers_mut() = request.headers().clone();
            Ok::<_, BoxError>(answer)
        }));
        let request = Request::get(to).extension(Credential("secret".into())).body(OctoBody::empty()).unwrap();
        async move { service.call(request).await.unwrap().headers().get("authorization").cloned() }
    };
    let value = sent("https://ghe.example/api/v3/x?page=2").await.unwrap();
    assert!(value.is_sensitive());
    assert_eq!(value, "Bearer secret");
    for elsewhere in ["https://ghe.example.evil/api/v3/x", "http://ghe.example/api/v3/x", "https://ghe.example:8443/x"] {
        assert_eq!(sent(elsewhere).await, None, "{elsewhere}");
    }
}

#[tokio::test]
async fn the_jwt_is_issued_a_minute_back_and_ends_within_ten_minutes() {
    let here = Here::answering(|_, _, _| ok(json!({ "id": 7, "slug": "journeyman" }))).await;
    here.app.identity().await.unwrap();
    let sent = here.wire.log()[0].authorization.clone().unwrap();
    let part = |at: usize| -> Value {
        let text = sent.trim_start_matches("Bearer ").split('.').nth(at).unwrap();
        serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
    };
    assert_eq!(part(0)["alg"], "RS256");
    assert_eq!(part(1), json!({ "iat": BEGIN / 1000 - 60, "exp": BEGIN / 1000 + 540, "iss": "7" }));
}

#[tokio::test]
async fn the_jwt_is_made_anew_before_it_ends() {
    let here = Here::answering(|_, _, _| ok(json!({ "id": 7, "slug": "journeyman" }))).await;
    for minutes in [0, 4, 2] {
        here.pass(minutes);
        here.app.identity().await.unwrap();
    }
    let sent: Vec<_> = here.wire.log().into_iter().map(|r| r.authorization.unwrap()).collect();
    assert!(sent[0] == sent[1] && sent[1] != sent[2]);
}

#[tokio::test]
async fn git_is_given_a_header_and_nothing_prints_the_token() {
    let here = Here::answering(|_, _, _| refuse(404, "Not Found")).await;
    let header = here.repository.git_authorization().await.unwrap();
    assert_eq!(header.expose_secret(), "AUTHORIZATION: basic eC1hY2Nlc3MtdG9rZW46dG9rZW4tMQ==");
    assert!(!format!("{header:?}").contains("eC1h"));
}

#[tokio::test]
async fn a_permission_that_was_not_granted_is_named_with_the_page_to_grant_it() {
    let wire = wire::Wire::answering(|request, _, _| match request.method.as_str() {
        "POST" => refuse(422, "The permissions requested are not granted to this installation."),
        _ => ok(json!({
            "id": 5, "html_url": "https://github.com/organizations/o/settings/installations/5",
            "permissions": { "actions": "read", "contents": "write", "issues": "read", "metadata": "read", "pull_requests": "write", "statuses": "write" },
        })),
    })
    .await;
    let now = std::sync::Arc::new(BEGIN.into());
    let (_app, repository) = super::connect(&wire.base, Pacing::unhurried(), now);
    let error = repository.about().await.unwrap_err();
    let page = Some("https://github.com/organizations/o/settings/installations/5".to_owned());
    assert!(
        matches!(&error, Error::Forbidden { needs: Some(needs), page: p, .. } if needs == "checks=write,issues=write" && *p == page),
        "{error}"
    );
}

#[tokio::test]
async fn graphql_and_the_pages_of_people_are_where_the_api_is() {
    let addresses = |base: &str| {
        let client = Client::new(base, Pacing::default(), std::sync::Arc::new(|| BEGIN)).unwrap();
        (client.graphql_address(), client.web_address())
    };
    assert_eq!(addresses("https://api.github.com/"), ("https://api.github.com/graphql".into(), "https://github.com".into()));
    assert_eq!(addresses("https://ghe.example/api/v3"), ("https://ghe.example/api/graphql".into(), "https://ghe.example".into()));
    assert_eq!(addresses("https://api.octo.ghe.com").1, "https://octo.ghe.com");
}

#[tokio::test]
async fn a_wrong_key_or_address_is_told_at_once() {
    let new = |base: &str, key: &str| {
        let config = AppConfig { api_base: base.into(), app_id: 1, private_key_pem: key.into(), pacing: Pacing::default() };
        App::new(config, std::sync::Arc::new(|| BEGIN)).map(|_| ()).map_err(|e| e.to_string())
    };
    assert_eq!(new("https://api.github.com", &wire::private_key().replace('\n', "\\n")), Ok(()));
    assert!(new("https://api.github.com", "secret words").unwrap_err().contains("not an RSA key"));
    assert!(!new("https://api.github.com", "secret words").unwrap_err().contains("words"));
    assert!(new("api.github.com", wire::private_key()).unwrap_err().contains("not a full http or https address"));
}

/// Requests are made from tasks that move between threads.
#[tokio::test]
async fn what_asks_github_can_be_sent_to_another_thread() {
    let here = Here::answering(|_, _, _| ok(json!({ "id": 9 }))).await;
    let repository = here.repository.clone();
    let comment: Box<dyn Future<Output = _> + Send> = Box::new(async move { repository.create_comment(IssueNumber(1), "x").await });
    assert_eq!(Box::into_pin(comment).await.unwrap().0, 9);
}

#[test]
fn the_permissions_of_a_token_are_those_that_the_manifest_asks_for() {
    let manifest: Value = serde_json::from_str(include_str!("../../../app-manifest.json")).unwrap();
    let asked: std::collections::BTreeMap<String, String> = serde_json::from_value(manifest["default_permissions"].clone()).unwrap();
    let needed = super::super::PERMISSIONS.iter().map(|(name, level)| ((*name).to_owned(), (*level).to_owned())).collect();
    assert_eq!(asked, needed);
}
