//! An agent's updates as lines of the transcript: pieces of text become whole messages, calls a line when they begin and when they end.

use std::collections::HashMap;

use agent_client_protocol::v1::schema::{
    ContentBlock, ContentChunk, MessageId, Plan, PlanEntryStatus, SessionUpdate, ToolCallContent, ToolCallStatus, ToolCallUpdateFields,
};

use crate::agent::transcript::Entry;

/// Bytes of the longest text that is kept of one update.
const LONGEST: usize = 64 * 1024;
/// Bytes that are kept of what a call gave.
const RESULT: usize = 2 * 1024;
/// Lines that one agent may add to a transcript: what comes after them is left out.
const MOST: usize = 4_000;

#[derive(Debug, Default)]
pub struct Updates {
    /// Of the message that is coming in: its kind, its name if it has one, its text.
    coming: Option<(&'static str, Option<MessageId>, String)>,
    /// What each call is called, and how it last stood.
    calls: HashMap<String, (String, ToolCallStatus)>,
    last_message: String,
    lines: usize,
}

impl Updates {
    /// The lines that this update completes.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the protocol's enum is open, and the rest of it says nothing of the work")]
    pub fn take(&mut self, update: SessionUpdate) -> Vec<Entry> {
        match update {
            SessionUpdate::AgentMessageChunk(chunk) => self.chunk("message", chunk),
            SessionUpdate::AgentThoughtChunk(chunk) => self.chunk("thought", chunk),
            SessionUpdate::ToolCall(call) => {
                let kind = format!("{:?}", call.kind).to_lowercase();
                let places: Vec<String> = call.locations.iter().map(|location| location.path.display().to_string()).collect();
                let text = [format!("{kind}: {}", call.title), places.join(", ")].join(" ");
                self.calls.insert(call.tool_call_id.0.to_string(), (call.title, call.status));
                let mut lines = self.with("call", text.trim_end().to_owned());
                if ended(call.status) {
                    lines.extend(self.result(&call.tool_call_id.0, call.status, &call.content));
                }
                lines
            }
            SessionUpdate::ToolCallUpdate(update) => self.progress(&update.tool_call_id.0, update.fields),
            SessionUpdate::Plan(plan) => self.with("plan", planned(&plan)),
            _ => Vec::new(),
        }
    }

    fn chunk(&mut self, kind: &'static str, chunk: ContentChunk) -> Vec<Entry> {
        let ContentBlock::Text(text) = chunk.content else { return Vec::new() };
        let goes_on = |known: &Option<MessageId>| known.is_none() || chunk.message_id.is_none() || *known == chunk.message_id;
        if let Some((same, name, coming)) = &mut self.coming
            && *same == kind
            && goes_on(name)
        {
            add(coming, &text.text);
            return Vec::new();
        }
        let lines = self.flush();
        let mut coming = String::new();
        add(&mut coming, &text.text);
        self.coming = Some((kind, chunk.message_id, coming));
        lines
    }

    fn progress(&mut self, id: &str, fields: ToolCallUpdateFields) -> Vec<Entry> {
        let known = self.calls.entry(id.to_owned()).or_insert_with(|| ("a call".into(), ToolCallStatus::Pending));
        if let Some(title) = fields.title {
            known.0 = title;
        }
        let Some(status) = fields.status.filter(|status| *status != known.1) else { return Vec::new() };
        known.1 = status;
        // Under way is nothing to read about.
        if ended(status) { self.result(id, status, &fields.content.unwrap_or_default()) } else { Vec::new() }
    }

    fn result(&mut self, id: &str, status: ToolCallStatus, content: &[ToolCallContent]) -> Vec<Entry> {
        let title = self.calls.get(id).map_or("a call", |(title, _)| title.as_str());
        let mut text = format!("{title}: {}", if status == ToolCallStatus::Failed { "failed" } else { "done" });
        for part in content {
            if let ToolCallContent::Content(content) = part
                && let ContentBlock::Text(part) = &content.content
            {
                text.push('\n');
                text.push_str(shortened(&part.text, RESULT));
            }
        }
        self.with("result", text)
    }

    /// What is coming in is complete, and then there is this line.
    fn with(&mut self, kind: &str, text: String) -> Vec<Entry> {
        let mut lines = self.flush();
        lines.extend(self.line(kind, shortened(&text, LONGEST).to_owned()));
        lines
    }

    /// The message that was coming in, as far as it came.
    pub fn flush(&mut self) -> Vec<Entry> {
        let Some((kind, _, text)) = self.coming.take() else { return Vec::new() };
        if text.trim().is_empty() {
            return Vec::new();
        }
        if kind == "message" {
            self.last_message = text.trim().to_owned();
        }
        self.line(kind, text).into_iter().collect()
    }

    fn line(&mut self, kind: &str, text: String) -> Option<Entry> {
        self.lines += 1;
        match self.lines {
            ..MOST => Some(Entry::Update { kind: kind.into(), text }),
            MOST => Some(Entry::Note(format!("the agent's further updates are left out: {MOST} are enough"))),
            _ => None,
        }
    }

    /// The agent's own last words, complete once `flush` was called.
    pub fn last_message(&self) -> &str {
        &self.last_message
    }
}

fn ended(status: ToolCallStatus) -> bool {
    matches!(status, ToolCallStatus::Completed | ToolCallStatus::Failed)
}

fn add(text: &mut String, more: &str) {
    let room = LONGEST.saturating_sub(text.len());
    text.push_str(shortened(more, room));
}

/// Its beginning, cut between two characters.
fn shortened(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    &text[..end]
}

fn planned(plan: &Plan) -> String {
    let mark = |status| if status == PlanEntryStatus::Completed { "x" } else { " " };
    let lines: Vec<String> = plan.entries.iter().map(|entry| format!("- [{}] {}", mark(entry.status.clone()), entry.content)).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use agent_client_protocol::v1::schema::{ToolCall, ToolCallUpdate};

    fn said(text: &str) -> SessionUpdate {
        SessionUpdate::AgentMessageChunk(ContentChunk::new(text.into()))
    }

    #[test]
    fn pieces_become_messages_and_calls_are_told_twice() {
        let mut updates = Updates::default();
        assert!(updates.take(said("I wri")).is_empty());
        assert!(updates.take(said("te it.")).is_empty());
        let mut lines = updates.take(SessionUpdate::ToolCall(ToolCall::new("1", "Write a.txt")));
        for status in [ToolCallStatus::InProgress, ToolCallStatus::Completed, ToolCallStatus::Completed] {
            let fields = ToolCallUpdateFields::new().status(status);
            lines.extend(updates.take(SessionUpdate::ToolCallUpdate(ToolCallUpdate::new("1", fields))));
        }
        assert!(updates.take(said("Done.")).is_empty());
        lines.extend(updates.flush());
        let texts: Vec<String> =
            lines.iter().map(|line| if let Entry::Update { kind, text } = line { format!("{kind}|{text}") } else { "?".into() }).collect();
        assert_eq!(texts, ["message|I write it.", "call|other: Write a.txt", "result|Write a.txt: done", "message|Done."]);
        assert_eq!(updates.last_message(), "Done.");
    }

    #[test]
    fn a_flood_is_cut() {
        let mut updates = Updates::default();
        let lines: usize = (0..MOST * 2).map(|n| updates.take(SessionUpdate::ToolCall(ToolCall::new(n.to_string(), "x"))).len()).sum();
        assert_eq!(lines, MOST);
        for _ in 0..1000 {
            updates.take(said(&"é".repeat(500)));
        }
        assert!(updates.coming.as_ref().unwrap().2.len() <= LONGEST);
    }
}
