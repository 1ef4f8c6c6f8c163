//! The client and the simulator, neither of which knows the other, and GitHub's description between them: what the client
//! asks, what the simulator answers, and what it sends by itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use journeyman::clock::Clock;
use journeyman::domain::{BranchName, ChangeSet, CommentId, FileChange, FileContent, IssueNumber, Login, Mode, RepoName, Sha};
use journeyman::github::webhook::{self, Subject, Unread, What};
use journeyman::github::{App, AppConfig, Error, Pacing, Permission, Position, Repository};
use journeyman::simulator::{self, AppRegistration, Ci, Options, RequestFault, Role, Simulator, Source};
use journeyman::workflow::verdict::CheckState;

use crate::contract;
use crate::wire::{self, Wire};

pub struct There {
    pub simulator: Simulator,
    pub hook: Wire,
    app: App,
    pub repository: Repository,
    pub repo: RepoName,
    pub issue: IssueNumber,
}

pub const SOON: Duration = Duration::from_secs(20);

pub async fn there() -> There {
    there_with(Ci::None).await
}

pub async fn there_with(ci: Ci) -> There {
    let hook = Wire::answering(|_, _, _| wire::ok(serde_json::Value::Null)).await;
    let registration = AppRegistration {
        id: 7,
        slug: "journeyman".to_owned(),
        public_key_pem: wire::public_key().to_owned(),
        webhook_url: Some(hook.base.clone()),
        webhook_secret: "secret".into(),
    };
    let simulator = simulator::start(Options { ci, ..Options::new(registration) }).await.unwrap();
    let repo: RepoName = "acme/anvil".parse().unwrap();
    simulator
        .create_repository(&repo, Source::Files(&[("README.md", "# Anvil\n"), ("old/gone.txt", "gone\n"), ("place", "a file\n")]))
        .unwrap();
    simulator.add_collaborator(&repo, "ada", Role::Maintain).unwrap();
    let ada = simulator.person("ada");
    let issue = ada.create_issue(&repo, "Forge an anvil", "1. Forge it").unwrap();
    let config =
        AppConfig { api_base: simulator.api_base(), app_id: 7, private_key_pem: wire::private_key().into(), pacing: Pacing::unhurried() };
    let clock = Clock::System;
    let app = App::new(config, Arc::new(move || clock.now().0)).unwrap();
    let repository = app.repository(app.installation_of(&repo).await.unwrap(), &repo);
    There { simulator, hook, app, repository, repo, issue }
}

impl There {
    /// Holds everything that went back and forth to GitHub's description.
    pub async fn hold(self) {
        self.simulator.settle(SOON).await.unwrap();
        let mut wrong = Vec::new();
        for record in self.simulator.requests() {
            let asked = contract::github().check(&record.method, &record.target, record.body.as_ref());
            let answered = match record.status {
                0 => Ok(()),
                status => contract::github().check_answer(&record.method, &record.target, status, record.response.as_ref()),
            };
            wrong.extend([asked, answered].into_iter().filter_map(Result::err));
        }
        for sent in self.hook.log() {
            let (event, payload) = (sent.event.unwrap(), sent.body.unwrap());
            wrong.extend(contract::github().check_webhook(&event, &payload).err());
            if let Err(Unread::NotJson(why)) = webhook::read(&event, payload.to_string().as_bytes()) {
                wrong.push(format!("{event} is not read: {why}"));
            }
        }
        self.simulator.shutdown().await;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

fn write(mode: Mode, bytes: &[u8]) -> FileChange {
    FileChange::Write(FileContent { mode, bytes: bytes.to_vec() })
}

fn branch(name: &str) -> BranchName {
    BranchName::new(name)
}

#[tokio::test]
async fn the_app_and_its_deliveries() {
    let there = there().await;
    let identity = there.app.identity().await.unwrap();
    assert_eq!((identity.app_id, identity.bot_login.as_str()), (7, "journeyman[bot]"));
    there.simulator.settle(SOON).await.unwrap();
    let page = there.app.deliveries(None).await.unwrap();
    let opened = page.deliveries.iter().find(|d| d.event == "issues").unwrap();
    assert!(opened.arrived() && opened.action.as_deref() == Some("opened"));
    there.app.redeliver(opened.id).await.unwrap();
    there.simulator.settle(SOON).await.unwrap();
    let again = there.app.deliveries(None).await.unwrap().deliveries;
    assert_eq!(again.iter().filter(|d| d.guid == opened.guid).count(), 2);
    let elsewhere = there.app.installation_of(&"nobody/nothing".parse().unwrap()).await;
    assert!(matches!(elsewhere, Err(Error::NotFound { .. })), "{elsewhere:?}");
    there.hold().await;
}

#[tokio::test]
async fn an_issue_and_its_conversation() {
    let there = there().await;
    let (repository, issue, ada) = (&there.repository, there.issue, there.simulator.person("ada"));
    ada.label(&there.repo, issue, "implement").unwrap();
    let read = repository.issue(issue).await.unwrap();
    assert_eq!((read.title.as_data(), read.body.as_data(), read.open), ("Forge an anvil", "1. Forge it", true));
    assert_eq!((read.labels, read.author), (vec!["implement".to_owned()], Some(Login::new("ada"))));
    for n in 0..130 {
        ada.comment(&there.repo, issue, &format!("comment {n}")).unwrap();
    }
    let id = repository.create_comment(issue, "Reading.").await.unwrap();
    repository.update_comment(id, "Read.").await.unwrap();
    repository.react_to_issue(issue, "eyes").await.unwrap();
    repository.react_to_comment(id, "+1").await.unwrap();
    repository.react_to_comment(id, "+1").await.unwrap();
    let comments = repository.comments(issue).await.unwrap();
    let last = comments.last().unwrap();
    assert_eq!(comments.len(), 131);
    assert_eq!((last.id, last.body.as_data(), last.by_app), (id, "Read.", Some(7)));
    let too_long = repository.create_comment(issue, &"x".repeat(65_537)).await;
    assert!(matches!(too_long, Err(Error::Never { .. })), "{too_long:?}");
    assert!(matches!(repository.update_comment(CommentId(999_999), "x").await, Err(Error::NotFound { .. })));
    assert!(matches!(repository.issue(IssueNumber(999)).await, Err(Error::NotFound { .. })));
    assert_eq!(repository.permission(&Login::new("ada")).await.unwrap(), Permission::Maintain);
    assert!(repository.permission(&Login::new("mallory")).await.unwrap() < Permission::Write);
    there.hold().await;
}

#[tokio::test]
async fn sub_issues_in_pages_and_from_other_repositories() {
    let there = there().await;
    let (issue, ada) = (there.issue, there.simulator.person("ada"));
    let mallory = there.simulator.person("mallory");
    let (other, hidden): (RepoName, RepoName) = ("acme/other".parse().unwrap(), "acme/hidden".parse().unwrap());
    for n in 0..26 {
        let part = mallory.create_issue(&there.repo, &format!("Part {n}"), "Do it.").unwrap();
        ada.add_sub_issue(&there.repo, issue, part).unwrap();
    }
    assert!(mallory.add_sub_issue(&there.repo, issue, IssueNumber(2)).is_err(), "a stranger may not");
    assert!(ada.add_sub_issue(&there.repo, IssueNumber(2), issue).is_err(), "no issue stands below itself");
    assert!(ada.add_sub_issue(&there.repo, IssueNumber(3), IssueNumber(2)).is_err(), "an issue has one parent");
    for repo in [&other, &hidden] {
        there.simulator.create_repository(repo, Source::Files(&[("README.md", "x\n")])).unwrap();
        let elsewhere = there.simulator.person("acme").create_issue(repo, "Elsewhere", "Do it there.").unwrap();
        ada.add_sub_issue_of(&there.repo, issue, repo, elsewhere).unwrap();
    }
    there.simulator.set_private(&hidden, true).unwrap();
    ada.edit_issue(&there.repo, IssueNumber(2), "Do it well.").unwrap();
    ada.rename_issue(&there.repo, IssueNumber(3), "Another part").unwrap();
    ada.close_issue(&there.repo, IssueNumber(4)).unwrap();
    ada.remove_sub_issue(&there.repo, issue, IssueNumber(5)).unwrap();
    let parts = there.repository.sub_issues(issue).await.unwrap();
    assert_eq!(parts.len(), 27);
    let seen = |at: usize| parts[at].as_ref().map(|part| (part.number.0, part.repo.to_string(), part.closed)).unwrap();
    assert_eq!(
        (seen(0), seen(2), seen(3)),
        ((2, "acme/anvil".into(), false), (4, "acme/anvil".into(), true), (6, "acme/anvil".into(), false))
    );
    assert_eq!((seen(25), parts[26].is_none()), ((1, "acme/other".into(), false), true));
    let writers = |at: usize| parts[at].as_ref().unwrap().writers();
    assert_eq!((writers(0), writers(1)), (vec![Login::new("ada")], vec![Login::new("mallory"), Login::new("ada")]));
    assert_eq!(there.repository.sub_issues(IssueNumber(2)).await.unwrap(), []);
    there.simulator.settle(SOON).await.unwrap();
    let told = |sent: &wire::Recorded| {
        Some((sent.event.clone()?, webhook::read(sent.event.as_ref()?, sent.body.as_ref()?.to_string().as_bytes()).ok()?))
    };
    let notices: Vec<_> = there.hook.log().iter().filter_map(told).collect();
    let of_parent = notices.iter().filter(|(event, notice)| event == "sub_issues" && notice.subject == Subject::Issue(issue));
    assert_eq!(of_parent.count(), 29, "28 added and one removed");
    let edited = notices.iter().find(|(event, notice)| event == "issues" && notice.what == What::IssueEdited).unwrap();
    assert_eq!((&edited.1.subject, edited.1.part_of), (&Subject::Issue(IssueNumber(2)), Some(issue)));
    there.hold().await;
}

#[tokio::test]
async fn commits_of_every_kind_a_branch_and_a_pull_request() {
    let there = there().await;
    let repository = &there.repository;
    let about = repository.about().await.unwrap();
    let base = repository.branch(&about.default_branch).await.unwrap().unwrap();
    let name = branch("journeyman/1-forge-größer-#1");
    assert_eq!(repository.branch(&name).await.unwrap(), None);

    let files = BTreeMap::from([
        ("bin/run".to_owned(), write(Mode::Executable, b"#!/bin/sh\n")),
        ("link".to_owned(), write(Mode::Symlink, b"README.md")),
        ("data.bin".to_owned(), write(Mode::Regular, &[0, 255, 1])),
        ("old/gone.txt".to_owned(), FileChange::Delete),
        ("place".to_owned(), FileChange::Delete),
        ("place/now/a directory.txt".to_owned(), write(Mode::Regular, "größer\r\n".as_bytes())),
    ]);
    let first = repository.commit(&base, &ChangeSet { files }, "Forge it\n\nJourneyman-Step: 1").await.unwrap();
    let files = BTreeMap::from([
        ("place".to_owned(), write(Mode::Regular, b"a file again")),
        ("place/now/a directory.txt".to_owned(), FileChange::Delete),
    ]);
    let second = repository.commit(&first, &ChangeSet { files }, "Put it back").await.unwrap();
    let details = repository.commit_details(&second).await.unwrap();
    assert_eq!((details.parents.as_slice(), details.message.as_str()), (&[first.clone()][..], "Put it back"));
    assert_eq!(details.tree, repository.tree_of(&second).await.unwrap());

    repository.create_branch(&name, &first).await.unwrap();
    assert!(matches!(repository.create_branch(&name, &second).await, Err(Error::Conflict { .. })));
    repository.advance_branch(&name, &second).await.unwrap();
    repository.advance_branch(&name, &second).await.unwrap();
    let backwards = repository.advance_branch(&name, &first).await;
    assert!(matches!(backwards, Err(Error::Conflict { .. })), "{backwards:?}");
    let nowhere = repository.advance_branch(&branch("gone"), &first).await;
    assert!(matches!(nowhere, Err(Error::NotFound { .. })), "{nowhere:?}");
    assert_eq!(repository.branch(&name).await.unwrap(), Some(second.clone()));

    let comparison = repository.compare(about.default_branch.as_str(), name.as_str()).await.unwrap();
    assert_eq!((comparison.status, comparison.ahead_by, comparison.behind_by), (Position::Ahead, 2, 0));
    let messages: Vec<&str> = comparison.commits.iter().map(|commit| commit.message.lines().next().unwrap()).collect();
    assert_eq!(messages, ["Forge it", "Put it back"]);
    let file = async |path: &str, at: &Sha| repository.file(path, at.as_str()).await.unwrap();
    assert_eq!(file("place/now/a directory.txt", &first).await.as_deref(), Some("größer\r\n".as_bytes()));
    assert_eq!(file("data.bin", &first).await.as_deref(), Some(&[0, 255, 1][..]));
    assert_eq!(file("place", &second).await.as_deref(), Some(&b"a file again"[..]));
    assert_eq!((file("place", &first).await, file("old/gone.txt", &first).await), (None, None));

    assert_eq!(repository.find_pull(&name).await.unwrap(), None);
    let made = repository.create_pull("Forge", "Body", &name, &about.default_branch, true).await.unwrap();
    assert!(made.draft && made.open && !made.merged && made.head_sha == second);
    let twice = repository.create_pull("Forge", "Body", &name, &about.default_branch, true).await;
    assert!(matches!(twice, Err(Error::Conflict { .. })), "{twice:?}");
    repository.update_pull(made.number, None, Some("Another body")).await.unwrap();
    repository.mark_ready(&made.node_id).await.unwrap();
    let found = repository.find_pull(&name).await.unwrap().unwrap();
    assert_eq!((found.number, found.draft, found.body.as_data()), (made.number, false, "Another body"));
    let ada = there.simulator.person("ada");
    ada.comment(&there.repo, IssueNumber(made.number.0), "Nice.").unwrap();
    ada.merge_pull(&there.repo, made.number).unwrap();
    let merged = repository.pull(made.number).await.unwrap();
    assert!(merged.merged && !merged.open);
    there.hold().await;
}

#[tokio::test]
async fn checks_and_statuses_of_a_commit() {
    let there = there().await;
    let repository = &there.repository;
    let head = repository.branch(&branch("main")).await.unwrap().unwrap();
    assert!(repository.checks(&head).await.unwrap().is_empty());
    let ada = there.simulator.person("ada");
    ada.set_check(&there.repo, head.as_str(), "test", Some("failure")).unwrap();
    ada.set_check(&there.repo, head.as_str(), "lint", None).unwrap();
    ada.add_status(&there.repo, head.as_str(), "ci/anvil", "pending").unwrap();
    ada.add_status(&there.repo, head.as_str(), "ci/anvil", "success").unwrap();
    let mut checks: Vec<_> = repository.checks(&head).await.unwrap().into_iter().map(|c| (c.name, c.app.is_some(), c.state)).collect();
    checks.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [
        // The suite, of which more runs may come.
        ("GitHub Actions".to_owned(), true, CheckState::Pending),
        ("ci/anvil".to_owned(), false, CheckState::Passed),
        ("lint".to_owned(), true, CheckState::Pending),
        ("test".to_owned(), true, CheckState::Failed),
    ];
    assert_eq!(checks, expected);
    there.simulator.settle(SOON).await.unwrap();
    let sent = there.hook.log().into_iter().rfind(|sent| sent.event.as_deref() == Some("status")).unwrap();
    let notice = webhook::read("status", sent.body.unwrap().to_string().as_bytes()).unwrap();
    assert_eq!(notice.subject, Subject::Commit { sha: head, branches: vec![branch("main")] });
    there.hold().await;
}

#[tokio::test]
async fn faults_are_survived_or_told() {
    let there = there().await;
    let repository = &there.repository;
    let next = |matching: &str, fault, times| there.simulator.faults(|faults| faults.next_requests(matching, fault, times));
    for fault in [RequestFault::Status(500), RequestFault::Status(502), RequestFault::CutBefore, RequestFault::CutAfter] {
        next("GET /repos/{owner}/{repo}/issues", fault, 2);
        repository.issue(there.issue).await.unwrap();
    }
    next("POST", RequestFault::SecondaryLimit(0), 1);
    repository.create_comment(there.issue, "one").await.unwrap();
    next("POST", RequestFault::CutAfter, 1);
    assert!(matches!(repository.create_comment(there.issue, "two").await, Err(Error::Later { .. })));
    let bodies: Vec<String> = repository.comments(there.issue).await.unwrap().iter().map(|c| c.body.as_data().to_owned()).collect();
    assert_eq!(bodies, ["one", "two"], "the second was written once, although its answer was lost");
    for alarm in [Simulator::revoke_tokens, Simulator::expire_tokens] {
        alarm(&there.simulator);
        repository.issue(there.issue).await.unwrap();
    }
    there.hold().await;
}
