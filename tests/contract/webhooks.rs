//! Every webhook that GitHub documents gets through, and those that concern us are read by the names GitHub gives.

use std::collections::BTreeMap;

use journeyman::github::webhook::{self, Unread};

use crate::contract;

#[test]
fn every_documented_webhook_is_read_or_passed_over_with_a_reason() {
    let mut read: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let webhooks = contract::github().webhooks();
    assert!(webhooks.len() > 250, "only {} webhooks", webhooks.len());
    for webhook in webhooks {
        let action = webhook.payload["action"].as_str().unwrap_or_default().to_owned();
        match webhook::read(&webhook.event, &serde_json::to_vec(&webhook.payload).unwrap()) {
            Ok(notice) => {
                assert_eq!(notice.repo.to_string(), "octocat/hello-world", "{}", webhook.event);
                read.entry(webhook.event).or_default().push(action);
            }
            Err(Unread::NotOurs(reason)) => assert!(reason.contains(&webhook.event), "{reason}"),
            Err(Unread::NotJson(why)) => panic!("{} {action}: {why}", webhook.event),
        }
    }
    let listed: Vec<String> = read.into_iter().map(|(event, actions)| format!("{event}: {}", actions.join(" "))).collect();
    let expected = [
        "check_run: completed requested_action rerequested",
        "check_suite: completed rerequested",
        "issue_comment: created edited",
        "issues: closed deleted edited labeled reopened transferred unlabeled",
        "pull_request: closed edited reopened",
        "pull_request_review: submitted",
        "pull_request_review_comment: created",
        "pull_request_review_thread: unresolved",
        "push: ",
        "status: ",
        "sub_issues: sub_issue_added sub_issue_removed",
        "workflow_run: completed",
    ];
    assert_eq!(listed, expected);
}
