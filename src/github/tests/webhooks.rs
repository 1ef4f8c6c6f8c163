use std::path::PathBuf;

use serde_json::{Value, json};

use super::super::webhook::{Notice, Sender, Subject, Unread, What, read};
use crate::domain::{BranchName, CommentId, InstallationId, IssueNumber, Login, PullNumber, Sha};

/// File, event, and what it is about.
fn fixtures() -> Vec<(&'static str, &'static str, Subject, What)> {
    let issue = || Subject::Issue(IssueNumber(42));
    let branch = || BranchName::new("journeyman/42");
    let commit = || Subject::Commit { sha: sha(), branches: vec![branch()] };
    let changed = || What::ChecksChanged { sha: sha() };
    vec![
        ("issues-labeled", "issues", issue(), What::Labelled { label: "implement".to_owned() }),
        ("issues-edited-part", "issues", Subject::Issue(IssueNumber(57)), What::IssueEdited),
        ("sub-issue-added", "sub_issues", issue(), What::IssueEdited),
        ("issue-comment-created", "issue_comment", issue(), What::Commented { id: CommentId(99) }),
        ("issue-comment-on-pull", "issue_comment", Subject::Conversation(PullNumber(43)), What::Commented { id: CommentId(99) }),
        (
            "pull-request-merged",
            "pull_request",
            Subject::Pull { number: PullNumber(43), head_branch: branch() },
            What::PullClosed { merged: true },
        ),
        ("push-forced", "push", Subject::Branch(branch()), What::BranchMoved { to: Some(sha()), forced: true }),
        ("push-deleted", "push", Subject::Branch(branch()), What::BranchMoved { to: None, forced: false }),
        ("check-run-completed", "check_run", commit(), changed()),
        ("check-suite-completed", "check_suite", commit(), changed()),
        ("workflow-run-completed", "workflow_run", commit(), changed()),
        ("status", "status", commit(), changed()),
    ]
}

fn sha() -> Sha {
    "6dcb09b5b57875f334f61aebed695e2e4193db5e".parse().unwrap()
}

fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/webhooks").join(format!("{name}.json"));
    std::fs::read(path).unwrap()
}

fn json_of(name: &str) -> Value {
    serde_json::from_slice(&fixture(name)).unwrap()
}

fn read_json(event: &str, payload: &Value) -> Result<Notice, Unread> {
    read(event, payload.to_string().as_bytes())
}

#[test]
fn each_webhook_that_concerns_us_becomes_its_notice() {
    for (name, event, subject, what) in fixtures() {
        let notice = read(event, &fixture(name)).unwrap();
        assert_eq!((notice.subject, notice.what), (subject, what), "{name}");
        assert_eq!((notice.repo.to_string().as_str(), notice.installation), ("acme/anvil", InstallationId(5)), "{name}");
    }
}

#[test]
fn an_issue_that_is_part_of_another_one_of_the_same_repository_says_so() {
    let mut payload = json_of("issues-edited-part");
    assert_eq!(read_json("issues", &payload).unwrap().part_of, Some(IssueNumber(42)));
    for other in ["https://api.github.com/repos/acme/other/issues/42", "https://api.github.com/repos/acme/anvil/issues/x", "42", ""] {
        payload["issue"]["parent_issue_url"] = json!(other);
        assert_eq!(read_json("issues", &payload).unwrap().part_of, None, "{other}");
    }
}

#[test]
fn the_sender_is_told_with_the_app_that_acted() {
    let notice = read("issue_comment", &fixture("issue-comment-on-pull")).unwrap();
    assert_eq!(notice.sender, Sender { login: Login::new("journeyman[bot]"), is_bot: true, app: Some(7) });
    let notice = read("issues", &fixture("issues-labeled")).unwrap();
    assert_eq!(notice.sender, Sender { login: Login::new("ada"), is_bot: false, app: None });
}

#[test]
fn a_sender_who_is_gone_is_the_ghost() {
    let mut payload = json_of("issues-labeled");
    payload["sender"] = Value::Null;
    payload["issue"]["user"] = Value::Null;
    assert_eq!(read_json("issues", &payload).unwrap().sender.login, Login::new("ghost"));
}

#[test]
fn unknown_events_actions_and_fields_get_through() {
    let mut payload = json_of("issues-labeled");
    payload["a_field_of_2031"] = json!({ "deep": [1, 2, 3] });
    assert!(read_json("issues", &payload).is_ok());
    payload["action"] = json!("transmogrified");
    let told = |result: Result<Notice, Unread>| result.unwrap_err().to_string();
    assert_eq!(told(read_json("issues", &payload)), "nothing is done on \"issues\" with the action \"transmogrified\"");
    assert_eq!(told(read_json("issue_telepathy", &payload)), "nothing is done on \"issue_telepathy\" events");
}

#[test]
fn a_push_of_a_tag_and_a_webhook_of_a_repository_are_passed_over() {
    let mut payload = json_of("push-forced");
    payload["ref"] = json!("refs/tags/v1");
    assert!(matches!(read_json("push", &payload), Err(Unread::NotOurs(_))));
    let mut payload = json_of("push-forced");
    payload.as_object_mut().unwrap().remove("installation");
    assert!(matches!(read_json("push", &payload), Err(Unread::NotOurs(reason)) if reason.contains("no installation")));
}

#[test]
fn what_is_no_json_object_is_told_apart() {
    let labelled = fixture("issues-labeled");
    let deep = "[".repeat(100_000);
    for payload in [&b""[..], b"{", b"[]", b"null", b"\xff\xfe", &labelled[..labelled.len() / 2], deep.as_bytes()] {
        assert!(matches!(read("issues", payload), Err(Unread::NotJson(_))));
    }
}

/// Whatever one part of a payload turns into, or if it goes missing, reading ends in a notice or a reason.
#[test]
fn any_part_may_be_missing_or_of_another_kind() {
    for (name, event, _, _) in fixtures() {
        let original = json_of(name);
        for pointer in pointers(&original, String::new()) {
            for instead in [Value::Null, json!(true), json!(-1), json!(1.5), json!("../..\0"), json!([{}]), json!({ "x": {} })] {
                let mut payload = original.clone();
                *payload.pointer_mut(&pointer).unwrap() = instead;
                assert!(!matches!(read_json(event, &payload), Err(Unread::NotJson(_))), "{name} {pointer}");
            }
        }
    }
}

fn pointers(value: &Value, at: String) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, field)| (format!("{at}/{name}"), field)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(n, item)| (format!("{at}/{n}"), item)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    children.into_iter().flat_map(|(at, child)| std::iter::once(at.clone()).chain(pointers(child, at))).collect()
}
