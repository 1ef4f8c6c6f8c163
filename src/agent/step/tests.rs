use std::fs;
use std::path::Path;

use super::*;
use crate::agent::transcript::read;
use crate::clock::Clock;
use crate::domain::{Bound, Exhausted, FileContent, Login, Mode, Payer, Spent, Timestamp, Untrusted};
use crate::git::tests::Repo;
use crate::sandbox::{Limits, Options, Sandbox};

type Act = fn(&Path) -> Ending;

/// Does one act each time that it is set to work: the act after those that the transcript has the endings of.
struct Acts(Vec<Act>);

impl Implementer for Acts {
    async fn work(&mut self, site: &Site, transcript: &mut Transcript, _: &Budget) -> Result<Ending, Error> {
        let done = transcript.entries().filter(|entry| matches!(entry, Entry::Ended(_))).count();
        let ending = self.0[done](&site.root);
        transcript.push(Entry::Ended(ending.clone())).unwrap();
        Ok(ending)
    }
}

/// Finds something in a change that does not hold the word `logged`.
struct WantsLogging;

impl Reader for WantsLogging {
    async fn read(&mut self, changes: &ChangeSet, _: &mut Checkout, transcript: &mut Transcript, _: &Budget) -> Result<Reading, Error> {
        let since = transcript.entries().rev().take_while(|entry| !matches!(entry, Entry::Ended(_)));
        let read =
            since.filter_map(|entry| if let Entry::Reviewed { findings, .. } = entry { Some(findings.clone()) } else { None }).next();
        if let Some(findings) = read {
            return Ok(Reading::Found(findings));
        }
        let logs = |change: &FileChange| matches!(change, FileChange::Write(file) if file.bytes.windows(6).any(|part| part == b"logged"));
        let findings =
            if changes.files.values().any(logs) { Vec::new() } else { vec!["The step wants errors logged, and none is.".into()] };
        transcript
            .push(Entry::Reviewed { model: "m".into(), spent: Spent { turns: 1, ..Spent::default() }, findings: findings.clone() })
            .unwrap();
        Ok(Reading::Found(findings))
    }
}

/// No reader at all.
const NOBODY: Option<WantsLogging> = None;

fn submits() -> Ending {
    Ending::Submitted(Report { suggestions: vec!["Cache it.".into()], ..Report::default() })
}

fn write(root: &Path, name: &str, text: &str) {
    fs::write(root.join(name), text).unwrap();
}

/// No command is run in these tests.
fn unfenced() -> Options {
    Options { disposable_machine: true, namespaces: false, groups: false, ..Options::new("/no/such/helper") }
}

struct World {
    repo: Repo,
    scratch: tempfile::TempDir,
    commit: Sha,
    given: ChangeSet,
    answers: Vec<Answered>,
}

impl World {
    fn new() -> Self {
        let repo = Repo::new();
        let commit = repo.commit(&[(b"a.txt", Mode::Regular, b"one\n")]);
        Self { repo, scratch: tempfile::tempdir().unwrap(), commit, given: ChangeSet::default(), answers: Vec::new() }
    }

    fn transcript(&self) -> std::path::PathBuf {
        self.scratch.path().join("step.jsonl")
    }

    async fn build<R: Reader>(&self, acts: &[Act], reader: Option<R>) -> Outcome {
        let place = self.scratch.path().join("place");
        let mut transcript = Transcript::open(&self.transcript(), Clock::manual(Timestamp(0))).unwrap();
        let mut checkout = match Checkout::left_at(&self.repo.git_dir(), &self.commit, &place).unwrap() {
            Some(left) => left,
            None => Checkout::at(&self.repo.git_dir(), &self.commit, &place).unwrap(),
        };
        let sandbox = Sandbox::prepare(unfenced()).await.unwrap();
        let given = written(&self.given);
        let site = Site {
            root: checkout.root().into(),
            home: self.scratch.path().join("home"),
            sandbox,
            limits: Limits::default(),
            given: given.clone(),
        };
        let task = Task {
            number: "1".into(),
            by: "scripted".into(),
            base: self.commit.clone(),
            system: "You are careful.".into(),
            task: "Do it.".into(),
            answers: self.answers.clone(),
            given: &self.given,
            rules: guard::Rules::default(),
            verify: &[],
            shows: &[],
        };
        let budget = Budget::unlimited();
        let mut desk = Desk { site: &site, checkout: &mut checkout, transcript: &mut transcript, budget: &budget };
        build(&mut Acts(acts.to_vec()), reader, &task, &mut desk).await.unwrap()
    }
}

fn product(outcome: Outcome) -> Product {
    let Outcome::Built(product) = outcome else { panic!("{outcome:?}") };
    product
}

#[tokio::test]
async fn what_was_submitted_is_built_with_its_suggestions() {
    let act: Act = |root| {
        write(root, "b.txt", "two\n");
        submits()
    };
    let product = product(World::new().build(&[act], NOBODY).await);
    assert_eq!(product.changes.files.keys().collect::<Vec<_>>(), ["b.txt"]);
    assert_eq!(product.suggestions, ["Cache it."]);
}

#[tokio::test]
async fn what_a_guard_stops_goes_back_and_is_mended_or_given_up_in_the_end() {
    let bad: Act = |root| {
        fs::create_dir_all(root.join(".github/workflows")).unwrap();
        write(root, ".github/workflows/ci.yml", "on: push\n");
        submits()
    };
    let good: Act = |root| {
        fs::remove_dir_all(root.join(".github")).unwrap();
        write(root, "b.txt", "two\n");
        submits()
    };
    let world = World::new();
    let built = product(world.build(&[bad, good], NOBODY).await);
    assert_eq!(built.changes.files.len(), 1);
    let told = read(&world.transcript())
        .unwrap()
        .into_iter()
        .filter_map(|line| if let Entry::Told(text) = line.entry { Some(text) } else { None });
    assert!(told.collect::<Vec<_>>().last().unwrap().contains(".github/workflows/ci.yml"));
    let Outcome::GaveUp(why) = World::new().build(&[bad, bad, bad, bad], NOBODY).await else { panic!("a guard was passed over") };
    assert!(why.contains(".github/workflows/ci.yml"), "{why}");
}

#[tokio::test]
async fn a_step_without_any_change_is_doubted_once_and_then_believed() {
    let nothing: Act = |_| submits();
    assert!(product(World::new().build(&[nothing, nothing], NOBODY).await).changes.is_empty());
}

#[tokio::test]
async fn what_a_second_reader_finds_goes_back_and_is_told_when_it_stays() {
    let silent: Act = |root| {
        write(root, "b.txt", "two\n");
        submits()
    };
    let logs: Act = |root| {
        write(root, "b.txt", "two, logged\n");
        submits()
    };
    let mended = product(World::new().build(&[silent, logs], Some(WantsLogging)).await);
    assert_eq!(mended.notes, Vec::<String>::new());
    let left = product(World::new().build(&[silent, silent, silent], Some(WantsLogging)).await);
    assert_eq!(left.notes, ["The step wants errors logged, and none is."]);
}

#[tokio::test]
async fn a_question_is_asked_once_and_its_answer_goes_on_with_the_work() {
    let asks: Act = |_| Ending::Asks { question: "Which?".into() };
    let then: Act = |root| {
        write(root, "b.txt", "two\n");
        submits()
    };
    let mut world = World::new();
    for _ in 0..2 {
        assert!(matches!(world.build(&[asks, then], NOBODY).await, Outcome::Asks(question) if question == "Which?"));
    }
    world.answers.push(Answered { question: "Which?".into(), answer: Untrusted::new("The second."), by: Login::new("ada") });
    product(world.build(&[asks, then], NOBODY).await);
    let lines = read(&world.transcript()).unwrap();
    assert!(lines.iter().any(|line| matches!(&line.entry, Entry::Told(text) if text.contains("The second.") && text.contains("ada"))));
}

#[tokio::test]
async fn what_the_specification_printed_stays_as_it_was_printed() {
    let formats: Act = |root| {
        write(root, "a.txt", "reformatted\n");
        write(root, "b.txt", "two\n");
        submits()
    };
    let mut world = World::new();
    let printed = FileChange::Write(FileContent { mode: Mode::Regular, bytes: b"printed\n".to_vec() });
    world.given.files.insert("a.txt".into(), printed.clone());
    let product = product(world.build(&[formats], NOBODY).await);
    assert_eq!(product.changes.files.get("a.txt"), Some(&printed));
    assert_eq!(product.changes.files.len(), 2);
}

#[tokio::test]
async fn a_spent_budget_ends_it_and_more_goes_on() {
    let spent: Act = |root| {
        write(root, "b.txt", "half\n");
        let allowance = crate::domain::Allowance::default();
        Ending::OutOfBudget(Exhausted { payer: Payer::Step, bound: Bound::Turns, spent: Spent::default(), allowance })
    };
    let then: Act = |root| {
        assert_eq!(fs::read_to_string(root.join("b.txt")).unwrap(), "half\n", "the work so far is kept");
        submits()
    };
    let world = World::new();
    assert!(matches!(world.build(&[spent, then], NOBODY).await, Outcome::OutOfBudget(_)));
    product(world.build(&[spent, then], NOBODY).await);
}

#[tokio::test]
async fn a_crash_after_any_line_of_the_transcript_ends_in_the_same() {
    let bad: Act = |root| {
        fs::create_dir_all(root.join(".github/workflows")).unwrap();
        write(root, ".github/workflows/ci.yml", "on: push\n");
        submits()
    };
    let silent: Act = |root| {
        let _ = fs::remove_dir_all(root.join(".github"));
        write(root, "b.txt", "two\n");
        submits()
    };
    let logs: Act = |root| {
        write(root, "b.txt", "two, logged\n");
        submits()
    };
    let acts = [bad, silent, logs];
    let whole = World::new();
    let expected = product(whole.build(&acts, Some(WantsLogging)).await).changes;
    let text = fs::read_to_string(whole.transcript()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    assert!(lines.len() >= 10, "{}", lines.len());
    for kept in 0..lines.len() {
        let world = World::new();
        // What was done up to there is done.
        let endings = lines[..kept].iter().filter(|line| line.contains("\"ended\"")).count();
        let place = world.scratch.path().join("place");
        let checkout = Checkout::at(&world.repo.git_dir(), &world.commit, &place).unwrap();
        acts[..endings].iter().for_each(|act| drop(act(checkout.root())));
        drop(checkout);
        fs::write(world.transcript(), lines[..kept].concat().replace(whole.commit.as_str(), world.commit.as_str())).unwrap();
        let product = product(world.build(&acts, Some(WantsLogging)).await);
        assert_eq!(product.changes, expected, "after {kept} lines");
        let again = read(&world.transcript()).unwrap();
        assert_eq!(again.len(), lines.len(), "after {kept} lines something was said or paid twice: {again:#?}");
    }
}
