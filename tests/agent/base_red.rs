//! Commands that fail on what was submitted, and on what was there before it.

use std::path::Path;

use journeyman::agent::budget::Budget;
use journeyman::agent::step::{self, Desk, Outcome, Product, Reader, Reading, Task};
use journeyman::agent::transcript::{Back, Entry, Transcript};
use journeyman::agent::{Ending, Error, Implementer, Report, Site};
use journeyman::clock::Clock;
use journeyman::domain::{ChangeSet, Sha};
use journeyman::git::Checkout;
use journeyman::guard;

use crate::bench::Bench;

#[expect(clippy::disallowed_methods, reason = "a repository is made with git, in a test")]
fn git(at: &Path, arguments: &[&str]) -> String {
    let mut git = std::process::Command::new("git");
    git.arg("-C").arg(at).args(["-c", "user.name=t", "-c", "user.email=t@example.org"]).args(arguments);
    let output = git.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Writes what the step wants, each time the next of these texts.
struct Writes(&'static [&'static str]);

impl Implementer for Writes {
    async fn work(&mut self, site: &Site, transcript: &mut Transcript, _: &Budget) -> Result<Ending, Error> {
        let done = transcript.entries().filter(|entry| matches!(entry, Entry::Ended(_))).count();
        std::fs::write(site.root.join("new.txt"), self.0[done]).unwrap();
        let ending = Ending::Submitted(Report::default());
        transcript.push(Entry::Ended(ending.clone())).unwrap();
        Ok(ending)
    }
}

struct Nobody;

impl Reader for Nobody {
    async fn read(&mut self, _: &ChangeSet, _: &mut Checkout, _: &mut Transcript, _: &Budget) -> Result<Reading, Error> {
        Ok(Reading::Found(Vec::new()))
    }
}

struct World {
    bench: Bench,
    commit: Sha,
}

impl World {
    async fn new() -> Self {
        let bench = Bench::new().await;
        let at = bench.scratch.path().join("repository");
        std::fs::create_dir(&at).unwrap();
        std::fs::write(at.join("old.txt"), "old\n").unwrap();
        std::fs::write(at.join(".gitignore"), "ran\n").unwrap();
        git(&at, &["init", "-q"]);
        git(&at, &["add", "-A"]);
        git(&at, &["commit", "-qm", "begin"]);
        let commit = git(&at, &["rev-parse", "HEAD"]).parse().unwrap();
        Self { bench, commit }
    }

    /// Builds the step with these commands; the first so many are the step's own.
    async fn build(&mut self, texts: &'static [&'static str], commands: &[&str], shows: usize) -> Outcome {
        let (git_dir, place) = (self.bench.scratch.path().join("repository/.git"), self.bench.scratch.path().join("place"));
        let path = self.bench.scratch.path().join("build.jsonl");
        let mut transcript = Transcript::open(&path, Clock::System).unwrap();
        let mut checkout = match Checkout::left_at(&git_dir, &self.commit, &place).unwrap() {
            Some(left) => left,
            None => Checkout::at(&git_dir, &self.commit, &place).unwrap(),
        };
        let site = Site { root: checkout.root().canonicalize().unwrap(), given: [].into(), ..self.bench.site.clone() };
        site.sandbox.own(&site.root).unwrap();
        let verify: Vec<String> = commands.iter().map(|command| (*command).to_owned()).collect();
        let given = ChangeSet::default();
        let task = Task {
            number: "1".into(),
            by: "scripted".into(),
            base: self.commit.clone(),
            system: "You are careful.".into(),
            task: "Write new.txt.".into(),
            answers: Vec::new(),
            given: &given,
            rules: guard::Rules::default(),
            verify: &verify,
            shows: &verify[..shows],
            may_change_nothing: false,
            merge: None,
        };
        let budget = Budget::unlimited();
        let mut desk = Desk {
            site: &site,
            checkout: &mut checkout,
            transcript: &mut transcript,
            budget: &budget,
            stop: &tokio_util::sync::CancellationToken::new(),
        };
        step::build(&mut Writes(texts), Some(Nobody), &task, &mut desk).await.unwrap()
    }

    fn transcript(&self) -> Vec<Entry> {
        let lines = journeyman::agent::transcript::read(&self.bench.scratch.path().join("build.jsonl")).unwrap();
        lines.into_iter().map(|line| line.entry).collect()
    }

    fn sent_back(&self) -> usize {
        self.transcript().iter().filter(|entry| matches!(entry, Entry::SentBack { why: Back::Verification, .. })).count()
    }

    fn file(&self, path: &str) -> String {
        std::fs::read_to_string(self.bench.scratch.path().join("place/files").join(path)).unwrap_or_default()
    }
}

fn product(outcome: Outcome) -> Product {
    let Outcome::Built(product) = outcome else { panic!("{outcome:?}") };
    product
}

/// Fails wherever it runs, and keeps count in a file that the repository ignores.
const ALWAYS_RED: &str = "ls >> ran; echo run at $(date +%N); exit 3";

#[tokio::test]
async fn a_command_that_failed_before_the_step_is_told_and_not_sent_back() {
    let mut world = World::new().await;
    let product = product(world.build(&["new\n"], &[ALWAYS_RED, "test -f new.txt"], 0).await);
    assert_eq!(product.verified, ["test -f new.txt"]);
    assert!(product.notes.len() == 1 && product.notes[0].contains("ended with status 3 after this step"), "{:?}", product.notes);
    assert_eq!((world.sent_back(), world.file("new.txt").as_str()), (0, "new\n"));
    // Once on what was submitted, and once without it.
    assert_eq!(world.file("ran").matches("old.txt").count(), 2);
    assert_eq!(world.file("ran").matches("new.txt").count(), 1);
}

#[tokio::test]
async fn a_command_that_the_step_broke_goes_back_and_the_base_is_asked_once() {
    let mut world = World::new().await;
    let green_before = "ls >> ran; ! grep -qs bad new.txt";
    let product = product(world.build(&["bad\n", "bad again\n", "good\n"], &[green_before], 0).await);
    assert_eq!((product.notes.len(), product.verified.len(), world.sent_back()), (0, 1, 2));
    assert_eq!(world.file("ran").matches("old.txt").count(), 4, "three times with the step, once without it");
}

#[tokio::test]
async fn a_command_that_shows_that_the_step_is_done_is_not_excused_by_failing_before_it() {
    let mut world = World::new().await;
    let shows = "test -f new.txt || { echo there is no new.txt; exit 1; }; grep good new.txt || { echo it is not good; exit 1; }";
    let product = product(world.build(&["bad\n", "good\n"], &[shows], 1).await);
    assert_eq!((product.notes.len(), product.verified.len(), world.sent_back()), (0, 1, 1));
    // It fails in the very same way, whatever the step does: the machine lacks what it needs.
    let mut world = World::new().await;
    let lacking = product_notes(world.build(&["x\n"], &["no-such-program --check"], 1).await);
    assert!(lacking.len() == 1 && world.sent_back() == 0, "{lacking:?}");
}

fn product_notes(outcome: Outcome) -> Vec<String> {
    product(outcome).notes
}

#[tokio::test]
async fn a_crash_after_any_line_ends_in_the_same_and_the_base_is_not_asked_again() {
    let commands = ["ls >> ran; ! grep -qs bad new.txt", ALWAYS_RED];
    let texts: &'static [&'static str] = &["bad\n", "good\n"];
    let mut whole = World::new().await;
    let expected = product(whole.build(texts, &commands, 0).await);
    let entries = whole.transcript();
    let path = |world: &World| world.bench.scratch.path().join("build.jsonl");
    let text = std::fs::read_to_string(path(&whole)).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    assert_eq!(lines.iter().filter(|line| line.contains("at_base")).count(), 2);
    for kept in 0..lines.len() {
        let mut world = World::new().await;
        let done = lines[..kept].iter().filter(|line| line.contains("\"ended\"")).count();
        let place = world.bench.scratch.path().join("place");
        let mut checkout = Checkout::at(&world.bench.scratch.path().join("repository/.git"), &world.commit, &place).unwrap();
        if let Some(last) = done.checked_sub(1) {
            std::fs::write(checkout.root().join("new.txt"), texts[last]).unwrap();
            // The crash fell into the run at the base.
            let changes = checkout.changes().unwrap();
            checkout.set_aside(&changes).unwrap();
        }
        drop(checkout);
        std::fs::write(path(&world), lines[..kept].concat().replace(whole.commit.as_str(), world.commit.as_str())).unwrap();
        let product = product(world.build(texts, &commands, 0).await);
        assert_eq!((&product.changes, &product.notes), (&expected.changes, &expected.notes), "after {kept} lines");
        // Each life notes the time that it took.
        let said = |entries: &[Entry]| entries.iter().filter(|entry| !matches!(entry, Entry::Elapsed { .. })).count();
        assert_eq!(said(&world.transcript()), said(&entries), "after {kept} lines: {:#?}", world.transcript());
    }
}
