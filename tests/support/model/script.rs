//! What the model says, in plain words: a list of turns, one for each request that is answered.

use serde_json::Value;

use super::asked::Asked;

/// One answer. `Turn::reply("I look.").call("read", json!({"path": "a"}))` is an answer with a text and a call.
pub struct Turn {
    pub(super) act: Act,
    pub(super) checks: Vec<Check>,
}

/// What must hold of the request that the turn answers; an error is a violation.
pub(super) type Check = Box<dyn Fn(&Asked) -> Result<(), String> + Send>;

pub(super) enum Act {
    Say(Say),
    Compute(Box<dyn FnOnce(&Asked) -> Turn + Send>),
    Status {
        status: u16,
        retry_after: Option<u64>,
    },
    /// No answer, not even its head.
    Hang,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Say {
    pub text: String,
    pub thinking: String,
    /// Tool, and its arguments as they are written into the answer.
    pub calls: Vec<(String, String)>,
    pub stop: Option<Stop>,
    pub broken: Option<(After, Then)>,
}

/// Why an answer ends; by itself `Done`, or `Calls` when there are any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    Done,
    Calls,
    /// The limit on the answer's length was reached.
    Length,
    Refusal,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum After {
    Bytes(usize),
    Events(usize),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Then {
    /// The connection breaks.
    Cut,
    /// Nothing more comes, and nothing ends.
    Hang,
    /// An error inside the stream, in the provider's form: overloaded.
    Overloaded,
}

impl Turn {
    /// An answer with this text; calls can be added.
    pub fn reply(text: &str) -> Self {
        Self::of(Act::Say(Say { text: text.into(), ..Say::default() }))
    }

    /// An answer that is a call alone.
    pub fn calls(tool: &str, arguments: Value) -> Self {
        Self::reply("").call(tool, arguments)
    }

    /// An answer made from the request: its tools, the results of the calls before.
    pub fn answering(make: impl FnOnce(&Asked) -> Turn + Send + 'static) -> Self {
        Self::of(Act::Compute(Box::new(make)))
    }

    /// An error in the provider's form: 429 limits, 529 and 503 are overload, 500 is a failure, 401 a wrong key.
    pub fn status(status: u16) -> Self {
        Self::of(Act::Status { status, retry_after: None })
    }

    /// Nothing is ever answered.
    pub fn hang() -> Self {
        Self::of(Act::Hang)
    }

    fn of(act: Act) -> Self {
        Self { act, checks: Vec::new() }
    }

    fn say(mut self, change: impl FnOnce(&mut Say)) -> Self {
        match &mut self.act {
            Act::Say(say) => change(say),
            Act::Compute(_) | Act::Status { .. } | Act::Hang => panic!("only an answer with words can have this"),
        }
        self
    }

    /// With this call. Arguments that are a JSON string become the input of a free-form tool, where the dialect has such.
    pub fn call(self, tool: &str, arguments: Value) -> Self {
        self.call_raw(tool, &arguments.to_string())
    }

    /// With a call whose arguments are not what they should be: any text at all.
    pub fn call_raw(self, tool: &str, arguments: &str) -> Self {
        self.say(|say| say.calls.push((tool.into(), arguments.into())))
    }

    /// With these thoughts before the text, where the dialect shows them.
    pub fn thinking(self, thoughts: &str) -> Self {
        self.say(|say| say.thinking = thoughts.into())
    }

    pub fn stopping(self, stop: Stop) -> Self {
        self.say(|say| say.stop = Some(stop))
    }

    /// The connection breaks after so many bytes of the answer's body.
    pub fn cut_after_bytes(self, bytes: usize) -> Self {
        self.say(|say| say.broken = Some((After::Bytes(bytes), Then::Cut)))
    }

    /// The connection breaks after so many events of the stream.
    pub fn cut_after_events(self, events: usize) -> Self {
        self.say(|say| say.broken = Some((After::Events(events), Then::Cut)))
    }

    /// The stream falls silent after so many events.
    pub fn hang_after_events(self, events: usize) -> Self {
        self.say(|say| say.broken = Some((After::Events(events), Then::Hang)))
    }

    /// The stream tells of overload after so many events, and ends.
    pub fn overloaded_after_events(self, events: usize) -> Self {
        self.say(|say| say.broken = Some((After::Events(events), Then::Overloaded)))
    }

    /// With `Retry-After`, in seconds.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        match &mut self.act {
            Act::Status { retry_after, .. } => *retry_after = Some(seconds),
            Act::Say(_) | Act::Compute(_) | Act::Hang => panic!("only a status can have a Retry-After"),
        }
        self
    }

    /// Something that must hold of the request; an error is a violation, and is told at the end.
    pub fn expecting(mut self, check: impl Fn(&Asked) -> Result<(), String> + Send + 'static) -> Self {
        self.checks.push(Box::new(check));
        self
    }

    /// The results of the calls before hold this text.
    pub fn after_result(self, text: &str) -> Self {
        let text = text.to_owned();
        self.expecting(move |asked| {
            let results = asked.results();
            let found = results.iter().any(|result| result.text.contains(&text));
            if found { Ok(()) } else { Err(format!("no result holds {text:?}: {results:?}")) }
        })
    }

    /// The request's last words hold this text.
    pub fn after_words(self, text: &str) -> Self {
        let text = text.to_owned();
        self.expecting(move |asked| {
            let said = asked.said();
            if said.contains(&text) { Ok(()) } else { Err(format!("the last words do not hold {text:?}: {said:?}")) }
        })
    }
}

/// The whole script: the turns in their order, and what is answered aside.
#[derive(Default)]
pub struct Script {
    pub(super) turns: std::collections::VecDeque<Turn>,
    pub(super) aside: Vec<Aside>,
}

/// Which requests, and the text they are answered with.
pub(super) type Aside = (Box<dyn Fn(&Asked) -> bool + Send>, String);

impl Script {
    pub fn new(turns: impl IntoIterator<Item = Turn>) -> Self {
        Self { turns: turns.into_iter().collect(), aside: Vec::new() }
    }

    /// Requests that use up no turn, and what they are answered: the titles and summaries that agents ask for beside their work.
    pub fn aside(mut self, which: impl Fn(&Asked) -> bool + Send + 'static, text: &str) -> Self {
        self.aside.push((Box::new(which), text.into()));
        self
    }

    /// Whatever offers no tools is answered aside.
    pub fn errands_aside(self) -> Self {
        self.aside(|asked| asked.tools.is_empty(), "Work on a step")
    }
}

impl<T: IntoIterator<Item = Turn>> From<T> for Script {
    fn from(turns: T) -> Self {
        Self::new(turns)
    }
}
