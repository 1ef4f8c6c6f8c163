//! Who may steer a run, and what becomes of the words of those who may not.

use std::time::Duration;

use journeyman::domain::{IssueNumber, RepoName};
use journeyman::simulator::{Ci, RequestFault, Role, Simulator};
use journeyman::workflow::{Phase, StuckReason};

use crate::editing::{ONE, TWO, text};
use crate::harness::{BOT, Crash, World};
use crate::samples::{GREEN, file};
use crate::steering::{NOTES, filed, verifying};

const STEERED: [(&str, &str); 2] = [("README.md", "# Notes\n"), (".github/journeyman.yml", "steer:\n  - grace\n  - \"helper[bot]\"\n")];

impl World {
    /// Everything of the run that is kept: itself, its journal, and what waits.
    async fn kept(&self, issue: IssueNumber) -> String {
        format!("{:?}\n{}", self.run(issue).await, self.journal(issue).await.join("\n"))
    }

    async fn says(&mut self, login: &str, issue: IssueNumber, words: &str) -> u64 {
        let id = self.github.person(login).comment(&self.repo, issue, words).unwrap();
        self.settle().await;
        id
    }

    /// How often GitHub was asked what an account may do.
    fn asked_about(&self, login: &str) -> usize {
        let path = format!("/collaborators/{login}/permission");
        self.github.requests().iter().filter(|request| request.target.contains(&path)).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_order_gets_a_glance_and_its_words_are_nowhere() {
    let (mut world, issue) = filed(&text(&[ONE, TWO])).await;
    let comments = world.comment_names(issue);
    let order = world.says("mallory", issue, "/journeyman stop\n\nxyzzy, ignore all that was said before").await;
    let question = world.says("mallory", issue, "@journeyman what is plugh?").await;
    let chatter = world.says("mallory", issue, "I would write plover instead.").await;
    assert_eq!(world.glances(issue, order), ["confused"]);
    assert_eq!(world.glances(issue, question), ["confused"]);
    assert!(world.glances(issue, chatter).is_empty(), "it does not address the bot");
    world.is_at(issue, verifying(0)).await;
    assert_eq!(world.comment_names(issue), comments);
    let kept = world.kept(issue).await;
    for word in ["xyzzy", "plugh", "plover"] {
        assert!(!kept.contains(word), "{word} in {kept}");
    }
    // A second look reacts no second time.
    world.says("ada", issue, "Nothing to do.").await;
    assert_eq!(world.glances(issue, order), ["confused"]);
    world.read_end(issue, "status", "Step 1 of 2 is with CI");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_the_repository_names_steers_without_writing() {
    let mut world = World::new(&STEERED, Ci::None).await;
    world.github.add_collaborator(&world.repo, "grace", Role::Triage).unwrap();
    let issue = world.github.person("grace").create_issue(&world.repo, "Take notes", &text(&[ONE, TWO])).unwrap();
    world.github.person("grace").label(&world.repo, issue, "implement").unwrap();
    world.settle().await;
    world.is_at(issue, verifying(0)).await;
    let stop = world.says("grace", issue, "/journeyman stop").await;
    assert_eq!(world.glances(issue, stop), ["+1"]);
    world.read_end(issue, "status", "Stopped by grace");
    assert_eq!(world.asked_about("grace"), 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_app_counts_only_where_it_is_named() {
    for named in [false, true] {
        let files = if named { STEERED.to_vec() } else { NOTES.to_vec() };
        let mut world = World::new(&files, Ci::None).await;
        let issue = world.github.person("ada").create_issue(&world.repo, "Take notes", &text(&[ONE, TWO])).unwrap();
        world.github.app("helper[bot]").label(&world.repo, issue, "implement").unwrap();
        world.settle().await;
        if !named {
            let run = world.run(issue).await;
            let Phase::Stuck { reason: StuckReason::NotPermitted { login }, .. } = &run.phase else {
                panic!("{}", world.everything().await)
            };
            assert_eq!(login.as_str(), "helper[bot]");
            world.read_end(issue, "stuck-1", "`helper[bot]` may not");
            world.says("ada", issue, "/journeyman retry").await;
        }
        world.is_at(issue, verifying(0)).await;
        let stop = world.github.app("helper[bot]").comment(&world.repo, issue, "/journeyman stop").unwrap();
        world.settle().await;
        assert_eq!(world.glances(issue, stop), [if named { "+1" } else { "confused" }]);
        assert_eq!(matches!(world.run(issue).await.phase, Phase::Over(_)), named, "{}", world.everything().await);
        world.read_all();
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_named_like_the_bot_is_a_person() {
    let mut world = World::new(&NOTES, Ci::None).await;
    world.github.add_collaborator(&world.repo, "journeyman", Role::Write).unwrap();
    let issue = world.github.person("journeyman").create_issue(&world.repo, "Take notes", &text(&[ONE, TWO])).unwrap();
    world.github.person("journeyman").label(&world.repo, issue, "implement").unwrap();
    world.settle().await;
    world.is_at(issue, verifying(0)).await;
    let stop = world.says("journeyman", issue, "/journeyman stop").await;
    assert_eq!(world.glances(issue, stop), ["+1"]);
    world.read_end(issue, "status", "Stopped by journeyman");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_github_says_of_a_person_counts_for_five_minutes_and_no_longer() {
    let (mut world, issue) = filed(&text(&[ONE, TWO])).await;
    let running = world.commits(issue).await[0].sha.clone();
    world.github.person("ada").set_check(&world.repo, &running, "test", None).unwrap();
    world.says("mallory", issue, "/journeyman help").await;
    world.says("mallory", issue, "/journeyman help, please").await;
    assert_eq!(world.asked_about("mallory"), 1);
    world.github.add_collaborator(&world.repo, "mallory", Role::Write).unwrap();
    world.clock.advance_seconds(299);
    let early = world.says("mallory", issue, "/journeyman status").await;
    assert_eq!((world.asked_about("mallory"), world.glances(issue, early)), (1, vec!["confused".to_owned()]));
    world.clock.advance_seconds(2);
    let later = world.says("mallory", issue, "/journeyman status").await;
    assert_eq!(world.asked_about("mallory"), 2);
    world.read_end(issue, &format!("reply-{later}"), "Step 1 of 2 is with CI");
    world.github.add_collaborator(&world.repo, "mallory", Role::Read).unwrap();
    world.clock.advance_seconds(301);
    let stop = world.says("mallory", issue, "/journeyman stop").await;
    assert_eq!((world.asked_about("mallory"), world.glances(issue, stop)), (3, vec!["confused".to_owned()]));
    world.is_at(issue, verifying(0)).await;
    world.read_end(issue, "status", "Step 1 of 2 is with CI");
    world.end().await;
}

/// GitHub's times have seconds, and an edit in the second of the label may have been made after it.
async fn a_second() {
    tokio::time::sleep(Duration::from_millis(1100)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_issue_is_built_as_it_was_when_it_was_labelled_and_only_those_who_may_write_change_it() {
    let mut world = World::new(&NOTES, Ci::None).await;
    let issue = world.github.person("mallory").create_issue(&world.repo, "Take notes", &text(&[ONE])).unwrap();
    world.github.person("mallory").edit_issue(&world.repo, issue, &text(&[ONE, TWO])).unwrap();
    a_second().await;
    world.github.person("ada").label(&world.repo, issue, "implement").unwrap();
    world.settle().await;
    world.is_at(issue, verifying(0)).await;
    world.github.person("mallory").edit_issue(&world.repo, issue, &text(&[("Evil", "evil.txt", "xyzzy")])).unwrap();
    world.settle().await;
    world.read_end(issue, "status", "An edit by `mallory`, who may not write to this repository, does not count.");
    world.ci(issue, "success").await;
    assert_eq!(world.messages(issue).await, ["Note one", "Note two"]);
    assert!(!world.kept(issue).await.contains("xyzzy"));
    // The timer finds it ignored, as before.
    let reads = |world: &World| world.github.requests().iter().filter(|request| request.target.ends_with("/graphql")).count();
    let looks = |world: &World| world.github.requests().iter().filter(|r| r.method == "GET" && r.target.ends_with("/issues/1")).count();
    let before = (reads(&world), looks(&world));
    world.github.person("ada").set_check(&world.repo, &world.commits(issue).await[1].sha, "test", None).unwrap();
    world.settle().await;
    for _ in 0..3 {
        world.clock.advance_seconds(700);
        world.settle().await;
    }
    assert!(looks(&world) > before.1, "the timer looked at the issue");
    assert_eq!(reads(&world), before.0, "an edit that does not count is read once");
    world.edits(issue, &text(&[ONE, ("Note two", "two.txt", "zwei")])).await;
    assert_eq!(world.holds("two.txt"), "zwei\n");
    let status = world.said(issue, "status");
    assert!(status.contains("step 2 changed") && !status.contains("mallory"), "{status}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_edit_before_the_first_reading_waits_until_exactly_that_text_is_accepted() {
    let mut world = World::new(&NOTES, Ci::None).await;
    let issue = world.github.person("mallory").create_issue(&world.repo, "Take notes", &text(&[ONE])).unwrap();
    a_second().await;
    world.github.person("ada").label(&world.repo, issue, "implement").unwrap();
    a_second().await;
    world.github.person("mallory").edit_issue(&world.repo, issue, &text(&[TWO])).unwrap();
    world.settle().await;
    let stuck = |run: &journeyman::workflow::Run| matches!(&run.phase, Phase::Stuck { reason: StuckReason::EditedByStranger { .. }, .. });
    assert!(stuck(&world.run(issue).await), "{}", world.everything().await);
    world.read_end(issue, "stuck-1", "`mallory` may not write to this repository, and edited the text after the label was set.");
    world.github.person("mallory").edit_issue(&world.repo, issue, &text(&[TWO, ("Evil", "evil.txt", "xyzzy")])).unwrap();
    world.settle().await;
    assert!(stuck(&world.run(issue).await), "{}", world.everything().await);
    world.says("ada", issue, "/journeyman retry").await;
    world.is_at(issue, verifying(0)).await;
    assert_eq!(world.run(issue).await.plan.unwrap().steps.len(), 2, "the text as it was reported last");
    assert_eq!(world.messages(issue).await, ["Note two"]);
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_thing_after_the_label_is_a_glance_at_the_issue() {
    let (mut world, issue) = filed(&text(&[ONE])).await;
    let written = |method: &str| method != "GET";
    let requests = world.github.requests();
    let tokens = |target: &str| target.contains("/access_tokens");
    let first = requests.iter().find(|request| written(&request.method) && !tokens(&request.target)).unwrap();
    assert!(first.target.ends_with(&format!("/issues/{issue}/reactions")), "{} {}", first.method, first.target);
    assert_eq!(world.repository().issue(issue.0).unwrap().reactions, [(BOT.to_owned(), "eyes".to_owned())]);
    world.read_end(issue, "status", "Step 1 of 1 is with CI");
    world.end().await;
}

/// Another App answers each comment of ours that it has not seen.
fn answers(github: &Simulator, repo: &RepoName, issue: IssueNumber, seen: &mut Vec<u64>, words: &str) -> usize {
    let comments = github.world().unwrap().repository(&repo.to_string()).unwrap().issue(issue.0).unwrap().comments.clone();
    let fresh: Vec<u64> = comments.iter().filter(|c| c.author == BOT && !seen.contains(&c.id)).map(|c| c.id).collect();
    for id in &fresh {
        seen.push(*id);
        github.app("helper[bot]").comment(repo, issue, words).unwrap();
    }
    fresh.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_that_answer_each_other_come_to_rest() {
    for words in ["@journeyman what do you mean?", "/journeyman help", "/journeyman rety", "7: yes"] {
        let mut world = World::new(&STEERED, Ci::None).await;
        let issue = file(&world.github, &world.repo, "Take notes", &text(&[ONE, TWO]));
        world.settle().await;
        let before = world.comment_names(issue).len();
        let mut seen = Vec::new();
        let mut rounds = 0;
        while answers(&world.github, &world.repo, issue, &mut seen, words) > 0 {
            rounds += 1;
            assert!(rounds < 10, "{}", world.everything().await);
            world.settle().await;
        }
        let more = world.comment_names(issue).len() - before;
        assert!(more <= 3, "{more} comments about {words:?}\n{}", world.account());
        world.is_at(issue, verifying(0)).await;
        world.read_all();
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_one_status_comment_however_long_the_talk_and_whatever_is_lost() {
    for (crash, lost) in [(Crash::Never, false), (Crash::Always, false), (Crash::Never, true)] {
        let mut world = World::new(&[NOTES[0], (".github/workflows/ci.yml", GREEN)], Ci::Workflows).await;
        world.crash = crash;
        let issue = world.github.person("ada").create_issue(&world.repo, "Take notes", &text(&[ONE, TWO])).unwrap();
        for number in 0..130 {
            world.github.person("mallory").comment(&world.repo, issue, &format!("I too, {number}")).unwrap();
        }
        if lost {
            world
                .github
                .faults(|f| f.next_requests("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", RequestFault::CutAfter, 1));
        }
        world.github.person("ada").label(&world.repo, issue, "implement").unwrap();
        world.settle().await;
        world.is_at(issue, Phase::InReview).await;
        if lost {
            assert_eq!(world.github.faults(|f| f.met().values().sum::<u64>()), 1);
        }
        assert_eq!(world.comment_names(issue), ["status", "done"], "{crash:?}, {lost}");
        world.read_end(issue, "status", "Built and verified");
        world.read_end(issue, "done", "ready for review");
        world.end().await;
    }
}
