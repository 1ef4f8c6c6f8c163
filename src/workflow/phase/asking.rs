//! Asking: blocking questions wait for people.

use super::{issue, reading};
use crate::domain::Timestamp;
use crate::specification::{self, Gap, GapKind};
use crate::workflow::{Decision, Effect, Message, Phase, Question, Run};

/// How often the issue and its comments are read although no webhook tells of any. Seconds.
const LOOK_AGAIN: i64 = 600;

pub fn ask(run: Run, now: Timestamp) -> Decision {
    let run = Run { phase: Phase::Asking, wake_at: Some(now.plus_seconds(LOOK_AGAIN)), ..run };
    Decision::moved(run, vec![Effect::Say(Message::Questions), Effect::Say(Message::Status)])
}

/// An implementer asks: the run waits at its step, with everything that is built.
pub fn ask_at(mut run: Run, step: usize, question: String, now: Timestamp) -> Decision {
    let at = run.plan.as_ref().and_then(|p| p.specification.steps.get(step));
    let (line, document) = at.map_or((1, String::new()), |step| (step.line, step.document.clone()));
    let gap = Gap { kind: GapKind::MetWhileBuilding, question, line, document, blocking: true };
    let number = run.questions.len() + 1;
    run.questions.push(Question { number, gap, answer: None, settled: false, step: Some(step) });
    ask(run, now)
}

pub fn look_again(run: Run, now: Timestamp) -> Decision {
    let wake_at = Some(now.plus_seconds(LOOK_AGAIN));
    if run.blocking_questions().any(|question| is_about_a_part(&question.gap)) {
        let listen = Effect::ReadComments { after: run.comments_read_to };
        return issue::edited(Run { wake_at, ..run }).then(vec![listen]);
    }
    let effects = issue::look(&run);
    // What was pushed to the base since may answer what is asked about its files, and no webhook tells of it.
    if !run.is_frozen() && run.blocking_questions().any(|question| specification::is_about_files(&question.gap)) {
        return reading::reread(run).after(effects);
    }
    Decision::moved(Run { wake_at, ..run }, effects)
}

/// Whether only reading everything again shows that it is settled: the issue's own text says nothing of its sub-issues.
fn is_about_a_part(gap: &Gap) -> bool {
    gap.kind == GapKind::SubIssue || gap.document.starts_with('#')
}
