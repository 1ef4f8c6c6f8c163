//! What people say is read here in every phase: answers while something is open, orders always, questions to us.
//!
//! All that was said is read before anything is done, and an order to stop outweighs the others.

use super::{building, over, planned, reading, stuck};
use crate::domain::{CommentId, Timestamp, Untrusted};
use crate::specification::{self, GapKind};
use crate::workflow::answers::{self, Answers, Matched, Unmatched, Why};
use crate::workflow::command::{self, Fault, Order};
use crate::workflow::{
    Answer, Decision, Effect, Ending, Message, NotNow, Phase, PlanGiven, Proposal, Reaction, Remark, Run, Stage, Words, answers_to_follow,
};

pub fn heard(mut run: Run, mut remarks: Vec<Remark>, strangers: &[CommentId], up_to: Option<CommentId>, now: Timestamp) -> Decision {
    let read_to = run.comments_read_to;
    run.comments_read_to = read_to.max(up_to);
    remarks.retain(|remark| Some(remark.id) > read_to);
    let not_read = strangers.iter().filter(|id| Some(**id) > read_to);
    let effects = not_read.map(|id| Effect::React { comment: *id, with: Reaction::NotRead }).collect();
    taken(run, remarks, effects, now)
}

/// The same in the pull request's conversation, where only what is meant for us is ours to answer.
pub fn heard_on_pull(
    mut run: Run,
    mut remarks: Vec<Remark>,
    strangers: &[CommentId],
    up_to: Option<CommentId>,
    now: Timestamp,
) -> Decision {
    let read_to = run.pull_comments_read_to;
    run.pull_comments_read_to = read_to.max(up_to);
    remarks.retain(|remark| Some(remark.id) > read_to && command::addresses_us(remark.body.as_data(), &run.settings.handle));
    run.talk.on_pull.extend(remarks.iter().map(|remark| remark.id));
    let not_read = strangers.iter().filter(|id| Some(**id) > read_to);
    let effects = not_read.map(|id| Effect::React { comment: *id, with: Reaction::NotRead }).collect();
    taken(run, remarks, effects, now)
}

fn taken(mut run: Run, remarks: Vec<Remark>, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    let mut orders: Vec<(Remark, Order)> = Vec::new();
    let mut questions: Vec<(Remark, String)> = Vec::new();
    let mut unmatched: Vec<(Remark, Unmatched)> = Vec::new();
    let mut answered = false;
    for remark in remarks {
        let said = command::said(remark.body.as_data(), &run.settings.handle);
        let gives_steps = said.orders.iter().any(|order| matches!(order, Order::Approve { .. })) && wants_steps(&run);
        if !gives_steps {
            let (matched, more) = record_answers(&mut run, &remark, &said.rest);
            answered |= matched;
            // Words beside an order or a question to us are no attempt at an answer.
            let alone = said.orders.is_empty() && said.questions.is_empty();
            unmatched.extend(more.into_iter().filter(|part| alone || part.why != Why::SeveralOpen).map(|part| (remark.clone(), part)));
        }
        orders.extend(said.orders.into_iter().map(|order| (remark.clone(), order)));
        questions.extend(said.questions.into_iter().map(|question| (remark.clone(), question)));
    }
    if answered {
        effects.push(Effect::Say(Message::Questions));
    }
    let is_over = matches!(run.phase, Phase::Over(_));
    if let Some((remark, _)) = orders.iter().find(|(_, order)| *order == Order::Stop && !is_over) {
        effects.push(Effect::React { comment: remark.id, with: Reaction::Heard });
        return over::end(run, Ending::Cancelled { by: Some(remark.by.clone()) }, effects);
    }
    for (remark, order) in orders {
        match obey(&run, &remark, &order, now) {
            Heard::Done(Decision::Move(after, more)) => {
                run = *after;
                effects.push(Effect::React { comment: remark.id, with: Reaction::Heard });
                effects.extend(more);
            }
            Heard::Done(Decision::Pass(_)) => {}
            Heard::Reply(words) => effects.extend(reply(&mut run, &remark, words, now)),
        }
    }
    for (remark, part) in unmatched {
        match part.why {
            Why::AsksBack(None) => questions.push((remark, part.text)),
            Why::AsksBack(Some(number)) => questions.push((remark, format!("Question {number}: {}", part.text))),
            Why::NoSuchQuestion(number) => effects.extend(reply(&mut run, &remark, Words::NoSuchQuestion { number }, now)),
            Why::Settled(number) => effects.extend(reply(&mut run, &remark, Words::Settled { number }, now)),
            Why::Empty(_) | Why::SeveralOpen => {
                let said = Untrusted::new(part.text);
                effects.extend(reply(&mut run, &remark, Words::MatchesNothing { said }, now));
            }
            Why::Aside => {}
        }
    }
    for (remark, question) in together(questions) {
        let (comment, by) = (remark.id, remark.by.clone());
        let answer = Effect::Answer { comment, by, question: Untrusted::new(question) };
        effects.extend((may_reply(&run, &remark, now) && answer.is_wanted(&run)).then_some(answer));
    }
    let free = run.phase == Phase::Asking && run.blocking_questions().next().is_none();
    let decision = if answered && free { all_answered(run, now) } else { Decision::moved(run, Vec::new()) };
    decision.after(effects)
}

/// What one comment asks is answered at once.
fn together(questions: Vec<(Remark, String)>) -> Vec<(Remark, String)> {
    let mut all: Vec<(Remark, String)> = Vec::new();
    for (remark, question) in questions {
        match all.iter_mut().find(|(asked, _)| asked.id == remark.id) {
            Some((_, text)) => *text = format!("{text}\n\n{question}"),
            None => all.push((remark, question)),
        }
    }
    all
}

/// The last blocking question was answered.
fn all_answered(run: Run, now: Timestamp) -> Decision {
    let followed = run.talk.followed == answers_to_follow(&run.questions);
    let is_read = followed && run.plan.as_ref().is_some_and(|plan| run.text_hash.as_ref() == Some(&plan.hash));
    if is_read { building::resume(run, Vec::new(), now) } else { reading::reread(run) }
}

/// What was said before the questions were asked answers none of them. Whether anything was answered, and what answers nothing.
fn record_answers(run: &mut Run, remark: &Remark, words: &str) -> (bool, Vec<Unmatched>) {
    let asked_in = run.said.get(&Message::Questions.name()).copied();
    if matches!(run.phase, Phase::Over(_)) || run.questions.is_empty() || asked_in.is_some_and(|asked| remark.id < asked) {
        return (false, Vec::new());
    }
    let Answers { matched, unmatched } = answers::read(words, &run.questions);
    let answered = !matched.is_empty();
    for Matched { question, text, again: _ } in matched {
        if let Some(question) = run.questions.iter_mut().find(|q| q.number == question) {
            question.answer = Some(Answer { by: remark.by.clone(), text: Untrusted::new(text) });
        }
    }
    (answered, unmatched)
}

/// Whether the run waits for steps in an order, or for better ones than those that were given for it.
fn wants_steps(run: &Run) -> bool {
    let given = run.talk.plan_given.is_some() && !run.is_frozen();
    run.phase == Phase::Asking
        && (given || run.blocking_questions().any(|q| matches!(q.gap.kind, GapKind::NoSteps | GapKind::ProposedPlan)))
}

/// A model could not be asked: people are told, and a question is answered without it.
pub fn unanswered(mut run: Run, effect: Effect, why: String, now: Timestamp) -> Decision {
    if !effect.is_wanted(&run) {
        return Decision::Pass("the run no longer waits for this");
    }
    if let Effect::Answer { comment, by, question } = effect {
        run.talk.reply(comment, &by, Words::Passages { question }, now);
        return Decision::moved(run, vec![Effect::Say(Message::Reply(comment))]);
    }
    let hash = run.text_hash.clone().unwrap_or_default();
    run.talk.proposal = Some(Proposal { hash, outcome: Err(why), by: String::new(), spent: Default::default(), remarks: String::new() });
    Decision::moved(run, vec![Effect::Say(Message::Plan), Effect::Say(Message::Questions)])
}

/// What became of an order.
enum Heard {
    Done(Decision),
    Reply(Words),
}

fn obey(run: &Run, remark: &Remark, order: &Order, now: Timestamp) -> Heard {
    let not_now = |why| Heard::Reply(Words::NotNow { command: order.to_string(), why });
    let run = run.clone();
    let is_over = matches!(run.phase, Phase::Over(_));
    match order {
        Order::Help => Heard::Reply(Words::Help),
        Order::Status => Heard::Reply(Words::Standing),
        Order::Unknown { said, nearest } => Heard::Reply(Words::Unknown { said: said.clone(), nearest: nearest.map(str::to_owned) }),
        Order::Wrong { order, fault } => {
            let more = if let Fault::TooMuch(more) = fault { Some(more.clone()) } else { None };
            Heard::Reply(Words::Wrong { command: (*order).to_owned(), more })
        }
        Order::Resume => match run.phase {
            Phase::Over(Ending::Cancelled { .. }) => Heard::Done(over::reopen(run)),
            Phase::Over(_) => not_now(NotNow::Over),
            Phase::Stuck { .. } => Heard::Done(stuck::retry(run, remark.by.clone(), now)),
            Phase::Reading
            | Phase::Asking
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::Revising { .. }
            | Phase::InReview => not_now(NotNow::NotStopped),
        },
        Order::Stop | Order::Approve { .. } | Order::Proceed | Order::Retry { .. } | Order::Rebuild { .. } if is_over => {
            not_now(NotNow::Over)
        }
        Order::Stop => Heard::Done(over::end(run, Ending::Cancelled { by: Some(remark.by.clone()) }, Vec::new())),
        Order::Approve { plan } => approve(run, remark, *plan, now).map_or_else(not_now, Heard::Done),
        Order::Proceed => proceed(run, remark, now).map_or_else(not_now, Heard::Done),
        Order::Retry { step: None } => match run.phase {
            Phase::Stuck { .. } => Heard::Done(stuck::retry(run, remark.by.clone(), now)),
            Phase::Reading
            | Phase::Asking
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::Revising { .. }
            | Phase::InReview
            | Phase::Over(_) => not_now(NotNow::NotStuck),
        },
        Order::Retry { step: Some(number) } => match (step_of(&run, number), stuck_at(&run)) {
            (None, _) => not_now(NotNow::NoSuchStep),
            (Some(step), Some(stuck)) if step == stuck => Heard::Done(stuck::retry(run, remark.by.clone(), now)),
            (Some(_), _) => not_now(NotNow::NotStuckThere),
        },
        Order::Rebuild { step } => rebuild(run, step, now).map_or_else(not_now, Heard::Done),
    }
}

fn approve(mut run: Run, remark: &Remark, plan: Option<usize>, now: Timestamp) -> Result<Decision, NotNow> {
    let proposed_here = run.questions.iter().any(|q| q.is_open() && q.gap.kind == GapKind::ProposedPlan);
    if plan.is_some() && !proposed_here {
        return Err(NotNow::NothingToApprove);
    }
    if run.phase == Phase::Planned {
        return Ok(planned::approved(run, remark.by.clone()));
    }
    if !wants_steps(&run) {
        return Err(NotNow::NothingToApprove);
    }
    let rest = command::said(remark.body.as_data(), &run.settings.handle).rest.trim().to_owned();
    // Below the order people write a bare list as well.
    let written = if rest.starts_with('#') { rest.clone() } else { format!("## Steps\n\n{rest}") };
    let proposed = || {
        let proposal = run.talk.proposal.as_ref().filter(|proposal| run.text_hash.as_ref() == Some(&proposal.hash))?;
        proposal.outcome.as_ref().ok().cloned()
    };
    let steps = |text: &str| !specification::read(text).specification.steps.is_empty();
    if !steps(&written)
        && let Some(question) = run.questions.iter_mut().find(|q| q.is_open() && q.gap.kind == GapKind::ProposedPlan)
    {
        let text = plan.map_or_else(|| "approve".to_owned(), |plan| format!("approve {plan}"));
        question.answer = Some(Answer { by: remark.by.clone(), text: Untrusted::new(text) });
        let free = run.blocking_questions().next().is_none();
        let said = vec![Effect::Say(Message::Questions)];
        return Ok(if free { all_answered(run, now).after(said) } else { Decision::moved(run, said) });
    }
    let text = if steps(&written) { Untrusted::new(written) } else { with_words(&rest, proposed().ok_or(NotNow::NoPlan)?) };
    run.talk.plan_given = Some(PlanGiven { by: remark.by.clone(), text });
    Ok(reading::reread(run))
}

/// The proposed steps, after what their approver says to them. Quoted, so that nothing in it is a step.
fn with_words(words: &str, steps: Untrusted) -> Untrusted {
    if words.is_empty() {
        return steps;
    }
    let quoted: Vec<String> = words.lines().map(|line| format!("> {line}")).collect();
    Untrusted::new(format!("## Said with the approval\n\n{}\n\n{}", quoted.join("\n"), steps.as_data()))
}

/// What can be left as it stands is; the rest needs an answer.
fn proceed(mut run: Run, remark: &Remark, now: Timestamp) -> Result<Decision, NotNow> {
    if run.phase != Phase::Asking {
        return Err(NotNow::NothingOpen);
    }
    let can_be_left = |kind: GapKind| matches!(kind, GapKind::Gate | GapKind::StepRemoved);
    for question in run.questions.iter_mut().filter(|q| q.is_open() && can_be_left(q.gap.kind)) {
        question.answer = Some(Answer { by: remark.by.clone(), text: Untrusted::new("Proceed.") });
    }
    if run.blocking_questions().next().is_some() {
        return Err(NotNow::NeedsAnswers);
    }
    Ok(all_answered(run, now).after(vec![Effect::Say(Message::Questions)]))
}

fn rebuild(run: Run, number: &str, now: Timestamp) -> Result<Decision, NotNow> {
    let step = step_of(&run, number).ok_or(NotNow::NoSuchStep)?;
    let is_built = run.plan.as_ref().and_then(|p| p.steps.get(step)).is_some_and(|s| s.commit.is_some() && !s.unchanged);
    let in_hand = matches!(run.phase, Phase::Building { step: current, stage: Stage::Writing | Stage::Pushing { .. } } if current == step);
    match (is_built, in_hand) {
        (_, true) => Err(NotNow::UnderWay),
        (false, false) => Err(NotNow::NotBuilt),
        (true, false) => Ok(building::rebuild(run, step, now)),
    }
}

fn step_of(run: &Run, number: &str) -> Option<usize> {
    let steps = &run.plan.as_ref()?.specification.steps;
    steps.iter().position(|step| step.number.eq_ignore_ascii_case(number))
}

fn stuck_at(run: &Run) -> Option<usize> {
    let Phase::Stuck { reason, from } = &run.phase else { return None };
    reason.step().or(match **from {
        Phase::Building { step, .. } => Some(step),
        Phase::Reading
        | Phase::Asking
        | Phase::Planned
        | Phase::Finishing
        | Phase::Revising { .. }
        | Phase::InReview
        | Phase::Stuck { .. }
        | Phase::Over(_) => None,
    })
}

fn reply(run: &mut Run, remark: &Remark, words: Words, now: Timestamp) -> Vec<Effect> {
    if !may_reply(run, remark, now) {
        return Vec::new();
    }
    let standing = words == Words::Standing;
    run.talk.reply(remark.id, &remark.by, words, now);
    standing.then_some(Effect::Say(Message::Status)).into_iter().chain([Effect::Say(Message::Reply(remark.id))]).collect()
}

/// Programs get no reply, and an account that talks faster than a person gets no third one: two that answer each other come to rest.
fn may_reply(run: &Run, remark: &Remark, now: Timestamp) -> bool {
    !remark.is_bot && !run.talk.is_hasty(remark.id, &remark.by, now)
}
