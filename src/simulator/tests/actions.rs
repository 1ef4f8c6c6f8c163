use std::io::Read;

use flate2::read::DeflateDecoder;

use super::*;

const WORKFLOW: &str = "name: Checks\non: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          printf '\\033[31mred\\033[0m\\n'\n          echo '::error file=src/widget.txt,line=2::two is wrong'\n          grep -q good state.txt\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo fine\n";

/// A simulator whose CI is the workflow above, and a commit on `work` of which `test` fails and `lint` succeeds.
async fn red() -> (Client, String) {
    let github = github().await;
    let files = [(".github/workflows/ci.yml", Some(WORKFLOW)), ("state.txt", Some("bad\n"))];
    let sha = github.ada().push(&repository(), "work", "Break", &files).unwrap();
    github.simulator.settle(SOON).await.unwrap();
    (github, sha)
}

async fn writing(github: Client) -> Client {
    github.simulator.set_permission("actions", Some("write")).unwrap();
    github.authorised(json!({})).await
}

async fn run_of(github: &Client, sha: &str) -> Value {
    let runs = github.get(&format!("/repos/acme/widgets/actions/runs?head_sha={sha}")).await.expect(200);
    assert_eq!(runs["total_count"], 1);
    runs["workflow_runs"][0].clone()
}

async fn jobs_of(github: &Client, run: &Value, query: &str) -> Vec<Value> {
    let jobs = github.get(&format!("/repos/acme/widgets/actions/runs/{}/jobs{query}", run["id"])).await.expect(200);
    jobs["jobs"].as_array().unwrap().clone()
}

/// Where the API sends whoever asks for a log.
async fn address(github: &Client, path: &str) -> String {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let response = client.get(format!("{}{path}", github.simulator.api_base())).bearer_auth(&github.token).send().await.unwrap();
    assert_eq!(response.status(), 302);
    response.headers()["location"].to_str().unwrap().to_owned()
}

async fn fetched(address: &str) -> (u16, Vec<u8>) {
    let response = reqwest::Client::new().get(address).send().await.unwrap();
    (response.status().as_u16(), response.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn a_workflow_run_has_jobs_whose_ids_are_those_of_their_checks() {
    let (github, sha) = red().await;
    let run = run_of(&github, &sha).await;
    let told = (run["name"].as_str(), run["conclusion"].as_str(), run["run_attempt"].as_u64(), run["path"].as_str());
    assert_eq!(told, (Some("Checks"), Some("failure"), Some(1), Some(".github/workflows/ci.yml")));
    assert_ne!(run["id"], run["check_suite_id"]);
    let by_suite = github.get(&format!("/repos/acme/widgets/actions/runs?check_suite_id={}", run["check_suite_id"])).await.expect(200);
    assert_eq!(by_suite["workflow_runs"][0]["id"], run["id"]);
    assert_eq!(github.get("/repos/acme/widgets/actions/runs?check_suite_id=1").await.expect(200)["total_count"], 0);
    assert_eq!(github.get(&format!("/repos/acme/widgets/actions/runs/{}", run["id"])).await.expect(200)["head_sha"], sha);

    let jobs = jobs_of(&github, &run, "").await;
    let outcomes: Vec<_> = jobs.iter().map(|job| (job["name"].as_str().unwrap(), job["conclusion"].as_str().unwrap())).collect();
    assert_eq!(outcomes, [("lint", "success"), ("test", "failure")]);
    let steps: Vec<_> = jobs[1]["steps"].as_array().unwrap().iter().map(|step| step["conclusion"].as_str().unwrap()).collect();
    assert_eq!(steps, ["success", "failure", "success"]);
    assert_eq!(github.get(&format!("/repos/acme/widgets/actions/jobs/{}", jobs[1]["id"])).await.expect(200), jobs[1]);
    let check = github.get(&format!("/repos/acme/widgets/check-runs/{}", jobs[1]["id"])).await.expect(200);
    let page = format!("{}/acme/widgets/actions/runs/{}/job/{}", github.simulator.base_url(), run["id"], jobs[1]["id"]);
    assert_eq!(
        (check["name"].as_str(), check["html_url"].as_str(), check["details_url"].as_str()),
        (Some("test"), Some(&*page), Some(&*page))
    );
    let annotations = github.get(&format!("/repos/acme/widgets/check-runs/{}/annotations", jobs[1]["id"])).await.expect(200);
    let told: Vec<_> =
        annotations.as_array().unwrap().iter().map(|one| (one["path"].as_str().unwrap(), one["message"].as_str().unwrap())).collect();
    assert_eq!(told, [("src/widget.txt", "two is wrong"), (".github", "Process completed with exit code 1.")]);
    assert_eq!(annotations[0]["start_line"], 2);
    let missing = github.get("/repos/acme/widgets/actions/jobs/1").await;
    assert_eq!(missing.status, 404);
}

#[tokio::test]
async fn a_jobs_log_lies_for_a_minute_at_an_address_that_asks_for_nothing() {
    let (github, sha) = red().await;
    let jobs = jobs_of(&github, &run_of(&github, &sha).await, "").await;
    let path = format!("/repos/acme/widgets/actions/jobs/{}/logs", jobs[1]["id"]);
    let there = address(&github, &path).await;
    let (status, bytes) = fetched(&there).await;
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(status, 200);
    for part in [
        "Z ##[group]Run printf",
        "Z \u{1b}[31mred\u{1b}[0m\n",
        "Z ##[error]two is wrong\n",
        "Z ##[error]Process completed with exit code 1.\n",
    ] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    assert!(text.trim_start_matches('\u{feff}').lines().all(|line| time::parse(line.split(' ').next().unwrap()).is_some()), "{text}");
    let ci = github.simulator.ci(&repository());
    ci.log_addresses_expire();
    assert_eq!(fetched(&there).await.0, 403);
    assert_eq!(fetched(&address(&github, &path).await).await.0, 200);
    ci.log_is_lost(&sha, "test").unwrap();
    assert_eq!(fetched(&address(&github, &path).await).await.0, 404);
    ci.log_expires(&sha, "test").unwrap();
    assert_eq!(github.get(&path).await.status, 410);
    let without = github.authorised(json!({ "permissions": { "checks": "read" } })).await;
    let refused = without.get(&path).await;
    assert_eq!((refused.status, refused.header("x-accepted-github-permissions")), (403, "actions=read"));
}

/// The files of a zip archive as its central directory names them.
fn unzipped(bytes: &[u8]) -> Vec<(String, String)> {
    let number = |at: usize, length: usize| bytes[at..at + length].iter().rev().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
    let end = bytes.len() - 22;
    assert_eq!(&bytes[end..end + 4], b"PK\x05\x06");
    let (count, mut at) = (number(end + 10, 2), number(end + 16, 4));
    let mut files = Vec::new();
    for _ in 0..count {
        assert_eq!(&bytes[at..at + 4], b"PK\x01\x02");
        let (packed, size, length, local) = (number(at + 20, 4), number(at + 24, 4), number(at + 28, 2), number(at + 42, 4));
        let name = String::from_utf8(bytes[at + 46..at + 46 + length].to_vec()).unwrap();
        let from = local + 30 + number(local + 26, 2) + number(local + 28, 2);
        let mut text = String::new();
        DeflateDecoder::new(&bytes[from..from + packed]).read_to_string(&mut text).unwrap();
        assert_eq!(text.len(), size);
        let mut crc = flate2::Crc::new();
        crc.update(text.as_bytes());
        assert_eq!(crc.sum() as usize, number(at + 16, 4));
        files.push((name, text));
        at += 46 + length;
    }
    files
}

#[tokio::test]
async fn the_logs_of_a_run_come_in_one_archive() {
    let (github, sha) = red().await;
    let run = run_of(&github, &sha).await;
    let path = format!("/repos/acme/widgets/actions/runs/{}/logs", run["id"]);
    let (status, bytes) = fetched(&address(&github, &path).await).await;
    assert_eq!(status, 200);
    let files = unzipped(&bytes);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[..4], ["0_lint.txt", "lint/1_Set up job.txt", "lint/2_Run echo fine.txt", "lint/3_Complete job.txt"]);
    let whole = files.iter().find(|(name, _)| name == "1_test.txt").unwrap();
    assert!(whole.1.contains("##[error]two is wrong"));
    github.simulator.ci(&repository()).log_expires(&sha, "test").unwrap();
    assert_eq!(github.get(&path).await.status, 410);
}

#[tokio::test]
async fn failed_jobs_run_again_as_the_next_attempt_with_new_checks_in_the_same_suite() {
    let (github, sha) = red().await;
    let run = run_of(&github, &sha).await;
    let first = jobs_of(&github, &run, "").await;
    let again = format!("/repos/acme/widgets/actions/runs/{}/rerun-failed-jobs", run["id"]);
    let refused = github.post(&again, json!({})).await;
    assert_eq!((refused.status, refused.message().as_str()), (403, "Resource not accessible by integration"));
    let github = writing(github).await;
    let inbox = webhooks::receiver(&github).await;
    github.simulator.subscribe("workflow_run");
    github.post(&again, json!({})).await.expect(201);
    github.simulator.settle(SOON).await.unwrap();
    let now = run_of(&github, &sha).await;
    assert_eq!((now["id"].clone(), now["run_attempt"].as_u64(), now["conclusion"].as_str()), (run["id"].clone(), Some(2), Some("failure")));
    assert!(now["previous_attempt_url"].as_str().unwrap().ends_with("/attempts/1"));
    let second = jobs_of(&github, &now, "").await;
    assert_eq!((second[0]["id"].clone(), second[1]["run_attempt"].as_u64()), (first[0]["id"].clone(), Some(2)), "what succeeded stays");
    assert_ne!(second[1]["id"], first[1]["id"]);
    assert_eq!(jobs_of(&github, &now, "?filter=all").await.len(), 3);
    let check = github.get(&format!("/repos/acme/widgets/check-runs/{}", second[1]["id"])).await.expect(200);
    assert_eq!(check["check_suite"]["id"], run["check_suite_id"]);
    let told = webhooks::names(&inbox);
    let expected = [
        "workflow_run.requested",
        "check_run.created",
        "workflow_run.in_progress",
        "check_run.completed",
        "check_suite.completed",
        "workflow_run.completed",
    ];
    let mut sorted = told.clone();
    sorted.sort();
    let mut wanted = expected.map(str::to_owned).to_vec();
    wanted.sort();
    assert_eq!((told.first().map(String::as_str), sorted), (Some("workflow_run.requested"), wanted));
}

#[tokio::test]
async fn one_job_runs_again_and_none_while_the_run_is_going() {
    let github = github_with(Options { ci: Ci::ByHand(vec!["build".into(), "test".into()]), ..options() }).await;
    let github = writing(github).await;
    let sha = github.ada().push(&repository(), "work", "Go", &[("a", Some("a"))]).unwrap();
    let (run, ci) = (run_of(&github, &sha).await, github.simulator.ci(&repository()));
    let jobs = jobs_of(&github, &run, "").await;
    let again = |job: &Value| format!("/repos/acme/widgets/actions/jobs/{}/rerun", job["id"]);
    let failed = format!("/repos/acme/widgets/actions/runs/{}/rerun-failed-jobs", run["id"]);
    assert_eq!(github.post(&again(&jobs[0]), json!({})).await.message(), "This workflow is already running");
    let unwritten = github.get(&format!("/repos/acme/widgets/actions/jobs/{}/logs", jobs[0]["id"])).await;
    assert_eq!(unwritten.status, 404);
    ci.succeeds(&sha, "build").unwrap();
    ci.succeeds(&sha, "test").unwrap();
    assert_eq!(github.post(&failed, json!({})).await.message(), "This workflow run cannot be retried");
    github.post(&again(&jobs[0]), json!({})).await.expect(201);
    assert_eq!(run_of(&github, &sha).await["status"], "in_progress");
    ci.fails(&sha, "build", "no").unwrap();
    assert_eq!(run_of(&github, &sha).await["conclusion"], "failure");
    let stale = github.post(&again(&jobs[0]), json!({})).await;
    assert_eq!((stale.status, stale.message().as_str()), (403, "Only jobs from the current attempt can be re-run"));
    assert_eq!(github.ada().rerun_failed_jobs(&repository(), &sha).unwrap(), 1);
    ci.succeeds(&sha, "build").unwrap();
    let now = run_of(&github, &sha).await;
    assert_eq!((now["run_attempt"].as_u64(), now["conclusion"].as_str()), (Some(3), Some("success")));
    assert_eq!(github.ada().rerun_failed_jobs(&repository(), &sha).unwrap(), 0);
}
