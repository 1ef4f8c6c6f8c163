//! Each method of the client, asked of a GitHub that answers with the examples of its own description.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use journeyman::domain::{
    BranchName, ChangeSet, CommentId, FileChange, FileContent, InstallationId, IssueNumber, Login, Mode, PullNumber, Sha, Timestamp,
};
use journeyman::github::{App, AppConfig, Pacing, Permission, Position, Repository};
use journeyman::workflow::verdict::CheckState;
use serde_json::json;

use crate::contract;
use crate::wire::{self, Recorded, Reply, Wire};

/// 2016-07-11T21:30:00Z: the token of GitHub's example ends 44 minutes later.
const NOW: i64 = 1_468_272_600_000;

/// GitHub's example for the operation; where that would not be read as what it is an example of, our own.
fn example(request: &Recorded) -> Reply {
    if request.target.ends_with("/graphql") {
        let issue = json!({
            "title": "Found a bug", "body": "It is broken.", "closed": false, "labels": { "nodes": [{ "name": "bug" }] },
            "lastEditedAt": "2016-07-11T21:00:00Z", "editor": { "__typename": "User", "login": "octocat" },
            "timelineItems": { "nodes": [{ "createdAt": "2016-07-11T20:00:00Z", "label": { "name": "bug" } }] },
            "subIssues": {
                "pageInfo": { "hasNextPage": false, "endCursor": "Y3Vyc29yOjI=" },
                "nodes": [null, {
                    "number": 7, "title": "One part", "body": "", "closed": true, "repository": { "nameWithOwner": "octocat/other" },
                    "author": null, "lastEditedAt": "2016-07-11T21:00:00Z", "editor": { "__typename": "Bot", "login": "planner" },
                    "subIssuesSummary": { "total": 2 },
                    "timelineItems": { "nodes": [{ "createdAt": "2016-07-11T20:00:00Z", "actor": { "__typename": "User", "login": "octocat" } }] },
                }],
            },
        });
        let ready = json!({ "pullRequest": { "isDraft": false } });
        return wire::ok(json!({ "data": { "markPullRequestReadyForReview": ready, "repository": { "issue": issue } } }));
    }
    if request.target.contains("/contents/") {
        // The example's content is cut in the middle of its base64.
        return wire::ok(json!({ "type": "file", "encoding": "base64", "content": "aGVs\nbG8=\n", "sha": "f".repeat(40) }));
    }
    match contract::github().example(&request.method, &request.target) {
        Some((status, body)) => Reply::Json(status, Vec::new(), body),
        None => wire::refuse(404, "Not Found"),
    }
}

struct Asked {
    wire: Wire,
    app: App,
    repository: Repository,
}

async fn github() -> Asked {
    asking(Wire::answering(|request, _, _| example(request)).await)
}

fn asking(wire: Wire) -> Asked {
    let config =
        AppConfig { api_base: wire.base.clone(), app_id: 1, private_key_pem: wire::private_key().into(), pacing: Pacing::unhurried() };
    let app = App::new(config, Arc::new(|| NOW)).unwrap();
    let repository = app.repository(InstallationId(1), &"octocat/Hello-World".parse().unwrap());
    Asked { wire, app, repository }
}

impl Asked {
    /// Holds every request since the beginning to the description, and says which they were.
    fn requests(&self) -> Vec<String> {
        let log = self.wire.log();
        for request in &log {
            contract::github().check(&request.method, &request.target, request.body.as_ref()).unwrap();
            assert!(request.authorization.as_ref().is_some_and(|value| value.starts_with("Bearer ")), "{request:?}");
        }
        let path =
            |r: &Recorded| r.target.split('?').next().unwrap().trim_start_matches("/api/v3").replace("/repos/octocat/Hello-World", "…");
        log.iter().map(|r| format!("{} {}", r.method, path(r))).filter(|r| !r.contains("access_tokens")).collect()
    }
}

fn sha(digit: char) -> Sha {
    digit.to_string().repeat(40).parse().unwrap()
}

fn branch(name: &str) -> BranchName {
    BranchName::new(name)
}

#[tokio::test]
async fn the_app_asks_who_it_is_and_where_it_is_installed() {
    let github = github().await;
    let identity = github.app.identity().await.unwrap();
    assert_eq!((identity.app_id, identity.bot_login), (1, Login::new("octoapp[bot]")));
    let repo = "octocat/Hello-World".parse().unwrap();
    assert_eq!(github.app.installation_of(&repo).await.unwrap(), InstallationId(1));
    assert_eq!(github.requests(), ["GET /app", "GET …/installation"]);
}

#[tokio::test]
async fn the_app_reads_its_deliveries_and_asks_for_one_again() {
    let github = github().await;
    let page = github.app.deliveries(Some("v1_12077215967")).await.unwrap();
    assert_eq!((page.deliveries[0].id, page.deliveries[0].arrived(), page.next), (12345678, true, None));
    github.app.redeliver(12345678).await.unwrap();
    assert_eq!(github.requests(), ["GET /app/hook/deliveries", "POST /app/hook/deliveries/12345678/attempts"]);
}

#[tokio::test]
async fn a_token_is_asked_for_one_repository_and_the_needed_permissions() {
    let github = github().await;
    github.repository.git_authorization().await.unwrap();
    assert!(github.requests().is_empty());
    let log = github.wire.log();
    assert_eq!(log[0].target, "/api/v3/app/installations/1/access_tokens");
    let permissions = json!({
        "actions": "read", "checks": "write", "contents": "write", "issues": "write", "metadata": "read",
        "pull_requests": "write", "statuses": "read",
    });
    assert_eq!(log[0].body, Some(json!({ "repositories": ["Hello-World"], "permissions": permissions })));
}

#[tokio::test]
async fn the_repository_tells_about_itself() {
    let github = github().await;
    let about = github.repository.about().await.unwrap();
    assert_eq!((about.default_branch.as_str(), about.private), ("master", false));
    assert_eq!(about.clone_url, "https://github.com/octocat/Hello-World.git");
    assert_eq!(github.requests(), ["GET …"]);
}

#[tokio::test]
async fn issues_are_read() {
    let github = github().await;
    let issue = github.repository.issue(IssueNumber(1347)).await.unwrap();
    assert_eq!((issue.number, issue.title.as_data(), issue.open), (IssueNumber(1347), "Found a bug", true));
    assert_eq!((issue.author, issue.labels), (Some(Login::new("octocat")), vec!["bug".to_owned()]));
    assert_eq!(github.requests(), ["GET …/issues/1347"]);
}

#[tokio::test]
async fn an_issues_text_is_read_with_its_last_editor_and_its_labelling() {
    let github = github().await;
    let text = github.repository.issue_text(IssueNumber(1347)).await.unwrap();
    assert_eq!((text.body.as_data(), text.open, text.labels.as_slice()), ("It is broken.", true, &["bug".to_owned()][..]));
    let edit = text.edited_since("bug").unwrap();
    assert_eq!((edit.at, edit.by.clone()), (Timestamp(1_468_270_800_000), Some(Login::new("octocat"))));
    assert_eq!(github.requests(), ["POST /api/graphql"]);
}

#[tokio::test]
async fn an_issues_sub_issues_are_read_with_whoever_wrote_them() {
    let github = github().await;
    let parts = github.repository.sub_issues(IssueNumber(1347)).await.unwrap();
    assert!(parts[0].is_none() && parts.len() == 2);
    let part = parts[1].as_ref().unwrap();
    assert_eq!((part.repo.to_string().as_str(), part.number, part.title.as_data()), ("octocat/other", IssueNumber(7), "One part"));
    assert_eq!((part.closed, part.own_parts, part.writers()), (true, 2, vec![Login::new("planner[bot]")]));
    assert_eq!(github.requests(), ["POST /api/graphql"]);
}

#[tokio::test]
async fn comments_are_read_written_changed_and_reacted_to() {
    let github = github().await;
    let repository = &github.repository;
    let comments = repository.comments(IssueNumber(1)).await.unwrap();
    assert_eq!((comments[0].id, comments[0].body.as_data()), (CommentId(1), "Me too"));
    assert_eq!(repository.create_comment(IssueNumber(1), "hello").await.unwrap(), CommentId(1));
    repository.update_comment(CommentId(1), "hello again").await.unwrap();
    repository.react_to_issue(IssueNumber(1), "eyes").await.unwrap();
    repository.react_to_comment(CommentId(1), "+1").await.unwrap();
    let asked = [
        "GET …/issues/1/comments",
        "POST …/issues/1/comments",
        "PATCH …/issues/comments/1",
        "POST …/issues/1/reactions",
        "POST …/issues/comments/1/reactions",
    ];
    assert_eq!(github.requests(), asked);
}

#[tokio::test]
async fn a_persons_permission_is_read() {
    let github = github().await;
    assert_eq!(github.repository.permission(&Login::new("octocat")).await.unwrap(), Permission::Admin);
    assert_eq!(github.requests(), ["GET …/collaborators/octocat/permission"]);
}

#[tokio::test]
async fn branches_are_read_made_and_moved_with_any_name() {
    let github = github().await;
    let name = branch("journeyman/42-größer #1?");
    let head = github.repository.branch(&name).await.unwrap();
    assert_eq!(head.unwrap().as_str(), "aa218f56b14c9653891f9e74264a383fa43fefbd");
    github.repository.create_branch(&name, &sha('a')).await.unwrap();
    github.repository.advance_branch(&name, &sha('b')).await.unwrap();
    let encoded = "journeyman/42-gr%C3%B6%C3%9Fer%20%231%3F";
    let asked = [format!("GET …/git/ref/heads/{encoded}"), "POST …/git/refs".to_owned(), format!("PATCH …/git/refs/heads/{encoded}")];
    assert_eq!(github.requests(), asked);
}

#[tokio::test]
async fn a_commit_of_text_takes_two_requests_once_its_parent_is_known() {
    let github = github().await;
    let file = |mode, bytes: &[u8]| FileChange::Write(FileContent { mode, bytes: bytes.to_vec() });
    let files = BTreeMap::from([
        ("run".to_owned(), file(Mode::Executable, b"#!/bin/sh\n")),
        ("link".to_owned(), file(Mode::Symlink, b"run")),
        ("old.txt".to_owned(), FileChange::Delete),
    ]);
    let changes = ChangeSet { files };
    let first = github.repository.commit(&sha('a'), &changes, "Do it\n\nJourneyman-Step: 1").await.unwrap();
    let second = github.repository.commit(&first, &changes, "And again").await.unwrap();
    let parent = format!("GET …/git/commits/{}", sha('a'));
    let (tree, commit) = ("POST …/git/trees", "POST …/git/commits");
    assert_eq!(github.requests(), [&parent, tree, commit, tree, commit]);
    let log = github.wire.log();
    let tree = json!([
        { "path": "link", "mode": "120000", "type": "blob", "content": "run" },
        { "path": "old.txt", "mode": "100644", "type": "blob", "sha": null },
        { "path": "run", "mode": "100755", "type": "blob", "content": "#!/bin/sh\n" },
    ]);
    let sent = |at: usize| log[at].body.clone().unwrap();
    assert_eq!(sent(2)["tree"], tree);
    let keys: BTreeSet<String> = sent(3).as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["message", "parents", "tree"].map(String::from).into(), "a commit that names an author is not signed by GitHub");
    assert_eq!(github.repository.tree_of(&second).await.unwrap().as_str(), "827efc6d56897b048c772eb4087f854f46256132");
}

#[tokio::test]
async fn binary_content_goes_as_a_blob() {
    let github = github().await;
    let bytes = vec![0, 159, 146, 150];
    let files = BTreeMap::from([("a.bin".to_owned(), FileChange::Write(FileContent { mode: Mode::Regular, bytes }))]);
    github.repository.commit(&sha('a'), &ChangeSet { files }, "Add it").await.unwrap();
    assert_eq!(github.requests()[1..], ["POST …/git/blobs", "POST …/git/trees", "POST …/git/commits"]);
    assert_eq!(github.wire.log()[2].body, Some(json!({ "content": "AJ+Slg==", "encoding": "base64" })));
}

#[tokio::test]
async fn a_merge_has_two_parents_and_the_files_of_the_second() {
    let github = github().await;
    let files = BTreeMap::from([("old.txt".to_owned(), FileChange::Delete)]);
    github.repository.commit_merge(&sha('a'), &sha('b'), &ChangeSet { files }, "Merge main").await.unwrap();
    assert_eq!(github.requests(), [&format!("GET …/git/commits/{}", sha('b')), "POST …/git/trees", "POST …/git/commits"]);
    assert_eq!(github.wire.log().last().unwrap().body.as_ref().unwrap()["parents"], json!([sha('a').as_str(), sha('b').as_str()]));
}

#[tokio::test]
async fn commits_are_read_and_compared() {
    let github = github().await;
    let details = github.repository.commit_details(&sha('a')).await.unwrap();
    assert_eq!((details.parents.len(), details.message.as_str()), (1, "added readme, because im a good github citizen"));
    let comparison = github.repository.compare("release/1.x", "journeyman/42").await.unwrap();
    assert_eq!((comparison.status, comparison.ahead_by, comparison.behind_by), (Position::Behind, 1, 2));
    assert_eq!(comparison.commits[0].message, "Fix all the bugs");
    assert_eq!(comparison.merge_base, Some("6dcb09b5b57875f334f61aebed695e2e4193db5e".parse().unwrap()));
    assert_eq!(github.requests()[1], "GET …/compare/release/1.x...journeyman/42");
}

#[tokio::test]
async fn checks_and_statuses_are_read_together() {
    let github = github().await;
    let checks = github.repository.checks(&sha('a')).await.unwrap();
    let seen: Vec<_> = checks.iter().map(|c| (c.name.as_str(), c.app, c.state)).collect();
    let expected = [
        ("mighty_readme", Some(1), CheckState::Passed),
        ("continuous-integration/jenkins", None, CheckState::Passed),
        ("security/brakeman", None, CheckState::Passed),
    ];
    assert_eq!(seen, expected);
    let commit = format!("GET …/commits/{}", sha('a'));
    assert_eq!(github.requests(), [format!("{commit}/check-runs"), format!("{commit}/check-suites"), format!("{commit}/status")]);
}

#[tokio::test]
async fn a_suite_that_is_not_completed_counts_as_a_check_of_its_app() {
    let wire = Wire::answering(|request, _, _| match example(request) {
        Reply::Json(status, headers, mut body) if request.target.contains("/check-suites") => {
            let completed = body["check_suites"][0].clone();
            let suite = |status: serde_json::Value, runs: u64| {
                let mut suite = completed.clone();
                suite["status"] = status;
                suite["latest_check_runs_count"] = json!(runs);
                suite
            };
            body["check_suites"] =
                json!([suite(json!("completed"), 2), suite(json!("queued"), 0), suite(json!("in_progress"), 1), suite(json!(null), 0)]);
            contract::github().check_answer("GET", &request.target, 200, Some(&body)).unwrap();
            Reply::Json(status, headers, body)
        }
        other @ (Reply::Json(..) | Reply::Cut) => other,
    })
    .await;
    let github = asking(wire);
    let checks = github.repository.checks(&sha('a')).await.unwrap();
    let open: Vec<_> = checks.iter().filter(|c| c.state != CheckState::Passed).map(|c| (c.name.as_str(), c.app, c.state)).collect();
    let app = ("Octocat App", Some(1));
    let expected = [CheckState::Announced, CheckState::Pending, CheckState::Announced].map(|state| (app.0, app.1, state));
    assert_eq!(open, expected);
}

#[tokio::test]
async fn pull_requests_are_found_opened_changed_and_marked_ready() {
    let github = github().await;
    let repository = &github.repository;
    let found = repository.find_pull(&branch("new-topic")).await.unwrap().unwrap();
    assert_eq!((found.number, found.open, found.merged), (PullNumber(1347), true, true));
    assert_eq!(repository.find_pull(&branch("another")).await.unwrap(), None);
    let made = repository.create_pull("Title", "Body", &branch("new-topic"), &branch("master"), true).await.unwrap();
    let read = repository.pull(made.number).await.unwrap();
    assert_eq!((&read.node_id, read.mergeable, read.mergeable_state.as_deref()), (&made.node_id, Some(true), Some("clean")));
    repository.update_pull(made.number, None, Some("Body")).await.unwrap();
    repository.mark_ready(&made.node_id).await.unwrap();
    let asked = ["GET …/pulls", "GET …/pulls", "POST …/pulls", "GET …/pulls/1347", "PATCH …/pulls/1347", "POST /api/graphql"];
    assert_eq!(github.requests(), asked);
}

#[tokio::test]
async fn a_file_is_read_at_a_commit() {
    let github = github().await;
    let bytes = github.repository.file("docs/a b.md", "main").await.unwrap();
    assert_eq!(bytes.as_deref(), Some(&b"hello"[..]));
    assert_eq!(github.requests(), ["GET …/contents/docs/a%20b.md"]);
}

#[tokio::test]
async fn a_refused_write_asks_for_the_page_on_which_to_grant_it() {
    let wire = Wire::answering(|request, _, _| match request.target.ends_with("/comments") {
        true => {
            let header = ("x-accepted-github-permissions", "issues=write; pull_requests=write".to_owned());
            Reply::Json(403, vec![header], json!({ "message": "Resource not accessible by integration" }))
        }
        false => example(request),
    })
    .await;
    let github = asking(wire);
    let error = github.repository.create_comment(IssueNumber(1), "x").await.unwrap_err();
    assert_eq!(github.requests(), ["POST …/issues/1/comments", "GET /app/installations/1"]);
    assert!(error.to_string().contains("grant issues=write; pull_requests=write on https://github.com/"), "{error}");
}
