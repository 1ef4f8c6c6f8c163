use super::*;

const WORKFLOW: &str = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: grep -q good state.txt\n";

fn outcomes(world: &World, sha: &str) -> Vec<(String, Option<String>)> {
    let repo = world.repository("acme/widgets").unwrap();
    repo.checks_of(sha).map(|check| (check.name.clone(), check.conclusion.clone())).collect()
}

#[tokio::test]
async fn the_commits_own_workflow_runs_in_a_checkout_of_that_commit() {
    let github = github().await;
    let ada = github.ada();
    ada.push(&repository(), "main", "Add CI", &[(".github/workflows/ci.yml", Some(WORKFLOW)), ("state.txt", Some("good\n"))]).unwrap();
    let good = ada.push(&repository(), "work", "Keep", &[("a.txt", Some("a"))]).unwrap();
    let bad = ada.push(&repository(), "work", "Break", &[("state.txt", Some("bad\n"))]).unwrap();
    let world = github.simulator.settle(SOON).await.unwrap();
    assert_eq!(outcomes(&world, &good), [("test".to_owned(), Some("success".to_owned()))]);
    assert_eq!(outcomes(&world, &bad), [("test".to_owned(), Some("failure".to_owned()))]);
    let runs = github.get(&format!("/repos/acme/widgets/commits/{bad}/check-runs")).await.expect(200);
    assert_eq!((runs["total_count"].as_u64(), runs["check_runs"][0]["app"]["slug"].as_str()), (Some(1), Some("github-actions")));
    assert_eq!(
        (&runs["check_runs"][0]["output"]["summary"], &runs["check_runs"][0]["output"]["annotations_count"]),
        (&Value::Null, &json!(1))
    );
    let suites = github.get(&format!("/repos/acme/widgets/commits/{bad}/check-suites")).await.expect(200);
    let told: Vec<_> =
        suites["check_suites"].as_array().unwrap().iter().map(|s| (s["app"]["slug"].as_str().unwrap(), s["conclusion"].as_str())).collect();
    assert_eq!(told, [("journeyman", None), ("github-actions", Some("failure"))]);
    let listed = github.get(&format!("/repos/acme/widgets/actions/runs?head_sha={bad}")).await.expect(200);
    assert_eq!(listed["workflow_runs"][0]["conclusion"], "failure");
}

#[tokio::test]
async fn commands_run_with_an_environment_made_from_nothing_and_a_time_limit() {
    let commands =
        ["test -z \"${CARGO_MANIFEST_DIR:-}\"", "test \"$GITHUB_REF_NAME\" = work", "git rev-parse HEAD", "exec tail -f /dev/null"]
            .map(str::to_owned);
    let limit = Duration::from_millis(300);
    let github = github_with(Options { ci: Ci::Commands(commands.to_vec()), ci_time_limit: limit, ..options() }).await;
    let sha = github.ada().push(&repository(), "work", "Go", &[("a", Some("a"))]).unwrap();
    let world = github.simulator.settle(SOON).await.unwrap();
    let found: Vec<Option<String>> = outcomes(&world, &sha).into_iter().map(|(_, conclusion)| conclusion).rev().collect();
    assert_eq!(found, ["success", "success", "success", "timed_out"].map(|word| Some(word.to_owned())));
    let again = github.ada().rerun_checks(&repository(), &sha).unwrap();
    assert!(again);
    github.simulator.settle(SOON).await.unwrap();
    let all = github.get(&format!("/repos/acme/widgets/commits/{sha}/check-runs?filter=all&per_page=3")).await.expect(200);
    assert_eq!((all["total_count"].as_u64(), all["check_runs"].as_array().unwrap().len()), (Some(8), 3));
    let latest = github.get(&format!("/repos/acme/widgets/commits/{sha}/check-runs")).await.expect(200);
    assert_eq!(latest["total_count"], 4);
}

#[tokio::test]
async fn without_ci_nothing_appears() {
    let github = github_with(Options { ci: Ci::None, ..options() }).await;
    let sha = github.ada().push(&repository(), "work", "Go", &[(".github/workflows/ci.yml", Some(WORKFLOW))]).unwrap();
    assert!(!github.ada().rerun_checks(&repository(), &sha).unwrap());
    assert_eq!(outcomes(&github.simulator.world().unwrap(), &sha), []);
}

#[tokio::test]
async fn the_app_makes_and_changes_its_own_check_runs_only() {
    let github = github().await;
    let sha = github.branch("work", "a.txt", "a").await;
    let runs = "/repos/acme/widgets/check-runs";
    let output = json!({ "title": "2 of 4", "summary": "so far" });
    let made =
        github.post(runs, json!({ "name": "Specification", "head_sha": sha, "status": "in_progress", "output": output })).await.expect(201);
    assert_eq!((made["status"].as_str(), made["app"]["id"].as_u64()), (Some("in_progress"), Some(APP)));
    let path = format!("{runs}/{}", made["id"]);
    let done = github.patch(&path, json!({ "conclusion": "success" })).await.expect(200);
    assert_eq!((done["status"].as_str(), done["output"]["title"].as_str()), (Some("completed"), Some("2 of 4")));
    github.patch(&path, json!({ "status": "completed", "conclusion": "fine" })).await.expect(422);
    github.post(runs, json!({ "name": "x", "head_sha": "0".repeat(40) })).await.expect(422);
    let long = json!({ "title": "t", "summary": "x".repeat(65_536) });
    assert!(github.patch(&path, json!({ "output": long })).await.message().contains("65535"));
    github.ada().set_check(&repository(), &sha, "build", None).unwrap();
    github.ada().set_check(&repository(), &sha, "build", Some("failure")).unwrap();
    let build = github.get(&format!("/repos/acme/widgets/commits/{sha}/check-runs?check_name=build")).await.expect(200);
    assert_eq!((build["total_count"].as_u64(), build["check_runs"][0]["conclusion"].as_str()), (Some(1), Some("failure")));
    github.patch(&format!("{runs}/{}", build["check_runs"][0]["id"]), json!({ "conclusion": "success" })).await.expect(403);
}

#[tokio::test]
async fn statuses_are_read_and_not_written() {
    let github = github().await;
    let sha = github.branch("work", "a.txt", "a").await;
    let combined = format!("/repos/acme/widgets/commits/{sha}/status");
    assert_eq!(github.get(&combined).await.expect(200)["state"], "pending");
    github.ada().add_status(&repository(), &sha, "ci/old", "failure").unwrap();
    github.ada().add_status(&repository(), &sha, "ci/old", "success").unwrap();
    let told = github.get(&combined).await.expect(200);
    assert_eq!((told["state"].as_str(), told["total_count"].as_u64()), (Some("success"), Some(1)));
    assert_eq!(github.get(&format!("/repos/acme/widgets/commits/{sha}/statuses")).await.expect(200).as_array().unwrap().len(), 2);
    let refused = github.post(&format!("/repos/acme/widgets/statuses/{sha}"), json!({ "state": "success" })).await;
    assert_eq!((refused.status, refused.header("x-accepted-github-permissions")), (403, "statuses=write"));
}
