//! An answer before it takes a dialect's form, what it costs, and how it is streamed.

use std::collections::HashSet;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::asked::{Asked, Dialect};
use super::script::Stop;
use super::{anthropic, chat, gemini, responses};

#[derive(Debug, Clone)]
pub struct Reply {
    pub id: String,
    pub model: String,
    pub thinking: String,
    pub text: String,
    pub calls: Vec<ReplyCall>,
    pub stop: Stop,
    pub usage: Cost,
    /// The request asks for the usage in the stream (OpenAI's chat).
    pub tells_usage: bool,
}

#[derive(Debug, Clone)]
pub struct ReplyCall {
    pub id: String,
    pub tool: String,
    pub free_form: bool,
    /// As written.
    pub arguments: String,
}

/// Tokens, at four bytes each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Everything sent, what came from the cache included.
    pub input: u64,
    pub cached: u64,
    pub cache_written: u64,
    pub output: u64,
}

pub fn tokens(bytes: usize) -> u64 {
    (bytes as u64).div_ceil(4)
}

/// The provider's prompt cache: what was sent before, and for Anthropic up to which marks.
#[derive(Default)]
pub struct Cache {
    marked: HashSet<[u8; 32]>,
    sent: Vec<String>,
}

/// Anthropic looks so many blocks back from a mark for something it has.
const LOOK_BACK: usize = 20;

impl Cache {
    /// What a request's tokens are, cached ones apart, and remembers it.
    pub fn charge(&mut self, asked: &Asked) -> Cost {
        match asked.dialect {
            Dialect::Anthropic => self.by_marks(&asked.body),
            Dialect::Chat | Dialect::Responses | Dialect::Gemini => self.by_prefix(&asked.body),
        }
    }

    fn by_marks(&mut self, body: &Value) -> Cost {
        let mut hash = Sha256::new();
        let mut prefixes: Vec<(usize, [u8; 32], bool)> = Vec::new();
        let mut bytes = 0;
        for mut block in anthropic::blocks(body) {
            let marked = block.as_object_mut().is_some_and(|block| block.remove("cache_control").is_some());
            let text = block.to_string();
            bytes += text.len();
            hash.update(text.as_bytes());
            prefixes.push((bytes, hash.clone().finalize().into(), marked));
        }
        let input = tokens(bytes);
        let Some(last) = prefixes.iter().rposition(|(_, _, marked)| *marked) else { return Cost { input, ..Cost::default() } };
        let near_mark = |at: usize| (at..=last.min(at + LOOK_BACK)).any(|index| prefixes[index].2);
        let hit = (0..=last).rev().find(|at| near_mark(*at) && self.marked.contains(&prefixes[*at].1));
        let cached = hit.map_or(0, |at| tokens(prefixes[at].0));
        let cache_written = tokens(prefixes[last].0) - cached;
        self.marked.extend(prefixes.iter().filter(|(_, _, marked)| *marked).map(|(_, hash, _)| *hash));
        Cost { input, cached, cache_written, output: 0 }
    }

    /// The longest beginning that was sent before, in whole 128 tokens and from 1024 on, as OpenAI counts.
    fn by_prefix(&mut self, body: &Value) -> Cost {
        let mut sent = String::new();
        for field in ["tools", "instructions", "systemInstruction", "messages", "input", "contents"] {
            if let Some(value) = body.get(field) {
                sent.push_str(value.to_string().trim_end_matches(']'));
            }
        }
        let common = |other: &String| other.bytes().zip(sent.bytes()).take_while(|(one, other)| one == other).count();
        let longest = tokens(self.sent.iter().map(common).max().unwrap_or_default());
        let input = tokens(sent.len());
        let cached = if longest >= 1024 { (longest / 128 * 128).min(input) } else { 0 };
        self.sent.push(sent);
        Cost { input, cached, cache_written: 0, output: 0 }
    }
}

/// An event of a stream, with its name where the dialect has names.
pub fn event(name: Option<&str>, data: &Value) -> String {
    match name {
        Some(name) => format!("event: {name}\ndata: {data}\n\n"),
        None => format!("data: {data}\n\n"),
    }
}

/// A text in the pieces in which it is streamed. They cut words and characters of several bytes stay whole.
pub fn pieces(text: &str) -> impl Iterator<Item = String> {
    let characters: Vec<char> = text.chars().collect();
    let size = characters.len().div_ceil(8).max(7);
    characters.chunks(size).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>().into_iter()
}

pub fn whole(dialect: Dialect, reply: &Reply) -> Value {
    match dialect {
        Dialect::Anthropic => anthropic::whole(reply),
        Dialect::Chat => chat::whole(reply),
        Dialect::Responses => responses::whole(reply),
        Dialect::Gemini => gemini::whole(reply),
    }
}

pub fn events(dialect: Dialect, reply: &Reply) -> Vec<String> {
    match dialect {
        Dialect::Anthropic => anthropic::events(reply),
        Dialect::Chat => chat::events(reply),
        Dialect::Responses => responses::events(reply),
        Dialect::Gemini => gemini::events(reply),
    }
}

pub fn error(dialect: Dialect, status: u16, message: &str) -> Value {
    match dialect {
        Dialect::Anthropic => anthropic::error(status, message),
        Dialect::Chat | Dialect::Responses => chat::error(status, message),
        Dialect::Gemini => gemini::error(status, message),
    }
}

/// The event by which a running stream tells of overload.
pub fn overloaded(dialect: Dialect) -> String {
    let body = error(dialect, 529, "overloaded");
    match dialect {
        Dialect::Anthropic => event(Some("error"), &body),
        Dialect::Chat | Dialect::Gemini => event(None, &body),
        Dialect::Responses => event(Some("response.failed"), &responses::failed()),
    }
}
