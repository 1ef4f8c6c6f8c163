//! An issue whose steps are its sub-issues: each becomes one commit, in their order; what a stranger wrote is asked about.

use journeyman::domain::IssueNumber;
use journeyman::simulator::Ci;
use journeyman::workflow::Phase;

use crate::harness::World;
use crate::samples::GREEN;

const BODY: &str = "Notes are wanted.\n\n## Acceptance criteria\n\n- [ ] All are there (`test`)\n";

fn note(name: &str) -> String {
    format!("# Why\n\nIt is wanted.\n\n## Steps\n\n1. Write it\n\n`{name}.txt`\n```text\n{name}\n```\n")
}

impl World {
    /// An issue by ada, and sub-issues of it by these people, in this order.
    fn with_parts(&self, parts: &[(&str, &str, String)]) -> (IssueNumber, Vec<IssueNumber>) {
        let ada = self.github.person("ada");
        let issue = ada.create_issue(&self.repo, "Take notes", BODY).unwrap();
        let part = |(by, title, body): &(&str, &str, String)| {
            let part = self.github.person(by).create_issue(&self.repo, title, body).unwrap();
            ada.add_sub_issue(&self.repo, issue, part).unwrap();
            part
        };
        (issue, parts.iter().map(part).collect())
    }

    async fn built(&self, issue: IssueNumber) -> Vec<String> {
        let first = |message: &str| message.lines().next().unwrap_or_default().to_owned();
        self.commits(issue).await.iter().map(|commit| first(&commit.message)).collect()
    }
}

async fn world() -> World {
    World::new(&[("README.md", "# Notes\n"), (".github/workflows/ci.yml", GREEN)], Ci::Workflows).await
}

#[tokio::test(flavor = "multi_thread")]
async fn sub_issues_are_built_in_their_order_and_a_closed_one_is_not() {
    let mut world = world().await;
    let parts = [("ada", "Note two", note("two")), ("ada", "Note nought", note("nought")), ("ada", "Note one", note("one"))];
    let (issue, parts) = world.with_parts(&parts);
    let ada = world.github.person("ada");
    ada.close_issue(&world.repo, parts[1]).unwrap();
    ada.label(&world.repo, issue, "implement").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    assert_eq!(world.built(issue).await, ["Note two", "Note one"]);
    let plan = world.run(issue).await.plan.unwrap();
    assert!(
        plan.text.as_data().contains("# Why") && plan.text.as_data().contains(&format!("#{}", parts[0])),
        "what is told to implementers"
    );
    let body = world.pull(issue).await.body;
    assert!(body.contains("**1.** Note two") && body.contains("**2.** Note nought") && body.contains("**3.** Note one"), "{body}");
    assert!(!body.contains("- [ ]"), "{body}");
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sub_issue_by_a_stranger_is_asked_about_until_somebody_who_may_write_accepts_it() {
    let mut world = world().await;
    let (issue, parts) = world.with_parts(&[("ada", "Note one", note("one")), ("mallory", "Note @ada two", note("stolen"))]);
    world.github.person("ada").label(&world.repo, issue, "implement").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::Asking, "{}", world.everything().await);
    let questions = world.said(issue, "questions");
    assert!(questions.contains(&format!("The text of the sub-issue `#{}` is as `mallory` wrote it", parts[1])), "{questions}");
    assert!(questions.contains("Only an edit of the specification settles this."), "{questions}");
    assert!(!format!("{:?}", world.run(issue).await).contains("stolen"), "a stranger's words are kept nowhere");

    world.github.person("ada").edit_issue(&world.repo, parts[1], &note("two")).unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    assert_eq!(world.built(issue).await, ["Note one", "Note @ ada two"], "nobody is called");
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sub_issue_that_is_taken_out_settles_the_question_even_when_no_webhook_tells_of_it() {
    let mut world = world().await;
    let (issue, parts) = world.with_parts(&[("ada", "Note one", note("one")), ("mallory", "Note two", note("two"))]);
    world.github.person("ada").label(&world.repo, issue, "implement").unwrap();
    world.settle().await;
    world.sweeping = false;
    world.github.faults(|faults| faults.next_deliveries("sub_issues", journeyman::simulator::DeliveryFault::Lost, 2));
    world.github.person("ada").remove_sub_issue(&world.repo, issue, parts[1]).unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::Asking, "{}", world.everything().await);
    world.wait_until_due().await;
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    assert_eq!(world.built(issue).await, ["Note one"]);
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_added_while_building_is_built_too_and_a_strangers_edit_is_not_followed() {
    let mut world = world().await;
    let (issue, parts) = world.with_parts(&[("ada", "Note one", note("one"))]);
    world.github.person("ada").label(&world.repo, issue, "implement").unwrap();
    world.settle().await;
    assert_eq!(world.built(issue).await, ["Note one"]);
    let ada = world.github.person("ada");
    let later = ada.create_issue(&world.repo, "Note two", &note("two")).unwrap();
    ada.add_sub_issue(&world.repo, issue, later).unwrap();
    world.settle().await;
    assert_eq!(world.built(issue).await, ["Note one", "Note two"], "{}", world.everything().await);

    world.github.person("ada").edit_issue(&world.repo, later, &note("two-and-a-half")).unwrap();
    world.settle().await;
    assert_eq!(world.built(issue).await.len(), 3, "an edited sub-issue is built anew\n{}", world.everything().await);

    world.sweeping = false;
    world.github.faults(|faults| faults.next_deliveries("issues", journeyman::simulator::DeliveryFault::Lost, 1));
    world.github.person("ada").edit_issue(&world.repo, later, &note("three")).unwrap();
    world.settle().await;
    for _ in 0..3 {
        world.wait_until_due().await;
        world.settle().await;
    }
    assert_eq!(world.built(issue).await.len(), 4, "no webhook is needed for that\n{}", world.everything().await);
    world.sweeping = true;
    world.settle().await;
    world.github.add_collaborator(&world.repo, "grace", journeyman::simulator::Role::Write).unwrap();
    world.github.person("grace").edit_issue(&world.repo, parts[0], &note("grace")).unwrap();
    world.github.add_collaborator(&world.repo, "grace", journeyman::simulator::Role::Read).unwrap();
    world.settle().await;
    assert_eq!((world.built(issue).await.len(), world.run(issue).await.phase), (4, Phase::InReview), "{}", world.everything().await);
    let questions = world.said(issue, "questions");
    assert!(questions.contains("I go by its text before that"), "{questions}");

    for part in [parts[0], later] {
        world.github.person("ada").close_issue(&world.repo, part).unwrap();
        world.settle().await;
    }
    assert_eq!((world.built(issue).await.len(), world.run(issue).await.phase), (4, Phase::InReview), "{}", world.everything().await);
    assert!(!world.pull(issue).await.body.contains("- [ ]"), "{}", world.pull(issue).await.body);
    world.read_all();
    world.end().await;
}
