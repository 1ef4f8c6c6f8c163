//! A world of CI whose checks appear late, are run again by people and by the run, are renamed and change their minds, while what tells of
//! it is late, doubled, shuffled or lost. Whatever a run reads is the truth of that moment.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;

use super::sample::{NOW, base, begun, check, failure, reading, specification};
use crate::domain::{PullNumber, Sha, Timestamp};
use crate::workflow::verdict::{Check, CheckState, RequiredCheck};
use crate::workflow::{Checked, Decision, Effect, Event, Failure, Phase, Run, Unit, Written, decide};

const NAMES: [&str; 3] = ["test", "lint", "build"];
/// A tick of the world, in seconds.
const TICK: i64 = 70;
/// More ticks than any generated past has.
const AT_LAST: usize = 100;

/// One check of one commit over time. Each of its lives is a run of it: a tick in the queue, and then what it came to.
#[derive(Debug, Clone)]
struct Past {
    /// A commit status, which has no number and is no job.
    is_status: bool,
    appears: usize,
    lives: Vec<CheckState>,
    renamed: Option<usize>,
    /// Whether its failures look like the service.
    by_service: bool,
    /// What becomes of it when the run has it run again.
    again: CheckState,
}

#[derive(Debug, Clone)]
pub struct History {
    steps: usize,
    pub required: Vec<&'static str>,
    can_repair: bool,
    /// What each check came to on the base, and how many ticks the base's checks take.
    base: Vec<Option<CheckState>>,
    base_takes: usize,
    /// Of the commits in the order in which they are made.
    commits: Vec<Vec<Option<Past>>>,
}

fn ended() -> impl Strategy<Value = CheckState> {
    prop_oneof![6 => Just(CheckState::Passed), 3 => Just(CheckState::Failed), 1 => Just(CheckState::Cancelled)]
}

fn any_state() -> impl Strategy<Value = CheckState> {
    prop_oneof![15 => ended(), 1 => Just(CheckState::Pending)]
}

fn past() -> impl Strategy<Value = Past> {
    let of_check = (prop::bool::weighted(0.2), prop_oneof![3 => Just(0usize), 1 => 1usize..8], prop::collection::vec(any_state(), 1..4));
    (of_check, prop::option::weighted(0.1, 0usize..8), prop::bool::weighted(0.2), ended()).prop_map(
        |((is_status, appears, lives), renamed, by_service, again)| Past { is_status, appears, lives, renamed, by_service, again },
    )
}

pub fn histories() -> impl Strategy<Value = History> {
    let required = prop::sample::select(vec![vec![], vec![], vec!["test"], vec!["test", "build"]]);
    let commit = prop::collection::vec(prop::option::weighted(0.7, past()), NAMES.len());
    let on_base = prop::collection::vec(prop::option::weighted(0.5, ended()), NAMES.len());
    (1usize..4, required, any::<bool>(), on_base, 0usize..6, prop::collection::vec(commit, 6)).prop_map(
        |(steps, required, can_repair, base, base_takes, commits)| History { steps, required, can_repair, base, base_takes, commits },
    )
}

/// The world of one history, told in one order.
pub struct World {
    pub history: History,
    /// When each commit was made, in its order.
    pub made: Vec<usize>,
    /// Checks that the run had run again: when last, and how often.
    pub again: BTreeMap<(usize, usize), (usize, usize)>,
    tick: usize,
    /// The truth stands still.
    is_over: bool,
    pub run: Run,
    now: Timestamp,
    asked: VecDeque<Effect>,
    /// What was to tell of a commit and is late.
    late: Vec<Sha>,
    luck: Vec<u8>,
    drawn: usize,
}

fn commit(number: usize) -> Sha {
    format!("{:040x}", number + 1).parse().unwrap()
}

impl World {
    pub fn new(history: &History, luck: &[u8]) -> Self {
        let (mut run, _) = begun();
        run.settings.poll = 300;
        let (history, luck) = (history.clone(), luck.to_vec());
        let steps = history.steps;
        let mut world = Self {
            history,
            made: Vec::new(),
            again: BTreeMap::new(),
            tick: 0,
            is_over: false,
            run,
            now: NOW,
            asked: VecDeque::new(),
            late: Vec::new(),
            luck,
            drawn: 0,
        };
        world.hears(Event::SpecificationRead(Box::new(reading(specification(steps), Vec::new()))));
        world
    }

    fn draw(&mut self, below: u8) -> u8 {
        self.drawn += 1;
        self.luck[self.drawn % self.luck.len()] % below
    }

    fn hears(&mut self, event: Event) {
        if let Decision::Move(run, effects) = decide(&self.run, event, self.now) {
            self.run = *run;
            for effect in effects {
                if !self.asked.iter().any(|waiting| waiting.key() == effect.key()) {
                    self.asked.push_back(effect);
                }
            }
        }
    }

    /// The truth of this moment.
    pub fn truth(&self, of: &Sha) -> Vec<Check> {
        if *of == base() {
            let pending = !self.is_over && self.tick < self.history.base_takes;
            let states = self.history.base.iter().zip(NAMES).filter_map(|(state, name)| state.map(|state| (name, state)));
            let state = |state| if pending { CheckState::Pending } else { state };
            return states.map(|(name, known)| check(name, state(known))).collect();
        }
        let Some(number) = (0..self.made.len()).find(|number| commit(*number) == *of) else { return Vec::new() };
        let pasts = &self.history.commits[number % self.history.commits.len()];
        let age = if self.is_over { AT_LAST } else { self.tick - self.made[number] };
        let checks = pasts.iter().enumerate().filter_map(|(index, past)| Some((index, past.as_ref()?)));
        let seen = checks.filter(|(_, past)| past.appears <= age);
        seen.map(|(index, past)| {
            let life = ((age - past.appears) / 2).min(past.lives.len() - 1);
            let queued = age - past.appears == life * 2;
            let known = if queued { CheckState::Pending } else { past.lives[life] };
            let again = self.again.get(&(number, index)).copied();
            let of_again = |(at, _): (usize, usize)| if self.is_over || self.tick > at { past.again } else { CheckState::Pending };
            let renamed = past.renamed.is_some_and(|at| at <= age);
            let run = again.map_or(life, |(_, times)| past.lives.len() + times);
            let id = u64::try_from(number * 1000 + index * 100 + run).unwrap();
            Check {
                name: if renamed { format!("{} (new)", NAMES[index]) } else { NAMES[index].into() },
                app: (!past.is_status).then_some(15368),
                state: again.map_or(known, of_again),
                id: (!past.is_status).then_some(id),
                ..Check::default()
            }
        })
        .collect()
    }

    /// What is red or cancelled of what the run knows, as it is looked into.
    fn failures(&self, unit: Unit) -> Vec<Failure> {
        let plan = self.run.plan.as_ref().unwrap();
        let on_base = |name: &str| plan.base_checks.iter().flatten().any(|check| check.name == name && check.state == CheckState::Failed);
        let counted: Vec<Check> = self.run.state(unit).unwrap().checks.iter().filter(|c| plan.counting().counts(c)).cloned().collect();
        let red: Vec<&Check> = counted.iter().filter(|c| c.state == CheckState::Failed && !on_base(&c.name)).collect();
        let cancelled = counted.iter().filter(|c| c.state == CheckState::Cancelled);
        let all = if red.is_empty() { cancelled.collect() } else { red };
        let failure = |check: &Check| {
            let number = check.id.map(|id| usize::try_from(id).unwrap());
            let of_number = |n: usize| self.history.commits[n / 1000 % self.history.commits.len()][n % 1000 / 100].as_ref();
            let service = check.state == CheckState::Cancelled || number.and_then(of_number).is_some_and(|past| past.by_service);
            let service = service.then(|| "the runner was lost".to_owned());
            Failure { service, id: check.id, workflow_run: check.id.map(|_| 4), ..failure(&check.name) }
        };
        all.into_iter().map(failure).collect()
    }

    fn makes(&mut self) -> Sha {
        self.made.push(self.tick);
        commit(self.made.len() - 1)
    }

    fn performs(&mut self, effect: Effect) {
        if !effect.is_wanted(&self.run) {
            return;
        }
        let event = match effect {
            Effect::ReadChecks { commits } => {
                let checked = commits.into_iter().map(|commit| Checked { checks: self.truth(&commit), commit }).collect();
                let required = self.history.required.iter().map(|name| RequiredCheck { context: (*name).into(), app: None });
                Event::ChecksRead { checked, required: Some(required.collect()) }
            }
            Effect::WriteStep { step, onto } => {
                Event::StepWritten { step, written: Written::Commit { commit: self.makes(), onto, work: None } }
            }
            Effect::Repair { unit: Unit::Step(step), onto } => {
                Event::StepWritten { step, written: Written::Commit { commit: self.makes(), onto, work: None } }
            }
            Effect::Push { step, commit, .. } => Event::Pushed { unit: Unit::Step(step), commit },
            Effect::OpenPullRequest => Event::PullRequestOpened { number: PullNumber(13) },
            Effect::Diagnose { unit, commit } => {
                Event::Diagnosed { unit, commit, failures: self.failures(unit), can_repair: self.history.can_repair }
            }
            Effect::Rerun { commit: of, .. } => {
                let number = (0..self.made.len()).find(|number| commit(*number) == of).unwrap();
                let open = |check: &Check| matches!(check.state, CheckState::Failed | CheckState::Cancelled);
                for id in self.truth(&of).iter().filter(|check| open(check)).filter_map(|check| check.id) {
                    let index = usize::try_from(id).unwrap() % 1000 / 100;
                    let again = self.again.entry((number, index)).or_insert((0, 0));
                    *again = (self.tick, again.1 + 1);
                }
                return;
            }
            Effect::MarkReady => Event::MarkedReady,
            Effect::Acknowledge
            | Effect::ReadSpecification
            | Effect::ReadIssue { .. }
            | Effect::ReadPermission { .. }
            | Effect::ReadComments { .. }
            | Effect::ReadPullComments { .. }
            | Effect::ReadReviews
            | Effect::Reread { .. }
            | Effect::ReadEvidence { .. }
            | Effect::Say(_)
            | Effect::React { .. }
            | Effect::Propose
            | Effect::Answer { .. }
            | Effect::Repair { .. }
            | Effect::VerifyLocally { .. }
            | Effect::Revise { .. }
            | Effect::AnswerThread { .. }
            | Effect::RequestReview { .. }
            | Effect::PushRound { .. }
            | Effect::ShowChecklist
            | Effect::ReadBranch
            | Effect::ReadPullRequest
            | Effect::BackToDraft
            | Effect::ShowCheck => return,
        };
        self.hears(event);
    }

    fn performs_all(&mut self) {
        while let Some(effect) = self.asked.pop_front() {
            self.performs(effect);
        }
    }

    /// Everything that is known of a commit, or of all of them, changes by a tick; some of what tells of it arrives.
    pub fn ticks(&mut self) {
        let known: Vec<Sha> = (0..self.made.len()).map(commit).chain([base()]).collect();
        let before: Vec<Vec<Check>> = known.iter().map(|commit| self.truth(commit)).collect();
        self.tick += 1;
        self.now = self.now.plus_seconds(TICK);
        let changed: Vec<Sha> = known.into_iter().zip(before).filter(|(of, was)| self.truth(of) != *was).map(|(of, _)| of).collect();
        for commit in changed {
            let told = match self.draw(8) {
                0 => 0,
                1 => 2,
                2 | 3 => {
                    self.late.push(commit);
                    continue;
                }
                _ => 1,
            };
            for _ in 0..told {
                self.hears(Event::ChecksChanged { commit: commit.clone() });
            }
        }
        if !self.late.is_empty() && self.draw(3) == 0 {
            let one = usize::from(self.draw(255)) % self.late.len();
            let commit = self.late.swap_remove(one);
            self.hears(Event::ChecksChanged { commit });
        }
        for _ in 0..self.draw(6) {
            let Some(effect) = self.asked.pop_front() else { break };
            self.performs(effect);
        }
        if self.run.wake_at.is_some_and(|at| at <= self.now) {
            self.hears(Event::TimePassed);
        }
    }

    /// The truth stands still, and the run looks as often as it wants to.
    pub fn rests(&mut self) {
        self.is_over = true;
        for commit in std::mem::take(&mut self.late) {
            self.hears(Event::ChecksChanged { commit });
        }
        self.performs_all();
        let mut quiet = 0;
        for _ in 0..1000 {
            let before = self.run.clone();
            let Some(wake_at) = self.run.wake_at else { break };
            self.now = self.now.max(wake_at);
            self.hears(Event::TimePassed);
            self.performs_all();
            let same = Run { wake_at: before.wake_at, people_heard_at: before.people_heard_at, ..self.run.clone() } == before;
            quiet = if same && matches!(self.run.phase, Phase::InReview | Phase::Stuck { .. }) { quiet + 1 } else { 0 };
            if quiet == 3 {
                return;
            }
        }
        panic!("the run does not come to rest: {:?}", self.run.phase);
    }
}
