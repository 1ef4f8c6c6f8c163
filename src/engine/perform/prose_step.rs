//! Writing a step in prose: a checkout, what the implementer is told, its work under a budget, and what came of it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::merge_base::Merge;
use crate::agent::acp::Acp;
use crate::agent::model::{Model, ModelImplementer};
use crate::agent::review::SecondReader;
use crate::agent::step::{self, Desk, Outcome, Product, Task};
use crate::agent::transcript::{Entry, Transcript};
use crate::agent::{self, Site, guidance, map, setup};
use crate::domain::{ChangeSet, FileChange, Sha};
use crate::engine::{Engine, Failure, Means, Writer, aside};
use crate::git::{Checkout, Mirror};
use crate::github::Repository;
use crate::guard;
use crate::prose;
use crate::prose::model::{Answered, Briefing, Built};
use crate::specification::{self, Step};
use crate::workflow::failure::Place;
use crate::workflow::{Event, Plan, Proposed, Question, Run, Unit, Work, Written};

/// A step to be written by a model or an agent.
pub(super) struct Assignment<'a> {
    pub run: &'a Run,
    pub plan: &'a Plan,
    /// From 0.
    pub index: usize,
    pub step: &'a Step,
    pub onto: &'a Sha,
    /// What its exact edits write.
    pub given: ChangeSet,
    /// What is to be done where the step is written already, as the implementer is told it.
    pub extra: Option<Extra>,
}

/// Work on what is written.
pub(super) enum Extra {
    /// CI is red.
    Repair(String),
    /// A second reading found something missing.
    Complete(String),
    /// A review asks for something.
    Review(Wish),
    /// A merge left conflicts.
    Merge(Box<Merge>),
}

/// An item of a round of revising.
pub(super) struct Wish {
    /// As the implementer is told it.
    pub words: String,
    /// What the reviewers said, and nothing else.
    pub said: String,
    /// Both from 0.
    pub round: usize,
    pub item: usize,
}

impl Extra {
    fn words(&self) -> &str {
        match self {
            Extra::Repair(words) | Extra::Complete(words) => words,
            Extra::Review(wish) => &wish.words,
            Extra::Merge(merge) => &merge.words,
        }
    }
}

impl Engine {
    /// Lets the implementer repair what the newest diagnosis found of a step, or of what came after the steps.
    pub(super) async fn repair(&self, run: &Run, repository: &Repository, unit: Unit, onto: &Sha) -> Result<Event, Failure> {
        let plan = run.plan.as_ref().ok_or_else(|| Failure::Never("find the plan".into()))?;
        let index = match unit {
            Unit::Step(step) => step,
            Unit::Round(_) => plan.steps.len().saturating_sub(1),
        };
        let step = plan.specification.steps.get(index).ok_or_else(|| Failure::Never("find the step".into()))?;
        let diagnosis = run.mending.diagnosis.as_ref().filter(|diagnosis| diagnosis.unit == unit);
        let diagnosis = diagnosis.ok_or_else(|| Failure::Never("find what is to be repaired".into()))?;
        let extra = if diagnosis.missed.is_empty() {
            Extra::Repair(prose::model::repair(&diagnosis.failures, run.mending.attempt(unit)))
        } else {
            Extra::Complete(prose::model::complete(&diagnosis.missed))
        };
        let extra = Some(extra);
        let given = match unit {
            Unit::Step(_) => self.as_printed(repository, step, onto).await?,
            Unit::Round(_) => ChangeSet::default(),
        };
        let assignment = Assignment { run, plan, index, step, onto, given, extra };
        let written = self.write_prose(repository, &assignment).await?;
        Ok(match unit {
            Unit::Step(step) => Event::StepWritten { step, written },
            Unit::Round(round) => Event::RoundRepaired { round, written },
        })
    }
}

impl Engine {
    /// The files of a step's exact edits as they stand: nobody's to repair.
    async fn as_printed(&self, repository: &Repository, step: &Step, onto: &Sha) -> Result<ChangeSet, Failure> {
        let mut given = ChangeSet::default();
        if step.edits.is_empty() {
            return Ok(given);
        }
        let (mut workspace, edits) = (self.workspace(repository, onto).await?, step.edits.clone());
        let work = tokio::task::spawn_blocking(move || {
            for path in edits.iter().flat_map(|edit| specification::written_by(&edit.change)) {
                if let Some(content) = workspace.read(&path)? {
                    given.files.insert(path, FileChange::Write(content));
                }
            }
            Ok::<_, crate::git::Error>(given)
        });
        Ok(work.await.map_err(|e| Failure::cut_short(&e))??)
    }

    pub(super) async fn write_prose(&self, repository: &Repository, assignment: &Assignment<'_>) -> Result<Written, Failure> {
        let Assignment { run, plan, index, onto, .. } = *assignment;
        let nobody = || Failure::Never("write the step: no model and no agent is configured".into());
        let means = self.parts.means.as_ref().ok_or_else(nobody)?;
        let writer = means.writer(&plan.repository).map_err(Failure::Never)?.ok_or_else(nobody)?;
        let (sandbox, note) = means.fence(&plan.repository).await.map_err(Failure::Never)?;
        let attempt = plan.steps.get(index).map_or(0, |state| state.attempt);
        let path = match &assignment.extra {
            Some(Extra::Review(wish)) => means.places.review(&run.id, wish.round, wish.item, onto),
            Some(Extra::Merge(merge)) => means.places.merge(&run.id, merge.round, onto),
            Some(Extra::Repair(_) | Extra::Complete(_)) => means.places.repair(&run.id, index, run.mending.repairs.len(), onto),
            None => means.places.transcript(&run.id, index, attempt, onto),
        };
        let mirror = self.mirror(repository, onto).await?;
        let (newest, next) = begun_anew(&path);
        let mut transcript = Transcript::open(&newest, self.parts.clock.clone()).map_err(|error| unusable(&error))?;
        let (mut checkout, is_fresh) = checkout(means, assignment, mirror, !transcript.lines().is_empty()).await?;
        if is_fresh && !transcript.lines().is_empty() {
            // What was done is lost with the directory in which it was done. The old transcript is kept, and stays paid for.
            transcript = Transcript::open(&next, self.parts.clock.clone()).map_err(|error| unusable(&error))?;
        }
        let site = Site {
            root: checkout.root().to_owned(),
            home: means.places.home(&run.id),
            sandbox,
            limits: means.limits,
            given: step::written(&assignment.given),
        };
        std::fs::create_dir_all(&site.home).map_err(|error| unusable(&error))?;
        site.sandbox.own(&site.root).map_err(|error| Failure::Never(error.to_string()))?;
        let (budget, mut charges) = self.open_books(run, index, &transcript).await?;
        let stop = self.stopping().child_token();
        let mut desk = Desk { site: &site, checkout: &mut checkout, transcript: &mut transcript, budget: &budget, stop: &stop };
        let work = async {
            tokio::select! {
                outcome = aside(|| work(means, writer, assignment, &mut desk)) => outcome,
                never = self.look_out(run, repository, &stop) => match never {},
            }
        };
        let outcome = match self.booking(run, index, &mut charges, work).await? {
            // What called it off waits in the lane, and goes first.
            Err(Failure::LetGo(_)) if stop.is_cancelled() && !self.stopping().is_cancelled() => {
                return Err(Failure::Later { after: Duration::ZERO, why: "the run is called off".into() });
            }
            outcome => outcome?,
        };
        let spent = self.store().spent_by_step(&run.id, index).await?;
        let by = written_by(&transcript);
        let (outcome, product) = match outcome {
            Outcome::Built(product) => (None, product),
            ended @ (Outcome::Asks(_) | Outcome::OutOfBudget(_) | Outcome::GaveUp(_)) => (Some(ended), Product::default()),
        };
        let Product { changes, mut notes, suggestions, verified, done, tests, criteria, advice } = product;
        let proposed = criteria.into_iter().map(|(number, evidence)| Proposed { criterion: number - 1, evidence }).collect();
        // Once in a run.
        let said = |note: &String| plan.steps.iter().take(index).flat_map(|step| &step.work).any(|work| work.notes.contains(note));
        notes.extend(note.filter(|note| !said(note)));
        let work = Box::new(Work { by, spent, notes, suggestions, verified, done, tests, proposed, places: places_of(&advice) });
        Ok(match outcome {
            Some(Outcome::Asks(question)) => Written::Asks { question, work },
            Some(Outcome::OutOfBudget(exhausted)) => Written::OutOfBudget { exhausted: Box::new(exhausted), work },
            Some(Outcome::GaveUp(why)) => Written::GaveUp { why, work },
            Some(Outcome::Built(_)) | None if changes.is_empty() => Written::Nothing { work: Some(work) },
            Some(Outcome::Built(_)) | None => {
                let message = match &assignment.extra {
                    None => prose::commit_message(run, index, &changes, Some(&work)),
                    Some(Extra::Repair(_) | Extra::Complete(_)) => prose::repair_message(run, index, &changes, &work),
                    Some(Extra::Review(_)) => prose::review_message(run, &work),
                    Some(Extra::Merge(merge)) => return merge.commit(self, repository, (run, &changes, work)).await,
                };
                let commit = repository.commit(onto, &changes, &message).await?;
                Written::Commit { commit, onto: onto.clone(), work: Some(work) }
            }
        })
    }
}

/// The step's checkout, and whether it is fresh: as it was left when work is under way, else with what the specification printed.
async fn checkout(means: &Means, assignment: &Assignment<'_>, mirror: Mirror, under_way: bool) -> Result<(Checkout, bool), Failure> {
    let (place, onto) = (means.places.checkout(&assignment.run.id), assignment.onto.clone());
    let given = assignment.given.clone();
    let ready = tokio::task::spawn_blocking(move || {
        if under_way && let Some(left) = Checkout::left_at(mirror.git_dir(), &onto, &place)? {
            return Ok((left, false));
        }
        let mut fresh = Checkout::at(mirror.git_dir(), &onto, &place)?;
        fresh.apply(&given)?;
        Ok::<_, crate::git::Error>((fresh, true))
    });
    Ok(ready.await.map_err(|e| Failure::cut_short(&e))??)
}

async fn work(means: &Means, writer: Writer, assignment: &Assignment<'_>, desk: &mut Desk<'_>) -> Result<Outcome, Failure> {
    let site = desk.site;
    let Assignment { plan, step, onto, given, .. } = assignment;
    let ready = tokio::select! {
        ready = setup::run(&plan.repository.setup, site, &means.hosts) => ready?,
        () = desk.stop.cancelled() => return Err(agent::Error::Stopped.into()),
    };
    if let setup::Setup::Failed(why) = ready {
        return Ok(Outcome::GaveUp(why));
    }
    let briefing = briefing(assignment, site);
    let sides = match &assignment.extra {
        Some(Extra::Merge(merge)) => Some(merge.sides()),
        Some(Extra::Repair(_) | Extra::Complete(_) | Extra::Review(_)) | None => None,
    };
    // What a reviewer may ask for is not bound to the files of one step.
    let review = match &assignment.extra {
        Some(Extra::Review(wish)) => Some(wish),
        Some(Extra::Repair(_) | Extra::Complete(_) | Extra::Merge(_)) | None => None,
    };
    // A second reader compares with the step; what a reviewer asks for, and what resolves a conflict, is beyond it.
    let is_step = review.is_none() && sides.is_none();
    let reviewer = if means.review && is_step { means.model(&plan.repository).map_err(Failure::Never)? } else { None };
    let reviewer = reviewer.map(Model::new).transpose()?;
    let reader = reviewer.as_ref().map(|model| SecondReader { model, briefing: &briefing });
    let words = review.map_or_else(|| format!("{}\n{}", step.title, step.instructions), |wish| wish.said.clone());
    let task = Task {
        number: review.map_or_else(|| step.number.clone(), |wish| format!("review {}.{}", wish.round + 1, wish.item + 1)),
        by: String::new(),
        base: (*onto).clone(),
        system: match writer {
            Writer::Model(_) => prose::model::rules(),
            // It has tools of its own, and says how it asks and ends.
            Writer::Agent(_) => prose::model::principles(),
        },
        task: match &assignment.extra {
            None => prose::model::task(&briefing),
            Some(extra) => format!("{}\n\n{}", prose::model::task(&briefing), extra.words()),
        },
        answers: answers_of_step(assignment),
        given,
        rules: guard::Rules {
            named: if review.is_some() { &[] } else { &step.files },
            words: &words,
            specification: plan.text.as_data(),
            given: &site.given,
            protected: &plan.repository.protected,
        },
        verify: &briefing.verify,
        shows: match (&review, &sides) {
            (Some(_), _) => &[],
            // With marks in them the files fail everything, which excuses nothing.
            (None, Some(_)) => &briefing.verify,
            (None, None) => &step.verify,
        },
        may_change_nothing: matches!(assignment.extra, Some(Extra::Review(_) | Extra::Complete(_))),
        merge: sides.as_ref(),
    };
    let built = match writer {
        Writer::Model(config) => {
            let by = config.name.clone();
            step::build(&mut ModelImplementer::new(Model::new(config)?), reader, &Task { by, ..task }, desk).await
        }
        Writer::Agent(config) => {
            let mut agent = Acp::new(*config).until(desk.stop.clone());
            let by = agent.name();
            step::build(&mut agent, reader, &Task { by, ..task }, desk).await
        }
    };
    Ok(built?)
}

fn briefing(assignment: &Assignment<'_>, site: &Site) -> Briefing {
    let Assignment { run, plan, index, step, given, .. } = assignment;
    let built = plan.specification.steps.iter().zip(&plan.steps).filter_map(|(step, state)| {
        let commit = state.commit.clone().filter(|_| !state.lost)?;
        Some(Built { number: step.number.clone(), title: step.title.clone(), commit })
    });
    let unit = match &assignment.extra {
        Some(Extra::Review(wish)) => Unit::Round(wish.round),
        Some(Extra::Merge(merge)) => Unit::Round(merge.round),
        Some(Extra::Repair(_) | Extra::Complete(_)) | None => Unit::Step(*index),
    };
    Briefing {
        title: plan.title.clone(),
        text: plan.text.clone(),
        specification: plan.specification.clone(),
        step: *index,
        answers: run.questions.iter().filter_map(answered).collect(),
        built: built.collect(),
        given: given.files.keys().cloned().collect(),
        map: map::of(&site.root, &step.files, map::declarations),
        guidance: guidance::read(&site.root, &step.files),
        verify: plan.commands_of(unit),
    }
}

/// What people answered to this step's implementer, in the order in which it asked.
fn answers_of_step(assignment: &Assignment<'_>) -> Vec<Answered> {
    // Who works on a wish or a merge asks in its own conversation.
    if matches!(assignment.extra, Some(Extra::Review(_) | Extra::Merge(_))) {
        return Vec::new();
    }
    let asked = assignment.run.questions.iter().filter(|question| question.step == Some(assignment.index));
    asked.map_while(answered).collect()
}

fn answered(question: &Question) -> Option<Answered> {
    let answer = question.answer.as_ref()?;
    Some(Answered { question: question.gap.question.clone(), answer: answer.text.clone(), by: answer.by.clone() })
}

/// Who wrote it: who was set to work, and for an agent the models that answered it.
fn written_by(transcript: &Transcript) -> String {
    let mut by = String::new();
    let mut models: Vec<&str> = Vec::new();
    for entry in transcript.entries() {
        match entry {
            Entry::Began { by: name, .. } => by.clone_from(name),
            Entry::Replied(reply) if !models.contains(&reply.model.as_str()) => models.push(&reply.model),
            Entry::System(_) | Entry::Told(_) | Entry::Replied(_) | Entry::Results(_) | Entry::Update { .. } => {}
            Entry::Reviewed { .. } | Entry::SentBack { .. } | Entry::Note(_) => {}
            Entry::Elapsed { .. } | Entry::AtBase { .. } | Entry::Ended(_) => {}
        }
    }
    models.retain(|model| *model != by);
    prose::written_by(&by, &models)
}

/// A step whose checkout was lost is begun anew in a transcript of its own: the newest of them, and the next one.
fn begun_anew(path: &Path) -> (PathBuf, PathBuf) {
    let (mut newest, mut times) = (path.to_owned(), 1);
    loop {
        let next = path.with_extension(format!("again-{times}.jsonl"));
        if !next.exists() {
            return (newest, next);
        }
        (newest, times) = (next, times + 1);
    }
}

/// Where the guards advise to look.
fn places_of(advice: &[guard::Finding]) -> Vec<Place> {
    let line = |finding: &guard::Finding| finding.line.and_then(|line| u32::try_from(line).ok()).unwrap_or(1);
    let of = |finding: &guard::Finding| Place { path: finding.path.clone(), line: line(finding), message: finding.to_string() };
    advice.iter().filter(|finding| !finding.path.is_empty()).map(of).collect()
}

fn unusable(error: &std::io::Error) -> Failure {
    Failure::Never(format!("use the place for work: {error}"))
}
