use super::pulls::{PULLS, opened};
use super::*;
use crate::domain::IssueNumber;

#[tokio::test]
async fn a_milestone_is_made_given_and_passed_on() {
    let (github, pull) = opened().await;
    let milestone = github.ada().create_milestone(&repository(), "1.0").unwrap();
    let issue = github.ada().create_issue(&repository(), "Build it", "").unwrap();
    github.ada().set_milestone(&repository(), issue, Some(milestone)).unwrap();
    let read = github.get(&format!("/repos/acme/widgets/issues/{issue}")).await.expect(200);
    assert_eq!((read["milestone"]["title"].as_str(), read["milestone"]["open_issues"].as_u64()), (Some("1.0"), Some(1)));
    let path = format!("/repos/acme/widgets/issues/{}", pull["number"]);
    let body = json!({ "milestone": milestone, "labels": ["area"], "assignees": ["ada"] });
    github.patch(&path, body).await.expect(200);
    let now = github.get(&format!("{PULLS}/{}", pull["number"])).await.expect(200);
    assert_eq!(
        (now["milestone"]["number"].as_u64(), now["labels"][0]["name"].as_str(), now["assignees"][0]["login"].as_str()),
        (Some(milestone), Some("area"), Some("ada"))
    );
    github.patch(&path, json!({ "milestone": 99 })).await.expect(422);
    assert_eq!(github.patch(&path, json!({ "milestone": null })).await.expect(200)["milestone"], Value::Null);
    assert_eq!(github.get("/repos/acme/widgets/milestones").await.expect(200)[0]["title"], "1.0");
    assert!(github.ada().set_milestone(&repository(), IssueNumber(99), None).is_err());
}

#[tokio::test]
async fn those_who_cannot_be_assigned_are_dropped_without_a_word() {
    let github = github().await;
    let issue = github.simulator.person("mallory").create_issue(&repository(), "Build it", "").unwrap();
    github.simulator.person("eve").create_issue(&repository(), "Another", "").unwrap();
    let path = format!("/repos/acme/widgets/issues/{issue}/assignees");
    let now = github.post(&path, json!({ "assignees": ["ada", "nobody", "eve", "mallory", "journeyman[bot]"] })).await.expect(201);
    let assigned: Vec<&str> = now["assignees"].as_array().unwrap().iter().map(|user| user["login"].as_str().unwrap()).collect();
    assert_eq!(assigned, ["ada", "mallory"]);
    github.get("/repos/acme/widgets/assignees/ada").await.expect(204);
    github.get("/repos/acme/widgets/assignees/mallory").await.expect(404);
    github.get(&format!("{path}/mallory")).await.expect(204);
    let left = github.send(Method::DELETE, &path, &github.token, Some(json!({ "assignees": ["ada"] }))).await.unwrap();
    assert_eq!(left.expect(200)["assignee"]["login"], "mallory");
}
