use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use super::super::layers::retry::{Outcome, again};
use super::super::{Error, Pacing};
use super::{BEGIN, Here, connect};
use crate::domain::IssueNumber;
use crate::wire::{Reply, ok, refuse};

fn about() -> Reply {
    ok(json!({ "default_branch": "main", "clone_url": "x" }))
}

#[tokio::test]
async fn a_read_is_repeated_after_a_bad_gateway() {
    let here = Here::answering(|_, _, before| if before < 3 { refuse(502, "Server Error") } else { about() }).await;
    here.repository.about().await.unwrap();
    assert_eq!(here.asked().len(), 3);
    assert_eq!((here.app.calls().get, here.app.calls().post), (3, 1));
}

#[tokio::test]
async fn a_read_is_repeated_after_a_cut_in_the_answer() {
    let here = Here::answering(|_, _, before| if before < 2 { Reply::Cut } else { about() }).await;
    here.repository.about().await.unwrap();
    assert_eq!(here.asked().len(), 2);
}

#[tokio::test]
async fn a_read_is_given_back_for_later_when_it_keeps_failing() {
    let here = Here::answering(|_, _, _| refuse(503, "Unavailable")).await;
    assert!(matches!(here.repository.about().await, Err(Error::Later { .. })));
    assert_eq!(here.asked().len(), 5);
}

#[tokio::test]
async fn a_write_that_may_have_been_done_is_not_repeated() {
    for reply in [|| refuse(502, "Server Error"), || Reply::Cut] {
        let here = Here::answering(move |_, _, _| reply()).await;
        assert!(matches!(here.repository.create_comment(IssueNumber(1), "x").await, Err(Error::Later { .. })));
        assert_eq!(here.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_write_refused_for_a_limit_is_repeated_after_the_wait_that_github_names() {
    for status in [403, 429] {
        let here = Here::answering(move |_, _, before| match before {
            1 => {
                Reply::Json(status, vec![("retry-after", "0".to_owned())], json!({ "message": "You have exceeded a secondary rate limit" }))
            }
            _ => Reply::Json(201, Vec::new(), json!({ "id": 9 })),
        })
        .await;
        here.repository.create_comment(IssueNumber(1), "x").await.unwrap();
        assert_eq!(here.asked().len(), 2);
    }
}

#[tokio::test]
async fn a_long_wait_is_given_back_and_holds_the_whole_installation() {
    let here = Here::answering(|_, _, _| {
        Reply::Json(403, vec![("retry-after", "120".to_owned())], json!({ "message": "You have exceeded a secondary rate limit" }))
    })
    .await;
    let after = |error| match error {
        Err(Error::Later { after, .. }) => after,
        other => panic!("{other:?}"),
    };
    assert_eq!(after(here.repository.create_comment(IssueNumber(1), "x").await.map(|_| ())), Duration::from_secs(120));
    assert!(after(here.repository.about().await.map(|_| ())) > Duration::from_secs(60));
    assert_eq!(here.asked().len(), 1, "the second request must not go out");
}

#[tokio::test]
async fn a_used_up_primary_limit_waits_for_its_reset() {
    let here = Here::answering(|_, _, _| {
        let headers = vec![("x-ratelimit-remaining", "0".to_owned()), ("x-ratelimit-reset", (BEGIN / 1000 + 1800).to_string())];
        Reply::Json(403, headers, json!({ "message": "API rate limit exceeded for installation ID 5." }))
    })
    .await;
    let Err(Error::Later { after, .. }) = here.repository.about().await else { panic!("not later") };
    assert_eq!(after, Duration::from_secs(1800));
}

#[tokio::test]
async fn nobody_there_is_later_for_reads_and_writes() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let (app, repository) = connect(&base, Pacing::unhurried(), std::sync::Arc::new(BEGIN.into()));
    let Err(Error::Later { why, .. }) = repository.about().await else { panic!("not later") };
    assert!(why.message.contains("no connection"), "{why}");
    assert_eq!(app.calls().post, 5, "a token that could not be asked for is asked for again");
}

#[test]
fn what_is_repeated_depends_on_the_method_and_on_what_is_known() {
    let pacing = Pacing { retries: 3, backoff: Duration::from_secs(1), patience: Duration::from_secs(20), ..Pacing::default() };
    let seconds = |method: &Method, outcome, attempt| again(method, outcome, attempt, &pacing).map(|wait| wait.as_secs());
    for write in [&Method::POST, &Method::PATCH, &Method::PUT, &Method::DELETE] {
        assert_eq!(seconds(write, Outcome::Unknown, 0), None);
        assert_eq!(seconds(write, Outcome::NotSent, 0), Some(1));
        assert_eq!(seconds(write, Outcome::Limited(Duration::from_secs(7)), 0), Some(7));
    }
    assert_eq!([0, 1, 2, 3].map(|attempt| seconds(&Method::GET, Outcome::Unknown, attempt)), [Some(1), Some(2), Some(4), None]);
    assert_eq!(seconds(&Method::GET, Outcome::Limited(Duration::from_secs(21)), 0), None);
    assert_eq!(seconds(&Method::GET, Outcome::Settled, 0), None);
}

#[tokio::test]
async fn an_answer_of_another_form_is_never_repeated_and_says_what_is_missing() {
    let here = Here::answering(|_, _, _| ok(Value::from("what"))).await;
    let Err(Error::Never { why }) = here.repository.about().await else { panic!("not never") };
    assert_eq!(here.asked().len(), 1);
    assert!(why.to_string().starts_with("GET /repos/{owner}/{repo}: the answer is not what GitHub documents"), "{why}");
}
