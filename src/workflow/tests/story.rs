//! A run's life in verbs. Each verb is one event; `gives` compares all of its effects, or the reason for passing it over.

use super::sample::{NOW, begun, checks, exhausted, failure, keys, login, reading, sha, specification, worked};
use crate::domain::{CommentId, PullNumber, Timestamp, Untrusted};
use crate::specification::{Gap, GapKind, Specification};
use crate::workflow::checklist::Checklist;
use crate::workflow::{
    Checked, Decision, Effect, Event, Failure, IssueReading, Message, Phase, Reading, Remark, Run, Stage, Unit, Written, answers_to_follow,
    decide,
};

pub struct Story {
    pub run: Run,
    pub now: Timestamp,
    /// What the events so far asked for, by key, in order.
    pub told: Vec<String>,
    /// The same, whole, since the last event.
    pub asked: Vec<Effect>,
    /// Whether the last event has our check run shown anew: that follows whatever it shows, and `gives` leaves it out.
    pub shows_check: bool,
    next_comment: u64,
}

#[must_use = "say what it gives"]
pub struct Outcome(String, String);

impl Outcome {
    #[track_caller]
    pub fn gives(self, expected: &str) {
        assert_eq!(self.1, expected, "\nafter: {}", self.0);
    }
}

impl Story {
    pub fn begun() -> Self {
        let (run, effects) = begun();
        Self { run, now: NOW, told: effects.iter().map(Effect::key).collect(), asked: effects, shows_check: false, next_comment: 100 }
    }

    /// A run whose specification has so many steps; the first is being written.
    pub fn building(steps: usize) -> Self {
        let mut story = Self::begun();
        story.specification_is(steps, &[]).gives("say:status, write:0:ba5e");
        story
    }

    /// A plan of so many steps that waits for approval.
    pub fn planned(steps: usize) -> Self {
        let mut story = Self::begun();
        story.plan_is(steps).gives("say:plan, say:status");
        story
    }

    /// The same, with that step pushed, its pull request open, and CI awaited.
    pub fn verifying(steps: usize) -> Self {
        let mut story = Self::building(steps);
        story.writes("c1").gives("push:c1c1");
        story.pushes().gives("open-pull-request, checks:c1c1+ba5e");
        story.opens_the_pull_request().gives("show-checklist, say:status");
        story
    }

    /// Everything built, green and marked ready.
    pub fn in_review(steps: usize) -> Self {
        let mut story = Self::verifying(steps);
        for step in 1..steps {
            let _ = story.ci(&format!("c{step}"), "test passed");
            let _ = story.writes(&format!("c{}", step + 1));
            let _ = story.pushes();
        }
        let _ = story.ci(&format!("c{steps}"), "test passed");
        let _ = story.ci(&format!("c{steps}"), "test passed");
        story.is_marked_ready().gives("show-checklist, say:status, say:done, read-pull-request, read-reviews");
        assert_eq!(story.run.phase, Phase::InReview);
        story
    }

    /// The same world with another run.
    pub fn of(run: &Run) -> Self {
        Self { run: run.clone(), ..Self::begun() }
    }

    pub fn hears(&mut self, event: Event) -> Outcome {
        let name = event.name().to_owned();
        let given = match decide(&self.run, event, self.now) {
            Decision::Move(run, effects) => {
                self.run = *run;
                self.told.extend(effects.iter().map(Effect::key));
                let (shows, others): (Vec<_>, Vec<_>) = effects.iter().cloned().partition(|effect| *effect == Effect::ShowCheck);
                self.shows_check = !shows.is_empty();
                self.asked = effects;
                keys(&others)
            }
            Decision::Pass(reason) => format!("pass: {reason}"),
        };
        Outcome(format!("{name}, now {:?}", self.run.phase), given)
    }

    pub fn specification_is(&mut self, steps: usize, gaps: &[Gap]) -> Outcome {
        let followed = answers_to_follow(&self.run.questions);
        self.hears(Event::SpecificationRead(Box::new(Reading { followed, ..reading(specification(steps), gaps.to_vec()) })))
    }

    /// The specification is read where plans want an approval.
    pub fn plan_is(&mut self, steps: usize) -> Outcome {
        let mut read = reading(specification(steps), Vec::new());
        read.repository.approve_plan = true;
        self.hears(Event::SpecificationRead(Box::new(read)))
    }

    /// The text has no steps in an order; a model could propose some.
    pub fn has_no_steps(&mut self, can_propose: bool) -> Outcome {
        let none = Gap { kind: GapKind::NoSteps, question: "In which steps?".into(), line: 1, document: String::new(), blocking: true };
        self.hears(Event::SpecificationRead(Box::new(Reading { can_propose, ..reading(specification(0), vec![none]) })))
    }

    /// Another text is read.
    pub fn text_becomes(&mut self, specification: Specification, gaps: &[Gap]) -> Outcome {
        let followed = answers_to_follow(&self.run.questions);
        self.hears(Event::SpecificationRead(Box::new(Reading { hash: "3".repeat(64), followed, ..reading(specification, gaps.to_vec()) })))
    }

    /// The issue is found so; `hash` is a digit that its text's is made of.
    pub fn issue_is(&mut self, open: bool, labelled: bool, digit: &str) -> Outcome {
        self.hears(Event::IssueRead(IssueReading { open, labelled, hash: digit.repeat(64), by: Some(login("ada")) }))
    }

    pub fn somebody_says(&mut self, text: &str) -> Outcome {
        self.somebody_says_all(&[text])
    }

    pub fn somebody_says_all(&mut self, texts: &[&str]) -> Outcome {
        let remarks = texts.iter().map(|text| {
            self.next_comment += 1;
            Remark { id: CommentId(self.next_comment), by: login("ada"), body: Untrusted::new(*text), is_bot: false }
        });
        let remarks: Vec<Remark> = remarks.collect();
        let up_to = Some(CommentId(self.next_comment));
        self.hears(Event::CommentsRead { remarks, strangers: Vec::new(), up_to })
    }

    pub fn is_heard(&mut self, message: &Message) {
        self.next_comment += 1;
        self.hears(Event::Said { name: message.name(), id: CommentId(self.next_comment) }).gives("nothing");
    }

    pub fn step_in_hand(&self) -> usize {
        let Phase::Building { step, .. } = self.run.phase else { panic!("no step is in hand in {:?}", self.run.phase) };
        step
    }

    pub fn writes(&mut self, commit: &str) -> Outcome {
        let (step, onto) = (self.step_in_hand(), self.run.head.clone().unwrap());
        self.hears(Event::StepWritten { step, written: Written::Commit { commit: sha(commit), onto, work: None } })
    }

    /// What failed was looked into: `test`, or `test by service` where it looks like the service and can be run again.
    pub fn finds(&mut self, what: &str, can_repair: bool) -> Outcome {
        let (unit, _) = self.run.in_hand().unwrap();
        let commit = self.run.commit_of(unit).cloned().unwrap();
        let found = what.split(", ").map(|part| match part.strip_suffix(" by service") {
            Some(check) => Failure { service: Some("the runner was lost".into()), id: Some(9), workflow_run: Some(4), ..failure(check) },
            None => failure(part),
        });
        self.hears(Event::Diagnosed { unit, commit, failures: found.collect(), can_repair })
    }

    pub fn needs_no_change(&mut self) -> Outcome {
        self.hears(Event::StepWritten { step: self.step_in_hand(), written: Written::Nothing { work: None } })
    }

    /// The implementer asks.
    pub fn raises(&mut self, question: &str) -> Outcome {
        let written = Written::Asks { question: question.into(), work: Box::new(worked()) };
        self.hears(Event::StepWritten { step: self.step_in_hand(), written })
    }

    pub fn is_out_of_budget(&mut self) -> Outcome {
        let written = Written::OutOfBudget { exhausted: Box::new(exhausted()), work: Box::new(worked()) };
        self.hears(Event::StepWritten { step: self.step_in_hand(), written })
    }

    pub fn gives_up(&mut self, why: &str) -> Outcome {
        let written = Written::GaveUp { why: why.into(), work: Box::new(worked()) };
        self.hears(Event::StepWritten { step: self.step_in_hand(), written })
    }

    /// A model writes the step.
    pub fn a_model_writes(&mut self, commit: &str) -> Outcome {
        let (step, onto) = (self.step_in_hand(), self.run.head.clone().unwrap());
        self.hears(Event::StepWritten { step, written: Written::Commit { commit: sha(commit), onto, work: Some(Box::new(worked())) } })
    }

    pub fn does_not_apply(&mut self, path: &str) -> Outcome {
        let written = Written::Refused { path: path.into(), line: 31, why: "the text is not in the file".into() };
        self.hears(Event::StepWritten { step: self.step_in_hand(), written })
    }

    pub fn pushes(&mut self) -> Outcome {
        let Phase::Building { step, stage: Stage::Pushing { commit } } = self.run.phase.clone() else {
            panic!("nothing is being pushed in {:?}", self.run.phase)
        };
        self.hears(Event::Pushed { unit: Unit::Step(step), commit })
    }

    pub fn opens_the_pull_request(&mut self) -> Outcome {
        self.hears(Event::PullRequestOpened { number: PullNumber(13) })
    }

    pub fn is_marked_ready(&mut self) -> Outcome {
        if let Some(head) = self.run.head.clone() {
            let _ = self.hears(Event::Reread { head, missed: Vec::new() });
        }
        self.hears(Event::MarkedReady)
    }

    /// `ci("c1", "test passed, lint failed")`
    pub fn ci(&mut self, commit: &str, results: &str) -> Outcome {
        self.hears(Event::ChecksRead { checked: vec![Checked { commit: sha(commit), checks: checks(results) }], required: None })
    }

    pub fn branch_is(&mut self, head: Option<&str>, lost: &[&str]) -> Outcome {
        self.hears(Event::BranchRead { head: head.map(sha), lost: lost.iter().map(|l| sha(l)).collect(), guests: Vec::new() })
    }

    pub fn after(&mut self, seconds: i64) -> &mut Self {
        self.now = self.now.plus_seconds(seconds);
        self
    }

    /// What was to be said was said by then.
    pub fn time_passes(&mut self) -> Outcome {
        for name in self.told.iter().filter_map(|key| key.strip_prefix("say:")) {
            self.run.said.entry(name.to_owned()).or_insert(CommentId(1));
        }
        self.hears(Event::TimePassed)
    }

    /// `[x][ ]`, a box for each step, and after a bar one for each criterion.
    pub fn boxes(&self) -> String {
        let list = Checklist::of(&self.run).unwrap();
        let mark = |ticked| if ticked { "[x]" } else { "[ ]" };
        let steps: String = list.steps.iter().map(|s| mark(s.ticked)).collect();
        let criteria: String = list.criteria.iter().map(|c| mark(c.ticked)).collect();
        format!("{steps} | {criteria}")
    }
}
