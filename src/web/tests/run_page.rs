//! The page of a run: who may see it, and what it shows. `UPDATE_EXPECT=1` writes the pages anew.

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use bytes::Bytes;
use expect_test::expect_file;

use super::*;
use crate::domain::{DeliveryId, IssueNumber, RepoName, Spent, Untrusted, Usage};
use crate::store::{Consumed, Delivery, JournalLine, Lane, RunRow, Turn};
use crate::web::run_page::render;
use crate::workflow::tests::sample::gap;
use crate::workflow::tests::story::Story;
use crate::workflow::{Ending, Phase, Run};

fn line(minutes: i64, kind: &str, text: &str) -> JournalLine {
    JournalLine { at: Timestamp(NOW + minutes * 60_000), kind: kind.into(), text: text.into() }
}

fn path(repo: &RepoName, issue: IssueNumber) -> String {
    pages().address(repo, issue).unwrap().strip_prefix("https://journeyman.example").unwrap().to_owned()
}

/// A place that keeps this text as a run, in its lane.
async fn keeping(run: &Run, json: String) -> Place {
    let place = Place::new().await;
    let (lane, id) = (Lane::of(&run.repo, run.issue), DeliveryId::new("first"));
    let delivery = Delivery { id: id.clone(), event: "issues".into(), received_at: Timestamp(NOW), payload: Bytes::from_static(b"{}") };
    place.store.accept(delivery).await.unwrap();
    place.store.route(&id, &lane).await.unwrap();
    let claim = place.store.claim("here", Timestamp(NOW), 1000).await.unwrap().unwrap();
    let row = RunRow {
        json,
        version_before: 0,
        repo: run.repo.clone(),
        issue: run.issue,
        branch: None,
        pull: None,
        phase: String::new(),
        wake_at: None,
    };
    let journal = vec![line(0, "moved", "ada labelled #12"), line(1, "moved", "read the specification")];
    let turn = Turn { consumed: Consumed::Delivery(id), run: Some(row), effects: Vec::new(), journal };
    place.store.commit_turn(&claim, turn).await.unwrap();
    place
}

#[tokio::test]
async fn the_page_of_a_run_opens_for_its_address_alone() {
    let run = Story::in_review(2).run;
    let place = keeping(&run, serde_json::to_string(&run).unwrap()).await;
    let path = path(&run.repo, run.issue);
    let answer = place.router.clone().oneshot(Request::get(&path).body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    assert_eq!(parts.status, StatusCode::OK);
    assert_eq!(parts.headers[REFERRER_POLICY], "no-referrer");
    assert_eq!(parts.headers[CACHE_CONTROL], "private, no-store");
    assert!(parts.headers[CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'none'; style-src 'unsafe-inline'"));
    let html = String::from_utf8(body.collect().await.unwrap().to_bytes().into()).unwrap();
    assert!(html.contains("Built and verified") && html.find("read the specification") < html.find("ada labelled #12"), "{html}");
    let (start, proof) = path.rsplit_once('/').unwrap();
    let wrong = [format!("{start}/{}", proof.replace(|c: char| c.is_ascii_digit(), "0")), start.to_owned(), format!("{start}/x")];
    let elsewhere =
        [path.replace("/12/", "/13/"), path.replace("/12/", "/one/"), path.replace("hello", "other"), path.replace("octo", "..")];
    let nothing = place.get("/nowhere").await;
    for path in wrong.iter().chain(&elsewhere) {
        assert_eq!(place.get(path).await, nothing, "{path}");
    }
}

#[tokio::test]
async fn a_run_that_is_not_there_is_not_found_and_one_that_cannot_be_read_is_told() {
    let run = Story::in_review(1).run;
    let place = keeping(&run, "{".to_owned()).await;
    assert_eq!(place.get(&path(&run.repo, IssueNumber(99))).await.0, StatusCode::NOT_FOUND);
    let (status, text) = place.get(&path(&run.repo, run.issue)).await;
    assert_eq!(
        (status, text.as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "{\"error\":\"the run could not be read; try again in a minute\"}")
    );
}

#[test]
fn what_people_see() {
    let usage = Usage { input: 46_200, cached: 31_000, cache_written: 0, output: 2_100 };
    let spent = Spent { turns: 12, usage, micro_dollars: 310_000, unpriced_turns: 0, millis: 5 };
    let mut red = Story::verifying(3);
    red.ci("c1", "test passed, lint passed").gives("show-checklist, say:status, write:1:c1c1");
    red.writes("c2").gives("push:c2c2");
    red.pushes().gives("show-checklist, say:status, checks:c2c2+ba5e");
    red.ci("c2", "test failed, lint passed").gives("show-checklist, checks:ba5e");
    red.ci("ba5e", "test passed").gives("say:status, diagnose:c2c2");
    red.finds("test", false).gives("say:status, say:stuck-1");
    let journal = [
        line(3, "moved", "looked into c2c2c2c: test looks like the code"),
        line(2, "passed over", "looked again: nothing to do"),
        line(0, "moved", "ada labelled #12"),
    ];
    expect_file!["../../../fixtures/pages/run-red.html"].assert_eq(&render("https://github.example", &red.run, &journal, &spent).unwrap());
    let mut built = Story::in_review(2).run;
    let text = "# T\n\n<!-- Nobody sees this. -->\n\n## Steps\n\n1. Add `a`\n2. ~~Add `b`~~\n";
    let (read, _) = crate::specification::read(text).into_parts();
    let specification = &mut built.plan.as_mut().unwrap().specification;
    (specification.left_out, specification.unseen) = (read.left_out, read.unseen);
    expect_file!["../../../fixtures/pages/run-built.html"]
        .assert_eq(&render("https://github.example", &built, &[], &Spent::default()).unwrap());
}

#[test]
fn a_page_says_what_is_waited_for_and_looks_again_until_the_run_is_over() {
    let mut asking = Story::begun();
    asking.specification_is(2, &[gap("Step 2 says “as agreed”. What was agreed?")]).gives("say:questions, say:status");
    let over = Run { phase: Phase::Over(Ending::Merged), ..Story::in_review(2).run };
    let runs = [
        (Story::begun().run, "Reading the specification", true),
        (asking.run, "1 question on the issue. An answer there goes on.", true),
        (over, "Merged. Thank you, ada", false),
    ];
    for (run, words, looks_again) in runs {
        let html = render("https://github.example", &run, &[], &Spent::default()).unwrap();
        assert!(html.contains(words), "{html}");
        assert_eq!(html.contains("http-equiv=\"refresh\""), looks_again, "{words}");
    }
}

#[test]
fn nobodys_words_act_and_a_long_journal_is_cut() {
    let mut run = Story::verifying(2).run;
    let plan = run.plan.as_mut().unwrap();
    plan.title = Untrusted::new("<script>alert(1)</script> & \"more\"");
    plan.specification.steps[0].title = "Add `<b>` <img src=x onerror=alert(1)> [x](javascript:alert(2))".into();
    let journal: Vec<_> = (0..400).map(|minute| line(minute, "moved", "<i>said</i>")).collect();
    let html = render("https://github.example", &run, &journal, &Spent::default()).unwrap();
    for gone in ["<script>", "<img", "<i>said", "href=\"javascript"] {
        assert!(!html.contains(gone), "{gone}");
    }
    assert!(html.contains("Add <code>&lt;b&gt;</code> &lt;img src=x"), "{html}");
    assert_eq!(html.matches("<time").count(), 300);
    assert!(html.contains("Only the newest 300 lines are shown."));
}
