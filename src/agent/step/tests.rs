use std::fs;
use std::path::Path;
use std::time::Duration;

use super::*;
use crate::agent::budget::Account;
use crate::agent::transcript::read;
use crate::clock::Clock;
use crate::domain::{Allowance, Bound, Exhausted, FileContent, Login, Mode, Payer, Spent, Timestamp, Untrusted};
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
    budget: Budget,
    stop: CancellationToken,
}

impl World {
    fn new() -> Self {
        let repo = Repo::new();
        let commit = repo.commit(&[(b"a.txt", Mode::Regular, b"one\n")]);
        Self {
            repo,
            scratch: tempfile::tempdir().unwrap(),
            commit,
            given: ChangeSet::default(),
            answers: Vec::new(),
            budget: Budget::unlimited(),
            stop: CancellationToken::new(),
        }
    }

    fn transcript(&self) -> std::path::PathBuf {
        self.scratch.path().join("step.jsonl")
    }

    async fn build<R: Reader>(&self, acts: &[Act], reader: Option<R>) -> Outcome {
        self.set_to_work(&mut Acts(acts.to_vec()), reader).await.unwrap()
    }

    async fn set_to_work<I: Implementer, R: Reader>(&self, implementer: &mut I, reader: Option<R>) -> Result<Outcome, Error> {
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
            may_change_nothing: false,
            merge: None,
        };
        let mut desk = Desk { site: &site, checkout: &mut checkout, transcript: &mut transcript, budget: &self.budget, stop: &self.stop };
        build(implementer, reader, &task, &mut desk).await
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
        let allowance = Allowance::default();
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
    let said = without_time(&whole.transcript()).len();
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
        let again = without_time(&world.transcript());
        assert_eq!(again.len(), said, "after {kept} lines something was said or paid twice: {again:#?}");
    }
}

/// Every start and every ending may leave a line about time.
fn without_time(transcript: &Path) -> Vec<Entry> {
    let entries = read(transcript).unwrap().into_iter().map(|line| line.entry);
    entries.filter(|entry| !matches!(entry, Entry::Elapsed { .. })).collect()
}

/// Takes its time, and then fails.
struct Slow(Duration);

impl Implementer for Slow {
    async fn work(&mut self, _: &Site, _: &mut Transcript, _: &Budget) -> Result<Ending, Error> {
        tokio::time::sleep(self.0).await;
        Err(Error::Later { after: Duration::from_secs(1), why: "hear the model".into() })
    }
}

#[tokio::test]
async fn work_that_is_told_to_stop_is_let_go_with_its_time_booked() {
    let world = World::new();
    let mut slow = Slow(Duration::from_secs(600));
    let (stopped, ()) = tokio::join!(world.set_to_work(&mut slow, NOBODY), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        world.stop.cancel();
    });
    assert!(matches!(stopped, Err(Error::Stopped)), "{stopped:?}");
    let lines = read(&world.transcript()).unwrap();
    assert!(matches!(lines.last().unwrap().entry, Entry::Elapsed { millis: 1..10_000 }), "{lines:?}");
}

#[tokio::test]
async fn the_time_that_it_took_is_in_the_books_once_however_it_ended() {
    let mut world = World::new();
    let (books, mut told) = tokio::sync::mpsc::unbounded_channel();
    let allowance = Allowance { millis: Some(150), ..Allowance::default() };
    let account = Account::new(Payer::Step, allowance, Spent::default());
    world.budget = Budget::new(vec![account.clone()], Some(books));
    let failed = world.set_to_work(&mut Slow(Duration::from_millis(40)), NOBODY).await;
    assert!(matches!(failed, Err(Error::Later { .. })), "{failed:?}");
    let first = account.spent().millis;
    assert!((40..150).contains(&first), "{first}");
    // Cut in the middle, by what is left.
    let cut = world.set_to_work(&mut Slow(Duration::from_secs(600)), NOBODY).await.unwrap();
    let Outcome::OutOfBudget(exhausted) = cut else { panic!("{cut:?}") };
    assert_eq!((exhausted.payer, exhausted.bound), (Payer::Step, Bound::Time));
    assert_eq!(exhausted.spent, account.spent());
    assert!((150..10_000).contains(&account.spent().millis), "{exhausted:?}");
    let mut charged = BTreeMap::new();
    while let Ok(charge) = told.try_recv() {
        assert!(charged.insert(charge.name, charge.spent.millis).is_none(), "each time has a name of its own");
    }
    assert_eq!(charged.values().sum::<u64>(), account.spent().millis);
    let lines = read(&world.transcript()).unwrap();
    let written: u64 = lines.iter().map(|line| if let Entry::Elapsed { millis } = line.entry { millis } else { 0 }).sum();
    assert_eq!(written, account.spent().millis);
}
