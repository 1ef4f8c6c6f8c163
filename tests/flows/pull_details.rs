//! A pull request has what its issue and its repository have: labels, milestone, whoever asked, and the template.

use journeyman::domain::IssueNumber;
use journeyman::simulator::{Ci, PullView};
use journeyman::workflow::Phase;

use crate::harness::{Crash, World};
use crate::samples::{TWO_STEPS, quick_greeter};

const TEMPLATE: &str = "## Checklist of the team\n\n<!-- Tick what applies. -->\n- [ ] The changelog has a line\n- [ ] Somebody tried it\n";

async fn proposed(crash: Crash) -> (World, IssueNumber, PullView) {
    let files = [quick_greeter(), vec![(".github/PULL_REQUEST_TEMPLATE.md", TEMPLATE)]].concat();
    let mut world = World::new(&files, Ci::Workflows).await;
    world.crash = crash;
    let ada = world.github.person("ada");
    let issue = ada.create_issue(&world.repo, "Two notes", TWO_STEPS).unwrap();
    let milestone = ada.create_milestone(&world.repo, "1.0").unwrap();
    ada.set_milestone(&world.repo, issue, Some(milestone)).unwrap();
    ada.label(&world.repo, issue, "area: notes").unwrap();
    ada.label(&world.repo, issue, "implement").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    let pull = world.pull(issue).await;
    (world, issue, pull)
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_milestone_assignee_and_template_are_there_wherever_a_crash_falls() {
    for crash in [Crash::Never, Crash::Always] {
        let (mut world, issue, pull) = proposed(crash).await;
        assert_eq!(pull.title, "Two notes");
        assert_eq!((pull.labels.clone(), pull.milestone.is_some()), (vec!["area: notes".to_owned()], true), "{pull:?}");
        assert_eq!((pull.assignees.clone(), pull.requested_reviewers.clone()), (vec!["ada".to_owned()], vec![]));
        let (ours, template) = pull.body.split_once(&format!("Closes #{issue}\n")).unwrap();
        assert!(ours.contains("- [x] **2.** Note two"), "{ours}");
        assert!(template.trim_end().ends_with(TEMPLATE.trim_end()), "{template}");
        assert_eq!(pull.body.matches("Checklist of the team").count(), 1);
        world.read_all();
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_write_beside_our_part_stays() {
    let (mut world, issue, pull) = proposed(Crash::Never).await;
    let edited = format!("Reviewed on Monday.\n\n{}", pull.body.replace("- [ ] Somebody tried it", "- [x] Somebody tried it"));
    let number = world.run(issue).await.pull.unwrap();
    world.github.person("ada").edit_pull(&world.repo, number, &edited.replace("- [x] **1.**", "- [ ] **1.**")).unwrap();
    world.settle().await;
    let body = world.pull(issue).await.body;
    assert_eq!(body, edited, "{}", world.everything().await);
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_asked_can_be_neither_assignee_nor_reviewer_and_that_holds_up_nothing() {
    let files = [quick_greeter(), vec![(".github/journeyman.yml", "steer: [\"planner[bot]\"]\n")]].concat();
    let mut world = World::new(&files, Ci::Workflows).await;
    let planner = world.github.app("planner[bot]");
    let issue = planner.create_issue(&world.repo, "Two notes", TWO_STEPS).unwrap();
    world.github.person("ada").label(&world.repo, issue, "later").unwrap();
    world.github.app("planner[bot]").label(&world.repo, issue, "implement").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    let pull = world.pull(issue).await;
    assert_eq!((pull.labels, pull.assignees, pull.requested_reviewers), (vec!["later".to_owned()], vec![], vec![]));
    world.read_all();
    world.end().await;
}
