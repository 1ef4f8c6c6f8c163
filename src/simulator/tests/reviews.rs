use super::pulls::{PULLS, opened};
use super::webhooks::{names, receiver};
use super::*;
use crate::domain::PullNumber;

fn number(pull: &Value) -> PullNumber {
    PullNumber(pull["number"].as_u64().unwrap())
}

#[tokio::test]
async fn a_review_comes_with_its_comments_and_is_read_whole_and_in_parts() {
    let (github, pull) = opened().await;
    let (path, number) = (format!("{PULLS}/{}", pull["number"]), number(&pull));
    github.ada().push(&repository(), "work", "More", &[("b.txt", Some("one\ntwo\nthree\n"))]).unwrap();
    let mallory = github.simulator.person("mallory");
    let comments =
        [LineComment::over("b.txt", 1, 2, "why?"), LineComment::on("a.txt", 1, "rename it"), LineComment::of_file("a.txt", "hm")];
    let review = mallory.submit_review(&repository(), number, "REQUEST_CHANGES", "not yet", &comments).unwrap();
    let lint = github.simulator.someone("lint[bot]");
    lint.submit_review(&repository(), number, "COMMENT", "", &[LineComment::on("b.txt", 3, "no newline?")]).unwrap();
    let listed = github.get(&format!("{path}/reviews?per_page=1")).await;
    assert!(listed.header("link").contains("page=2"));
    let first = &listed.body[0];
    assert_eq!(
        (first["state"].as_str(), first["body"].as_str(), first["author_association"].as_str()),
        (Some("CHANGES_REQUESTED"), Some("not yet"), Some("NONE"))
    );
    assert_eq!(github.get(&format!("{path}/reviews?per_page=1&page=2")).await.expect(200)[0]["user"]["type"], "Bot");
    let own = github.get(&format!("{path}/reviews/{review}/comments")).await.expect(200);
    assert_eq!(own.as_array().unwrap().len(), 3);
    let over = &own[0];
    assert_eq!((over["start_line"].as_u64(), over["line"].as_u64(), over["original_line"].as_u64()), (Some(1), Some(2), Some(2)));
    assert_eq!((over["side"].as_str(), over["start_side"].as_str(), over["position"].as_u64()), (Some("RIGHT"), Some("RIGHT"), Some(2)));
    assert_eq!(over["diff_hunk"], "@@ -0,0 +1,3 @@\n+one\n+two");
    assert_eq!((own[1]["start_line"].clone(), own[2]["subject_type"].as_str()), (Value::Null, Some("file")));
    assert_eq!(github.get(&format!("{path}/comments")).await.expect(200).as_array().unwrap().len(), 4);
    github.get(&format!("{path}/reviews/1/comments")).await.expect(404);
    let outside = mallory.submit_review(&repository(), number, "COMMENT", "", &[LineComment::on("README.md", 1, "x")]);
    assert!(matches!(outside, Err(Error::Refused { .. })), "a file outside the diff: {outside:?}");
    assert!(mallory.submit_review(&repository(), number, "COMMENT", "", &[LineComment::on("b.txt", 9, "x")]).is_err());
    assert!(mallory.submit_review(&repository(), number, "COMMENT", "", &[]).is_err(), "an empty review says nothing");
    let own = github.simulator.app("journeyman[bot]").submit_review(&repository(), number, "APPROVE", "fine", &[]);
    assert!(own.is_err(), "nobody approves what they opened");
    assert_eq!(
        github.get(&format!("{path}/comments")).await.expect(200).as_array().unwrap().len(),
        4,
        "nothing of a refused review is kept"
    );
}

#[tokio::test]
async fn comments_on_lines_are_answered_reacted_to_edited_and_deleted() {
    let (github, pull) = opened().await;
    let (path, number) = (format!("{PULLS}/{}", pull["number"]), number(&pull));
    let comment = github.ada().review_comment(&repository(), number, "a.txt", 1, "rename it").unwrap();
    let reply = github.post(&format!("{path}/comments/{comment}/replies"), json!({ "body": "done" })).await.expect(201);
    assert_eq!((reply["in_reply_to_id"].as_u64(), reply["path"].as_str()), (Some(comment), Some("a.txt")));
    let again = github.ada().reply(&repository(), number, reply["id"].as_u64().unwrap(), "thanks").unwrap();
    assert_eq!(github.get(&format!("/repos/acme/widgets/pulls/comments/{again}")).await.expect(200)["in_reply_to_id"], comment);
    github.post(&format!("{path}/comments/1/replies"), json!({ "body": "done" })).await.expect(404);
    github.post(&format!("{path}/comments/{comment}/replies"), json!({ "body": "" })).await.expect(422);
    let one = format!("/repos/acme/widgets/pulls/comments/{comment}");
    github.post(&format!("{one}/reactions"), json!({ "content": "eyes" })).await.expect(201);
    github.post(&format!("{one}/reactions"), json!({ "content": "eyes" })).await.expect(200);
    github.post(&format!("{one}/reactions"), json!({ "content": "shrug" })).await.expect(422);
    assert_eq!(github.get(&one).await.expect(200)["reactions"]["eyes"], 1);
    let mallory = github.simulator.person("mallory");
    assert!(mallory.edit_review_comment(&repository(), comment, "mine").is_err(), "a stranger edits only their own");
    github.ada().edit_review_comment(&repository(), comment, "rename it, please").unwrap();
    assert_eq!(github.get(&one).await.expect(200)["body"], "rename it, please");
    assert!(mallory.delete_review_comment(&repository(), comment).is_err());
    github.ada().delete_review_comment(&repository(), comment).unwrap();
    github.get(&one).await.expect(404);
    let left = github.get(&format!("{path}/comments")).await.expect(200);
    assert_eq!(
        (left[0].get("in_reply_to_id"), left[1]["in_reply_to_id"].clone()),
        (None, reply["id"].clone()),
        "the next begins the thread"
    );
}

#[tokio::test]
async fn whoever_reviews_is_no_longer_asked_to() {
    let (github, pull) = opened().await;
    let (path, number) = (format!("{PULLS}/{}/requested_reviewers", pull["number"]), number(&pull));
    github.simulator.add_collaborator(&repository(), "bob", Role::Read).unwrap();
    let asked = github.post(&path, json!({ "reviewers": ["ada", "bob"] })).await.expect(201);
    assert_eq!(asked["requested_reviewers"].as_array().unwrap().len(), 2);
    for wrong in ["nobody", "mallory", "journeyman[bot]"] {
        github.post(&path, json!({ "reviewers": [wrong] })).await.expect(422);
    }
    github.ada().submit_review(&repository(), number, "COMMENT", "looks good", &[]).unwrap();
    assert_eq!(github.get(&path).await.expect(200)["users"][0]["login"], "bob");
    let left = github.send(Method::DELETE, &path, &github.token, Some(json!({ "reviewers": ["bob"] }))).await.unwrap().expect(200);
    assert_eq!(left["requested_reviewers"], json!([]));
}

#[tokio::test]
async fn what_reviewers_do_is_told_in_order() {
    let github = github_with(Options { ci: Ci::None, ..options() }).await;
    github.branch("work", "a.txt", "a\n").await;
    let pull = github.post(PULLS, json!({ "title": "t", "head": "work", "base": "main" })).await.expect(201);
    let inbox = receiver(&github).await;
    let (ada, repo, number) = (github.ada(), repository(), number(&pull));
    let review = ada.submit_review(&repo, number, "APPROVE", "good", &[LineComment::on("a.txt", 1, "nice")]).unwrap();
    let comment = ada.comments_of_review(&repo, number, review).unwrap()[0];
    ada.edit_review(&repo, number, review, "very good").unwrap();
    ada.dismiss_review(&repo, number, review).unwrap();
    assert!(ada.dismiss_review(&repo, number, review).is_err(), "it has no force any more");
    ada.edit_review_comment(&repo, comment, "very nice").unwrap();
    ada.reply(&repo, number, comment, "still").unwrap();
    ada.resolve_thread(&repo, number, comment).unwrap();
    ada.resolve_thread(&repo, number, comment).unwrap();
    ada.unresolve_thread(&repo, number, comment).unwrap();
    ada.delete_review_comment(&repo, comment).unwrap();
    ada.set_draft(&repo, number, true).unwrap();
    ada.set_draft(&repo, number, false).unwrap();
    ada.request_reviews(&repo, number, &["ada"]).unwrap();
    ada.close_pull(&repo, number).unwrap();
    ada.reopen_pull(&repo, number).unwrap();
    github.simulator.comment_as(&repo, number, "lint[bot]", "2 warnings").unwrap();
    github.simulator.settle(SOON).await.unwrap();
    let expected = [
        "pull_request_review.submitted",
        "pull_request_review_comment.created",
        "pull_request_review.edited",
        "pull_request_review.dismissed",
        "pull_request_review_comment.edited",
        "pull_request_review.submitted",
        "pull_request_review_comment.created",
        "pull_request_review_thread.resolved",
        "pull_request_review_thread.unresolved",
        "pull_request_review_comment.deleted",
        "pull_request.converted_to_draft",
        "pull_request.ready_for_review",
        "pull_request.review_requested",
        "pull_request.closed",
        "pull_request.reopened",
        "issue_comment.created",
    ];
    assert_eq!(names(&inbox), expected);
    let inbox = inbox.lock().unwrap();
    let body = |at: usize| serde_json::from_str::<Value>(&inbox[at].1).unwrap();
    assert_eq!((body(0)["review"]["state"].as_str(), body(3)["review"]["state"].as_str()), (Some("approved"), Some("dismissed")));
    assert_eq!((body(2)["changes"]["body"]["from"].as_str(), body(7)["thread"]["comments"].as_array().unwrap().len()), (Some("good"), 2));
    assert_eq!(body(12)["requested_reviewer"]["login"], "ada");
    let said = &body(15)["comment"];
    assert_eq!((said["user"]["type"].as_str(), said["performed_via_github_app"]["slug"].as_str()), (Some("Bot"), Some("lint")));
}

#[tokio::test]
async fn the_page_of_a_pull_request_shows_its_threads() {
    let (github, pull) = opened().await;
    let number = number(&pull);
    let comment = github.ada().review_comment(&repository(), number, "a.txt", 1, "rename *it*").unwrap();
    github.simulator.person("mallory").reply(&repository(), number, comment, "<script>alert(1)</script>agreed").unwrap();
    github.ada().resolve_thread(&repository(), number, comment).unwrap();
    let page = async || {
        github.http.get(format!("{}/acme/widgets/pull/{number}", github.simulator.base_url())).send().await.unwrap().text().await.unwrap()
    };
    let text = page().await;
    for part in ["a.txt", "line 1", "rename <em>it</em>", "agreed", "Resolved by ada", "+a"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains("<script>alert") && !text.contains(">Outdated<"), "{text}");
    github.ada().push(&repository(), "work", "Change", &[("a.txt", Some("b\n"))]).unwrap();
    assert!(page().await.contains(">Outdated<"));
}
