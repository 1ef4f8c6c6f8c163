use super::*;

async fn by_hand(names: &[&str]) -> Client {
    github_with(Options { ci: Ci::ByHand(names.iter().map(|name| (*name).to_owned()).collect()), ..options() }).await
}

fn conclusions(github: &Client, sha: &str) -> Vec<(String, Option<String>)> {
    let world = github.simulator.world().unwrap();
    let mut found: Vec<_> =
        world.repository("acme/widgets").unwrap().checks_of(sha).map(|check| (check.name.clone(), check.conclusion.clone())).collect();
    found.sort();
    found
}

#[tokio::test]
async fn jobs_wait_for_the_hand_that_ends_them() {
    let github = by_hand(&["build", "lint", "test"]).await;
    let sha = github.ada().push(&repository(), "work", "Go", &[("a", Some("a"))]).unwrap();
    github.simulator.settle(SOON).await.unwrap();
    let ci = github.simulator.ci(&repository());
    assert_eq!(conclusions(&github, &sha), ["build", "lint", "test"].map(|name| (name.to_owned(), None)));
    ci.starts(&sha, "build").unwrap();
    ci.succeeds(&sha, "build").unwrap();
    ci.fails(&sha, "lint", "src/a.c:7: bad").unwrap();
    ci.is_cancelled(&sha, "test").unwrap();
    let found = conclusions(&github, &sha);
    let expected = [("build", "success"), ("lint", "failure"), ("test", "cancelled")];
    assert_eq!(found, expected.map(|(name, conclusion)| (name.to_owned(), Some(conclusion.to_owned()))));
    assert!(ci.succeeds(&sha, "lint").is_err(), "it is over");
    assert!(ci.succeeds(&sha, "none").is_err(), "there is none of that name");
    assert!(ci.log(&sha, "test").unwrap().unwrap().contains("##[error]The operation was canceled."));
}

#[tokio::test]
async fn a_lost_runner_leaves_githubs_words_and_no_log() {
    let github = by_hand(&["build", "test"]).await;
    let sha = github.ada().push(&repository(), "work", "Go", &[("a", Some("a"))]).unwrap();
    let ci = github.simulator.ci(&repository());
    ci.loses_runner(&sha, "build", Lost::Hosted).unwrap();
    ci.loses_runner(&sha, "test", Lost::SelfHosted("forge-1")).unwrap();
    for (name, begins) in [
        ("build", "The hosted runner lost communication with the server. Anything"),
        ("test", "The self-hosted runner: forge-1 lost communication with the server. Verify"),
    ] {
        let runs = github.get(&format!("/repos/acme/widgets/commits/{sha}/check-runs?check_name={name}")).await.expect(200);
        let run = &runs["check_runs"][0];
        assert_eq!(run["conclusion"], "failure");
        let annotations = github.get(&format!("/repos/acme/widgets/check-runs/{}/annotations", run["id"])).await.expect(200);
        assert!(annotations[0]["message"].as_str().unwrap().starts_with(begins), "{annotations}");
        assert_eq!((annotations[0]["path"].as_str(), annotations[0]["annotation_level"].as_str()), (Some(".github"), Some("failure")));
        let log = github.get(&format!("/repos/acme/widgets/actions/jobs/{}/logs", run["id"])).await;
        assert_eq!(log.status, 404, "the address leads nowhere");
    }
}

#[tokio::test]
async fn checks_appear_late_under_other_names_and_not_at_all() {
    let github = by_hand(&["build"]).await;
    let sha = github.ada().push(&repository(), "work", "Go", &[("a", Some("a"))]).unwrap();
    let ci = github.simulator.ci(&repository());
    ci.succeeds(&sha, "build").unwrap();
    ci.appears(&sha, "nightly").unwrap();
    ci.renames(&sha, "build", "build (stable)").unwrap();
    ci.times_out(&sha, "nightly").unwrap();
    ci.appears(&sha, "docs").unwrap();
    ci.concludes(&sha, "docs", "skipped", "").unwrap();
    let expected = [("build (stable)", "success"), ("docs", "skipped"), ("nightly", "timed_out")];
    assert_eq!(conclusions(&github, &sha), expected.map(|(name, conclusion)| (name.to_owned(), Some(conclusion.to_owned()))));
    assert!(ci.log(&sha, "nightly").unwrap().unwrap().contains("has exceeded the maximum execution time of 360 minutes"));
    assert!(ci.appears(&"0".repeat(40), "x").is_err());

    let main = github.get("/repos/acme/widgets/git/ref/heads/main").await.expect(200);
    let main = main["object"]["sha"].as_str().unwrap();
    ci.fails_to_start(main).unwrap();
    let runs = github.get(&format!("/repos/acme/widgets/actions/runs?head_sha={main}")).await.expect(200);
    assert_eq!(runs["workflow_runs"][0]["conclusion"], "startup_failure");
    assert_eq!(github.get(&format!("/repos/acme/widgets/commits/{main}/check-runs")).await.expect(200)["total_count"], 0);
}
