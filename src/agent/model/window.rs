//! Keeps a conversation within the model's window by leaving out what tools had said long ago. What the model was told — the task, the
//! specification, what was found amiss — always stays.
//!
//! What is left out depends on the conversation so far alone, and changes rarely and by much: between two cuts each turn sends the turn before
//! unchanged, and the provider's cache holds.

use serde_json::Value;

use super::chat::Message;

/// Bytes that count as one token. Code has about 3.5; fewer are counted, so that the window is not overrun.
const BYTES_A_TOKEN: u64 = 3;
/// Texts of fewer bytes are not worth leaving out.
const SMALL: usize = 400;

/// How many bytes a conversation may have before a cut, and how many it should have after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    pub high: usize,
    pub low: usize,
    /// What the model thought is sealed to the conversation as it was: it goes with what a cut changes.
    pub sealed: bool,
}

impl Bounds {
    /// For a window of so many tokens, of which `fixed` bytes are taken by the rules and the tools.
    pub fn of(context: u64, output: Option<u64>, fixed: usize, sealed: bool) -> Self {
        let answer = output.unwrap_or(context / 6).min(context / 3);
        let room = usize::try_from(context.saturating_sub(answer).saturating_mul(BYTES_A_TOKEN)).unwrap_or(usize::MAX);
        let high = room.saturating_sub(fixed).saturating_mul(9) / 10;
        Self { high, low: high / 2, sealed }
    }

    /// After the provider said that so many bytes are too much.
    pub fn narrower(self, sent: usize) -> Self {
        let high = self.high.min(sent).saturating_mul(2) / 3;
        Self { high, low: high / 2, ..self }
    }
}

/// Leaves out the output of old calls, the oldest first. Nothing is left out of the newest two turns.
pub fn fit(messages: &mut [Message], bounds: Bounds) {
    let mut size = 0;
    let mut cut = 0;
    for at in 0..messages.len() {
        size += messages.get(at).map_or(0, Message::size);
        if size <= bounds.high {
            continue;
        }
        let newest = before_newest_turns(messages, at);
        let first = cut;
        while size > bounds.low && cut < newest {
            size -= messages.get_mut(cut).map_or(0, shorten);
            cut += 1;
        }
        if bounds.sealed && cut > first {
            let sealed = messages.iter_mut().take(at + 1);
            size -= sealed.map(forget).sum::<usize>();
        }
    }
}

/// Drops what the provider wanted back unread.
fn forget(message: &mut Message) -> usize {
    let before = message.size();
    if let Message::Replied { opaque, .. } = message {
        *opaque = None;
    }
    before - message.size()
}

/// Where the last two answers up to `end` begin.
fn before_newest_turns(messages: &[Message], end: usize) -> usize {
    let replies = messages.iter().enumerate().take(end + 1).rev().filter(|(_, message)| matches!(message, Message::Replied { .. }));
    replies.map(|(at, _)| at).nth(1).unwrap_or(0)
}

/// Leaves out what is large in a message; answers by how many bytes it became smaller.
fn shorten(message: &mut Message) -> usize {
    let before = message.size();
    match message {
        Message::Told(_) => {}
        Message::Results(results) => {
            for (_, result) in results.iter_mut().filter(|(_, result)| result.text.len() > SMALL) {
                result.text = format!("({} bytes, left out to save room; call the tool again if you need them)", result.text.len());
            }
        }
        Message::Replied { calls, .. } => {
            for (_, argument) in calls.iter_mut().filter_map(|call| call.arguments.as_object_mut()).flatten() {
                if let Value::String(text) = argument
                    && text.len() > SMALL
                {
                    *text = format!("({} bytes, left out to save room)", text.len());
                }
            }
        }
    }
    before.saturating_sub(message.size())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::transcript::{Call, CallResult};

    fn conversation(turns: usize, bytes: usize) -> Vec<Message> {
        let mut messages = vec![Message::Told("the step and the specification ".repeat(40))];
        for turn in 0..turns {
            let id = format!("c{turn}");
            let call = Call { id: id.clone(), tool: "read".into(), arguments: serde_json::json!({"path": "a"}) };
            messages.push(Message::Replied { text: String::new(), calls: vec![call], opaque: None });
            messages.push(Message::Results(vec![("read".into(), CallResult { id, text: "x".repeat(bytes), failed: false })]));
        }
        messages
    }

    fn size(messages: &[Message]) -> usize {
        messages.iter().map(Message::size).sum()
    }

    #[test]
    fn old_output_goes_and_what_was_told_stays() {
        let bounds = Bounds { high: 20_000, low: 10_000, sealed: false };
        let mut messages = conversation(30, 2_000);
        let told = messages[0].clone();
        fit(&mut messages, bounds);
        assert!(size(&messages) <= bounds.high, "{}", size(&messages));
        assert_eq!(messages[0], told);
        let Some(Message::Results(last)) = messages.last() else { panic!() };
        assert_eq!(last[0].1.text.len(), 2_000);
    }

    #[test]
    fn most_turns_send_the_turn_before_unchanged() {
        let bounds = Bounds { high: 20_000, low: 10_000, sealed: false };
        let whole = conversation(60, 1_000);
        let fitted = |turns: usize| {
            let mut messages = whole[..=2 * turns].to_vec();
            fit(&mut messages, bounds);
            messages
        };
        let changed = (1..60).filter(|turns| fitted(turns + 1)[..=2 * turns] != fitted(*turns)[..]).count();
        assert!((2..=8).contains(&changed), "{changed} of 59 turns sent something else than the turn before");
    }

    #[test]
    fn a_conversation_that_fits_is_sent_whole() {
        let mut messages = conversation(5, 1_000);
        let before = messages.clone();
        fit(&mut messages, Bounds::of(200_000, None, 10_000, true));
        assert_eq!(messages, before);
    }
}
