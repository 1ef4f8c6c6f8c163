use super::pulls::{PULLS, opened};
use super::webhooks::{names, receiver};
use super::*;
use crate::domain::PullNumber;

fn number(pull: &Value) -> PullNumber {
    PullNumber(pull["number"].as_u64().unwrap())
}

/// What GitHub says of the merge, asked once and once more.
async fn merge_state(github: &Client, number: PullNumber) -> (Value, String) {
    let first = github.get(&format!("{PULLS}/{number}")).await.expect(200);
    assert_eq!(first["mergeable"], Value::Null, "nobody knows at first");
    let now = github.get(&format!("{PULLS}/{number}")).await.expect(200);
    (now["mergeable"].clone(), now["mergeable_state"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn what_stands_in_the_way_of_a_merge_is_told_at_the_second_asking() {
    let github = github_with(Options { ci: Ci::None, ..options() }).await;
    let first = github.branch("work", "a.txt", "a\n").await;
    let body = json!({ "title": "Widgets", "head": "work", "base": "main", "draft": true });
    let number = number(&github.post(PULLS, body).await.expect(201));
    assert_eq!(merge_state(&github, number).await, (json!(true), "draft".into()));
    let (ada, repo) = (github.ada(), repository());
    let again = async || github.get(&format!("{PULLS}/{number}")).await.expect(200)["mergeable_state"].as_str().unwrap().to_owned();
    ada.set_draft(&repo, number, false).unwrap();
    assert_eq!(again().await, "clean");
    ada.add_status(&repo, &first, "lint", "pending").unwrap();
    assert_eq!(again().await, "unstable");
    ada.add_status(&repo, &first, "lint", "success").unwrap();
    assert_eq!(again().await, "clean");
    github.simulator.person("acme").set_merge_rules(&repo, true, 1).unwrap();
    assert_eq!(again().await, "blocked");
    assert!(ada.merge_pull(&repo, number).is_err(), "nobody approved");
    github.simulator.person("mallory").submit_review(&repo, number, "APPROVE", "", &[]).unwrap();
    assert_eq!(again().await, "blocked", "a stranger's word does not count");
    ada.submit_review(&repo, number, "APPROVE", "", &[]).unwrap();
    assert_eq!(again().await, "clean");
    ada.push(&repo, "main", "Meanwhile", &[("b.txt", Some("b\n"))]).unwrap();
    assert_eq!(merge_state(&github, number).await, (json!(true), "behind".into()));
    github.simulator.person("acme").set_merge_rules(&repo, false, 0).unwrap();
    ada.push(&repo, "main", "Conflict", &[("a.txt", Some("other\n"))]).unwrap();
    assert_eq!(merge_state(&github, number).await, (json!(false), "dirty".into()));
    assert!(ada.merge_pull(&repo, number).is_err(), "conflicts are not merged");
}

#[tokio::test]
async fn a_merge_holds_both_sides_and_deletes_the_branch_where_that_is_wanted() {
    let github = github_with(Options { ci: Ci::None, ..options() }).await;
    github.branch("work", "a.txt", "a\n").await;
    let number = number(&github.post(PULLS, json!({ "title": "t", "head": "work", "base": "main" })).await.expect(201));
    let (ada, repo) = (github.ada(), repository());
    assert!(ada.set_delete_branch_on_merge(&repo, true).is_err(), "a writer does not change settings");
    github.simulator.person("acme").set_delete_branch_on_merge(&repo, true).unwrap();
    assert_eq!(github.get("/repos/acme/widgets").await.expect(200)["delete_branch_on_merge"], true);
    let inbox = receiver(&github).await;
    ada.push(&repo, "main", "Meanwhile", &[("b.txt", Some("b\n"))]).unwrap();
    let sha = ada.merge_pull(&repo, number).unwrap();
    github.simulator.settle(SOON).await.unwrap();
    let told: Vec<String> = names(&inbox).into_iter().filter(|name| !name.starts_with("check_suite")).collect();
    assert_eq!(told, ["push", "pull_request.closed", "push", "push", "delete"], "a base that moves is told as a push alone");
    github.get("/repos/acme/widgets/git/ref/heads/work").await.expect(404);
    for file in ["a.txt", "b.txt"] {
        github.get(&format!("/repos/acme/widgets/contents/{file}?ref={sha}")).await.expect(200);
    }
    let commit = github.get(&format!("/repos/acme/widgets/git/commits/{sha}")).await.expect(200);
    assert_eq!(commit["parents"].as_array().unwrap().len(), 2);
    assert!(ada.reopen_pull(&repo, number).is_err(), "merged is merged");
}

#[tokio::test]
async fn a_pull_request_is_reopened_only_where_its_branch_went_on() {
    let (github, pull) = opened().await;
    let (number, ada, repo) = (number(&pull), github.ada(), repository());
    ada.close_pull(&repo, number).unwrap();
    let next = ada.push(&repo, "work", "Went on", &[("c.txt", Some("c\n"))]).unwrap();
    assert_ne!(github.get(&format!("{PULLS}/{number}")).await.expect(200)["head"]["sha"], next.as_str());
    assert!(github.simulator.person("mallory").reopen_pull(&repo, number).is_err());
    ada.reopen_pull(&repo, number).unwrap();
    assert_eq!(github.get(&format!("{PULLS}/{number}")).await.expect(200)["head"]["sha"], next.as_str());
    ada.close_pull(&repo, number).unwrap();
    let main = github.get("/repos/acme/widgets/git/ref/heads/main").await.expect(200);
    ada.force_push(&repo, "work", main["object"]["sha"].as_str().unwrap(), "Otherwise", &[("d.txt", Some("d\n"))]).unwrap();
    assert!(ada.reopen_pull(&repo, number).is_err(), "it was pushed by force");
    ada.delete_branch(&repo, "work").unwrap();
    assert!(ada.reopen_pull(&repo, number).is_err(), "it is gone");
}

#[tokio::test]
async fn a_merge_commit_of_the_git_database_brings_the_base_into_the_branch() {
    let (github, pull) = opened().await;
    let number = number(&pull);
    let ours = pull["head"]["sha"].as_str().unwrap();
    let theirs = github.ada().push(&repository(), "main", "Meanwhile", &[("b.txt", Some("b\n"))]).unwrap();
    let base = github.get(&format!("/repos/acme/widgets/git/commits/{theirs}")).await.expect(200);
    let entry = json!({ "path": "a.txt", "mode": "100644", "type": "blob", "content": "a\n" });
    let tree = github.post("/repos/acme/widgets/git/trees", json!({ "base_tree": base["tree"]["sha"], "tree": [entry] })).await.expect(201);
    let body = json!({ "message": "Merge main", "tree": tree["sha"], "parents": [ours, theirs] });
    let merge = github.post("/repos/acme/widgets/git/commits", body).await.expect(201);
    let sha = merge["sha"].as_str().unwrap();
    github.patch("/repos/acme/widgets/git/refs/heads/work", json!({ "sha": sha, "force": false })).await.expect(200);
    let compared = github.get("/repos/acme/widgets/compare/main...work").await.expect(200);
    assert_eq!(
        (compared["status"].as_str(), compared["ahead_by"].as_u64(), compared["behind_by"].as_u64()),
        (Some("ahead"), Some(2), Some(0))
    );
    let names =
        |files: &Value| files.as_array().unwrap().iter().map(|file| file["filename"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(
        (names(&compared["files"]), compared["commits"][1]["parents"][1]["sha"].as_str()),
        (vec!["a.txt".to_owned()], Some(theirs.as_str()))
    );
    assert_eq!(
        names(&github.get(&format!("{PULLS}/{number}/files")).await.expect(200)),
        ["a.txt"],
        "what came from the base is not the branch's"
    );
    let commits = github.get(&format!("{PULLS}/{number}/commits")).await.expect(200);
    let ids: Vec<&str> = commits.as_array().unwrap().iter().map(|commit| commit["sha"].as_str().unwrap()).collect();
    assert_eq!(ids, [ours, sha]);
    let history = github.get("/repos/acme/widgets/commits?sha=work").await.expect(200);
    assert!([ours, &theirs, sha].iter().all(|id| history.as_array().unwrap().iter().any(|commit| commit["sha"] == *id)));
    assert_eq!(
        names(&github.get(&format!("/repos/acme/widgets/commits/{sha}")).await.expect(200)["files"]),
        ["b.txt"],
        "against the first parent"
    );
    github.patch("/repos/acme/widgets/git/refs/heads/work", json!({ "sha": theirs })).await.expect(422);
}

#[tokio::test]
async fn a_workflow_for_pull_requests_runs_when_one_is_opened_or_pushed_to_and_never_in_a_conflict() {
    let github = github_with(Options { ci: Ci::Workflows, ..options() }).await;
    let (ada, repo) = (github.ada(), repository());
    let workflow = "on:\n  push: { branches: [main] }\n  pull_request:\njobs:\n  test:\n    runs-on: x\n    steps:\n      - run: exit 0\n";
    ada.push(&repo, "main", "CI", &[(".github/workflows/ci.yml", Some(workflow))]).unwrap();
    let runs = || {
        let world = github.simulator.world().unwrap();
        world.repository("acme/widgets").unwrap().checks.iter().filter(|check| check.name == "test").count()
    };
    let first = github.branch("work", "a.txt", "a\n").await;
    assert_eq!(runs(), 0, "nothing is proposed");
    github.post(PULLS, json!({ "title": "t", "head": "work", "base": "main" })).await.expect(201);
    assert_eq!(runs(), 1);
    ada.push(&repo, "work", "More", &[("b.txt", Some("b\n"))]).unwrap();
    assert_eq!(runs(), 2);
    ada.push(&repo, "main", "Conflict", &[("a.txt", Some("other\n"))]).unwrap();
    ada.push(&repo, "work", "Even more", &[("c.txt", Some("c\n"))]).unwrap();
    assert_eq!(runs(), 2, "a conflict keeps it away, {first}");
}
