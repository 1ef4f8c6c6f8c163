//! Asking: blocking questions wait for people. What people say is read here in every phase.

use super::{over, reading, stuck};
use crate::domain::{CommentId, Timestamp, Untrusted};
use crate::workflow::command::{self, Command};
use crate::workflow::{Answer, Decision, Effect, Message, Phase, Remark, Run, answers};

/// How often comments are read although no webhook tells of one. Seconds.
const LOOK_AGAIN: i64 = 600;

pub fn ask(run: Run, now: Timestamp) -> Decision {
    let run = Run { phase: Phase::Asking, wake_at: Some(now.plus_seconds(LOOK_AGAIN)), ..run };
    Decision::moved(run, vec![Effect::Say(Message::Questions), Effect::Say(Message::Status)])
}

pub fn look_again(run: Run, now: Timestamp) -> Decision {
    let effects = vec![Effect::ReadComments { after: run.comments_read_to }];
    Decision::moved(Run { wake_at: Some(now.plus_seconds(LOOK_AGAIN)), ..run }, effects)
}

/// Commands count in every phase, answers while something is open. The first command that moves the run ends the reading.
pub fn comments_read(mut run: Run, remarks: Vec<Remark>, up_to: Option<CommentId>, now: Timestamp) -> Decision {
    run.comments_read_to = run.comments_read_to.max(up_to);
    let mut effects = Vec::new();
    let mut answered = false;
    for remark in remarks {
        for order in command::read(remark.body.as_data()) {
            match (order, &run.phase) {
                (_, Phase::Over(_)) => {}
                (Command::Stop, _) => return over::cancel(run, remark.by),
                (Command::Retry, Phase::Stuck { .. }) => return stuck::retry(run, now),
                (Command::Retry | Command::Status, _) => effects.push(Effect::Say(Message::Status)),
            }
        }
        for (number, text) in answers::read(remark.body.as_data(), &run.questions) {
            if let Some(question) = run.questions.iter_mut().find(|q| q.number == number) {
                question.answer = Some(Answer { by: remark.by.clone(), text: Untrusted::new(text) });
                answered = true;
            }
        }
    }
    if answered && run.phase == Phase::Asking && run.blocking_questions().next().is_none() {
        return reading::reread(run);
    }
    if answered {
        effects.push(Effect::Say(Message::Questions));
    }
    Decision::moved(run, effects)
}
