use reqwest::Method;

use super::*;

#[tokio::test]
async fn answers_go_wrong_when_told_to_and_right_afterwards() {
    let github = github().await;
    let route = "GET /repos/{owner}/{repo}";
    for (fault, status, after) in
        [(RequestFault::Status(502), 502, ""), (RequestFault::SecondaryLimit(3), 403, "3"), (RequestFault::TooManyRequests(5), 429, "5")]
    {
        github.simulator.faults(|faults| faults.next_requests(route, fault, 1));
        let got = github.get("/repos/acme/widgets").await;
        assert_eq!((got.status, got.header("retry-after")), (status, after));
        github.get("/repos/acme/widgets").await.expect(200);
    }
    github.simulator.faults(|faults| faults.next_requests(route, RequestFault::PrimaryLimit(60), 1));
    assert_eq!(github.get("/repos/acme/widgets").await.header("x-ratelimit-remaining"), "0");
    assert_eq!(github.simulator.faults(|faults| faults.met().values().sum::<u64>()), 4);
}

#[tokio::test]
async fn a_connection_is_cut_after_the_work_was_done_or_before() {
    let github = github().await;
    let send = |title: &str| github.send(Method::POST, "/repos/acme/widgets/issues", &github.token, Some(json!({ "title": title })));
    github.simulator.faults(|faults| {
        faults.next_requests("POST /repos/{owner}/{repo}/issues", RequestFault::CutBefore, 1);
        faults.next_requests("POST /repos/{owner}/{repo}/issues", RequestFault::CutAfter, 1);
    });
    assert!(send("never").await.is_err());
    assert!(send("done").await.is_err());
    let titles: Vec<String> = github.simulator.world().unwrap().repositories[0].issues.iter().map(|issue| issue.title.clone()).collect();
    assert_eq!(titles, ["done"]);
    send("plain").await.unwrap().expect(201);
    let log: Vec<u16> = github.simulator.requests().iter().rev().take(3).map(|request| request.status).collect();
    assert_eq!(log, [201, 0, 0]);
}
