//! Effects whose first attempt got further than we know, against a GitHub that the test speaks for.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{pull_request, push};
use crate::github::{App, AppConfig, Pacing, Repository};
use crate::wire;
use crate::wire::{Recorded, Reply, Wire, ok, refuse};
use crate::workflow::tests::sample::sha;
use crate::workflow::tests::story::Story;
use crate::workflow::{Event, Unit};

async fn world(answer: impl Fn(&Recorded) -> Reply + Send + Sync + 'static) -> (Wire, Repository) {
    let wire = Wire::answering(move |request, _, _| match request.target.ends_with("/access_tokens") {
        true => wire::token("token", "2100-01-01T00:00:00Z"),
        false => answer(request),
    })
    .await;
    let config =
        AppConfig { api_base: wire.base.clone(), app_id: 7, private_key_pem: wire::private_key().into(), pacing: Pacing::unhurried() };
    let app = App::new(config, Arc::new(|| 1_767_225_600_000)).unwrap();
    let repository = app.repository(crate::domain::InstallationId(5), &"octo/hello".parse().unwrap());
    (wire, repository)
}

/// The branch is at `fe` and does not move; what is `since` a commit is as the pairs say.
async fn moved_to_fe(since: &'static [(&'static str, &'static str)]) -> Repository {
    let answer = |request: &Recorded| {
        if request.method != "GET" {
            return refuse(422, if request.method == "POST" { "Reference already exists" } else { "Update is not a fast forward" });
        }
        let Some((_, range)) = request.target.split_once("/compare/") else {
            return ok(json!({ "object": { "sha": sha("fe").as_str() } }));
        };
        let status = since.iter().find(|(commit, _)| range.starts_with(sha(commit).as_str())).map(|(_, status)| *status);
        let counts = |status: &str| json!({ "status": status, "ahead_by": 1, "behind_by": 0, "commits": [] });
        status.map_or_else(|| refuse(404, "Not Found"), |status| ok(counts(status)))
    };
    world(answer).await.1
}

#[tokio::test]
async fn a_commit_that_arrived_is_recognised_below_a_later_one() {
    let run = Story::building(1).run;
    let repository = moved_to_fe(&[("c1", "ahead")]).await;
    for new_branch in [true, false] {
        let event = push::push(&run, &repository, Unit::Step(0), &sha("c1"), &sha("ba5e"), new_branch).await.unwrap();
        assert_eq!(event, Event::Pushed { unit: Unit::Step(0), commit: sha("c1") });
    }
}

#[tokio::test]
async fn a_branch_that_went_elsewhere_is_a_conflict_and_a_strangers_is_refused() {
    let run = Story::building(1).run;
    for (repository, keeps_ours) in
        [(moved_to_fe(&[("c1", "diverged"), ("ba5e", "ahead")]).await, true), (moved_to_fe(&[("ba5e", "diverged")]).await, false)]
    {
        let event = push::push(&run, &repository, Unit::Step(0), &sha("c1"), &sha("ba5e"), false).await.unwrap();
        assert_eq!(event, Event::BranchConflict { unit: Unit::Step(0), onto: sha("ba5e"), head: Some(sha("fe")), keeps_ours });
        let error = push::push(&run, &repository, Unit::Step(0), &sha("c1"), &sha("ba5e"), true).await.unwrap_err();
        assert!(error.to_string().contains("was not made by this run"), "{error}");
    }
}

fn pull(draft: &Value) -> Value {
    let end = |name: &str| json!({ "ref": name, "sha": sha("c1").as_str() });
    json!({ "number": 13, "node_id": "PR_13", "state": "open", "merged_at": null, "draft": draft, "title": "t", "body": "b",
        "head": end("journeyman/12"), "base": end("main"), "html_url": "u" })
}

#[tokio::test]
async fn where_there_are_no_drafts_the_pull_request_is_opened_without() {
    let (wire, repository) = world(|request| match &request.body {
        None => ok(json!([])),
        Some(body) if body["draft"] == true => refuse(422, "Draft pull requests are not supported in this repository."),
        Some(body) => Reply::Json(201, Vec::new(), pull(&body["draft"])),
    })
    .await;
    let mut story = Story::building(1);
    story.writes("c1").gives("push:c1c1");
    story.pushes().gives("open-pull-request, checks:c1c1+ba5e");
    let event = pull_request::open(&story.run, &repository, None).await.unwrap();
    assert_eq!(event, Event::PullRequestOpened { number: crate::domain::PullNumber(13) });
    let asked = wire.log().into_iter().filter(|r| r.target.ends_with("/pulls"));
    let drafts: Vec<Value> = asked.filter_map(|r| r.body).map(|body| body["draft"].clone()).collect();
    assert_eq!(drafts, [json!(true), json!(false)]);
}

#[tokio::test]
async fn another_refusal_of_a_pull_request_is_not_tried_again_without_a_draft() {
    let (wire, repository) = world(|request| match &request.body {
        None => ok(json!([])),
        Some(_) => refuse(422, "No commits between main and journeyman/12"),
    })
    .await;
    assert!(pull_request::open(&Story::building(1).run, &repository, None).await.is_err());
    assert_eq!(wire.log().iter().filter(|r| r.method == "POST" && r.target.ends_with("/pulls")).count(), 1);
}
