use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};

use super::super::call::Call;
use super::super::{Error, refusal};

fn refused(status: u16, headers: &[(&'static str, &str)], body: &Value) -> Error {
    let call = Call::new(Method::POST, "/repos/{owner}/{repo}/git/refs", &[&"o", &"r"]);
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, value.parse().unwrap());
    }
    refusal::read(&call, StatusCode::from_u16(status).unwrap(), &map, &Bytes::from(body.to_string()), 1000)
}

fn kind(status: u16, message: &str) -> &'static str {
    match refused(status, &[], &json!({ "message": message })) {
        Error::Later { .. } => "later",
        Error::Never { .. } => "never",
        Error::NotFound { .. } => "not found",
        Error::Conflict { .. } => "conflict",
        Error::Forbidden { .. } => "forbidden",
    }
}

#[test]
fn each_refusal_of_github_has_its_meaning() {
    let table = [
        (400, "Problems parsing JSON", "never"),
        (401, "Bad credentials", "never"),
        (403, "Resource not accessible by integration", "forbidden"),
        (403, "Repository was archived so is read-only.", "forbidden"),
        (403, "You have exceeded a secondary rate limit. Please wait a few minutes", "later"),
        (404, "Not Found", "not found"),
        (409, "Git Repository is empty.", "conflict"),
        (410, "Issues are disabled for this repo", "not found"),
        (422, "Reference already exists", "conflict"),
        (422, "Update is not a fast forward", "conflict"),
        (422, "Reference does not exist", "not found"),
        (422, "Validation Failed", "never"),
        (429, "Too many requests", "later"),
        (500, "Server Error", "later"),
        (502, "Bad Gateway", "later"),
        (503, "Service Unavailable", "later"),
    ];
    for (status, message, expected) in table {
        assert_eq!(kind(status, message), expected, "{status} {message}");
    }
}

#[test]
fn a_pull_request_that_exists_is_a_conflict_told_by_its_detail() {
    let body = json!({
        "message": "Validation Failed",
        "errors": [{ "resource": "PullRequest", "code": "custom", "message": "A pull request already exists for o:branch." }],
    });
    let Error::Conflict { what } = refused(422, &[("x-github-request-id", "AB:CD")], &body) else { panic!("no conflict") };
    let told = "POST /repos/{owner}/{repo}/git/refs: GitHub answered 422, Validation Failed; \
                PullRequest custom A pull request already exists for o:branch. (request AB:CD)";
    assert_eq!(what.to_string(), told);
}

#[test]
fn nothing_between_two_branches_is_no_conflict() {
    let detail = json!([{ "resource": "PullRequest", "code": "custom", "message": "No commits between main and branch" }]);
    assert!(matches!(refused(422, &[], &json!({ "message": "Validation Failed", "errors": detail })), Error::Never { .. }));
}

#[test]
fn a_missing_permission_is_named_as_github_names_it() {
    let headers = [("x-accepted-github-permissions", "contents=write; contents=write,workflows=write")];
    let error = refused(403, &headers, &json!({ "message": "Resource not accessible by integration" }));
    assert!(matches!(error, Error::Forbidden { needs: Some(needs), .. } if needs == "contents=write; contents=write,workflows=write"));
}

#[test]
fn a_page_of_html_or_a_long_message_is_told_on_one_short_line() {
    let page = refusal::read(
        &Call::new(Method::GET, "/app", &[]),
        StatusCode::BAD_GATEWAY,
        &HeaderMap::new(),
        &Bytes::from_static(b"<html>unicorn</html>"),
        0,
    );
    assert_eq!(page.trouble().to_string(), "GET /app: GitHub answered 502, bad gateway");
    let long = refused(400, &[], &json!({ "message": "a\nb\u{1b}[31m ".repeat(10_000) }));
    assert!(long.trouble().message.chars().count() <= 300 && !long.trouble().message.contains(char::is_control));
}
