use super::*;

fn last(inbox: &webhooks::Inbox) -> (String, Value) {
    let all = inbox.lock().unwrap();
    let (headers, body) = all.last().unwrap();
    (headers["x-github-event"].to_str().unwrap().to_owned(), serde_json::from_str(body).unwrap())
}

async fn specification(github: &Client, sha: &str, more: Value) -> Value {
    let mut body = json!({ "name": "Specification", "head_sha": sha, "status": "in_progress", "external_id": "run-1",
        "details_url": "https://journeyman.example.com/runs/1", "output": { "title": "1 of 4", "summary": "so far" } });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    github.post("/repos/acme/widgets/check-runs", body).await.expect(201)
}

#[tokio::test]
async fn annotations_are_added_fifty_at_a_time_and_read_in_pages() {
    let github = github().await;
    let sha = github.branch("work", "a.txt", "a").await;
    let made = specification(&github, &sha, json!({})).await;
    assert_eq!(
        (made["external_id"].as_str(), made["details_url"].as_str()),
        (Some("run-1"), Some("https://journeyman.example.com/runs/1"))
    );
    let path = format!("/repos/acme/widgets/check-runs/{}", made["id"]);
    let annotation = |line: u64| json!({ "path": "src/a.rs", "start_line": line, "end_line": line, "annotation_level": "failure", "message": format!("no {line}") });
    let output = |annotations: Vec<Value>| json!({ "output": { "title": "t", "summary": "s", "annotations": annotations } });
    for from in [1, 51] {
        github.patch(&path, output((from..from + 50).map(annotation).collect())).await.expect(200);
    }
    let refused = github.patch(&path, output((1..=51).map(annotation).collect())).await;
    assert_eq!((refused.status, refused.message().as_str()), (422, "Only 50 annotations are allowed; 51 were supplied."));
    for (field, wrong) in [
        ("start_line", json!(0)),
        ("end_line", json!(1)),
        ("annotation_level", json!("bad")),
        ("message", json!("")),
        ("path", Value::Null),
    ] {
        let mut one = annotation(7);
        one[field] = wrong;
        assert_eq!(github.patch(&path, output(vec![one])).await.status, 422, "{field}");
    }
    let list = github.get(&format!("{path}/annotations?per_page=40&page=3")).await;
    assert!(list.header("link").contains("page=2"));
    let list = list.expect(200);
    assert_eq!((list.as_array().unwrap().len(), list[0]["message"].as_str()), (20, Some("no 81")));
    assert_eq!(github.get(&path).await.expect(200)["output"]["annotations_count"], 100);
}

#[tokio::test]
async fn buttons_have_limits_and_are_pressed_on_a_completed_check() {
    let github = github().await;
    let inbox = webhooks::receiver(&github).await;
    let sha = github.branch("work", "a.txt", "a").await;
    let button = |identifier: &str| json!({ "label": "Retry", "description": "Build this step again", "identifier": identifier });
    let made = specification(&github, &sha, json!({ "actions": [button("retry")] })).await;
    let path = format!("/repos/acme/widgets/check-runs/{}", made["id"]);
    for (field, wrong) in
        [("label", "x".repeat(21)), ("description", "x".repeat(41)), ("identifier", "x".repeat(21)), ("label", String::new())]
    {
        let mut one = button("stop");
        one[field] = json!(wrong);
        assert_eq!(github.patch(&path, json!({ "actions": [one] })).await.status, 422, "{field}");
    }
    assert_eq!(github.patch(&path, json!({ "actions": vec![button("a"); 4] })).await.status, 422);
    let ada = github.ada();
    assert!(ada.press_button(&repository(), &sha, "retry").is_err(), "the check is going on");
    github.patch(&path, json!({ "conclusion": "failure", "actions": [button("retry"), button("stop")] })).await.expect(200);
    assert!(ada.press_button(&repository(), &sha, "other").is_err(), "there is no such button");
    assert!(github.simulator.person("mallory").press_button(&repository(), &sha, "stop").is_err(), "a stranger may not");
    ada.press_button(&repository(), &sha, "stop").unwrap();
    github.simulator.settle(SOON).await.unwrap();
    let (event, payload) = last(&inbox);
    let told = (
        event.as_str(),
        payload["action"].as_str(),
        payload["requested_action"]["identifier"].as_str(),
        payload["sender"]["login"].as_str(),
    );
    assert_eq!(told, ("check_run", Some("requested_action"), Some("stop"), Some("ada")));
    assert_eq!((payload["check_run"]["id"].clone(), payload["check_run"]["external_id"].as_str()), (made["id"].clone(), Some("run-1")));
}

#[tokio::test]
async fn a_check_is_asked_for_again_of_whoever_made_it() {
    let github = github_with(Options { ci: Ci::ByHand(vec!["build".into()]), ..options() }).await;
    let inbox = webhooks::receiver(&github).await;
    let sha = github.ada().push(&repository(), "work", "Go", &[("a", Some("a"))]).unwrap();
    let made = specification(&github, &sha, json!({ "conclusion": "failure", "status": "completed" })).await;
    let path = format!("/repos/acme/widgets/check-runs/{}", made["id"]);
    github.ada().rerequest_check(&repository(), &sha, "Specification").unwrap();
    github.simulator.settle(SOON).await.unwrap();
    let (event, payload) = last(&inbox);
    assert_eq!(
        (event.as_str(), payload["action"].as_str(), payload["check_run"]["id"].clone()),
        ("check_run", Some("rerequested"), made["id"].clone())
    );
    assert_eq!(github.get(&path).await.expect(200)["status"], "completed", "the run is the App's to change");
    let suite = github.get(&format!("/repos/acme/widgets/check-suites/{}", made["check_suite"]["id"])).await.expect(200);
    assert_eq!((suite["status"].as_str(), &suite["conclusion"]), (Some("queued"), &Value::Null));
    github.ada().rerequest_suite(&repository(), &sha).unwrap();
    github.simulator.settle(SOON).await.unwrap();
    let (event, payload) = last(&inbox);
    assert_eq!(
        (event.as_str(), payload["action"].as_str(), payload["sender"]["login"].as_str()),
        ("check_suite", Some("rerequested"), Some("ada"))
    );
    github.post(&format!("{path}/rerequest"), json!({})).await.expect(201);
    github.post(&format!("/repos/acme/widgets/check-suites/{}/rerequest", made["check_suite"]["id"]), json!({})).await.expect(201);

    let ci = github.simulator.ci(&repository());
    ci.fails(&sha, "build", "no").unwrap();
    let build =
        || async { github.get(&format!("/repos/acme/widgets/commits/{sha}/check-runs?check_name=build&app_id=15368")).await.expect(200) };
    let first = build().await["check_runs"][0].clone();
    assert_eq!(github.post(&format!("/repos/acme/widgets/check-runs/{}/rerequest", first["id"]), json!({})).await.status, 403);
    github.ada().rerequest_check(&repository(), &sha, "build").unwrap();
    let second = build().await["check_runs"][0].clone();
    assert_eq!((second["status"].as_str(), second["check_suite"]["id"].clone()), (Some("queued"), first["check_suite"]["id"].clone()));
    assert_ne!(first["id"], second["id"]);
}
