//! Asking: blocking questions wait for people. What people say is read here in every phase.

use super::{building, issue, over, reading, stuck};
use crate::domain::{CommentId, Login, Timestamp, Untrusted};
use crate::spec::{Gap, GapKind};
use crate::workflow::command::{self, Command};
use crate::workflow::{Answer, Decision, Effect, Ending, Message, Phase, Question, Remark, Run, answers};

/// How often the issue and its comments are read although no webhook tells of any. Seconds.
const LOOK_AGAIN: i64 = 600;

pub fn ask(run: Run, now: Timestamp) -> Decision {
    let run = Run { phase: Phase::Asking, wake_at: Some(now.plus_seconds(LOOK_AGAIN)), ..run };
    Decision::moved(run, vec![Effect::Say(Message::Questions), Effect::Say(Message::Status)])
}

/// An implementer asks: the run waits at its step, with everything that is built.
pub fn ask_at(mut run: Run, step: usize, question: String, now: Timestamp) -> Decision {
    let line = run.plan.as_ref().and_then(|p| p.specification.steps.get(step)).map_or(1, |s| s.line);
    let gap = Gap { kind: GapKind::MetWhileBuilding, question, line, document: String::new(), blocking: true };
    let number = run.questions.len() + 1;
    run.questions.push(Question { number, gap, answer: None, settled: false, step: Some(step) });
    ask(run, now)
}

pub fn look_again(run: Run, now: Timestamp) -> Decision {
    let effects = issue::look(&run);
    Decision::moved(Run { wake_at: Some(now.plus_seconds(LOOK_AGAIN)), ..run }, effects)
}

/// Commands count in every phase, answers while something is open. All that was said is read before anything is done,
/// and an order to stop outweighs the others.
pub fn comments_read(mut run: Run, remarks: Vec<Remark>, up_to: Option<CommentId>, now: Timestamp) -> Decision {
    if let Phase::Over(_) = run.phase {
        return Decision::Pass("the run is over");
    }
    let read_to = run.comments_read_to;
    run.comments_read_to = read_to.max(up_to);
    let mut effects = Vec::new();
    let (mut answered, mut retried_by, mut stopped_by): (bool, Option<Login>, Option<Login>) = (false, None, None);
    for remark in remarks.into_iter().filter(|r| Some(r.id) > read_to) {
        for order in command::read(remark.body.as_data()) {
            match (order, &run.phase) {
                (Command::Stop, _) => stopped_by = Some(remark.by.clone()),
                (Command::Retry, Phase::Stuck { .. }) => retried_by = Some(remark.by.clone()),
                (Command::Retry | Command::Status, _) => effects = vec![Effect::Say(Message::Status)],
            }
        }
        answered |= record_answers(&mut run, &remark);
    }
    if let Some(by) = stopped_by {
        return over::end(run, Ending::Cancelled { by: Some(by) }, Vec::new());
    }
    if answered && run.phase == Phase::Asking && run.blocking_questions().next().is_none() {
        return match run.asking_step() {
            Some(step) => building::write(run, step, vec![Effect::Say(Message::Questions)]).after(effects),
            None => reading::reread(run),
        };
    }
    if answered {
        effects.push(Effect::Say(Message::Questions));
    }
    match retried_by {
        Some(by) => stuck::retry(run, by, now).after(effects),
        None => Decision::moved(run, effects),
    }
}

/// What was said before the questions were asked answers none of them.
fn record_answers(run: &mut Run, remark: &Remark) -> bool {
    let asked_in = run.said.get(&Message::Questions.name()).copied();
    if asked_in.is_some_and(|asked| remark.id < asked) {
        return false;
    }
    let mut answered = false;
    for (number, text) in answers::read(remark.body.as_data(), &run.questions) {
        if let Some(question) = run.questions.iter_mut().find(|q| q.number == number) {
            question.answer = Some(Answer { by: remark.by.clone(), text: Untrusted::new(text) });
            answered = true;
        }
    }
    answered
}
