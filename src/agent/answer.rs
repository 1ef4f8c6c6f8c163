//! Answering a question about a run, from the specification, from where the run stands, and from the code. Nothing is changed, and nothing follows
//! from the answer.

use std::path::Path;

use serde_json::{Value, json};

use super::Error;
use super::budget::Budget;
use super::model::folder::{Content, Folder};
use super::model::inquiry::{Inquiry, Verdict, fields, inquire};
use super::model::{Concluded, Model, Patience, Tool};
use super::redact::redact;
use super::transcript::{Call, Transcript};
use crate::domain::{Login, Untrusted};
use crate::prose::model as words;
use crate::specification;

/// Answers that are paid for.
const TURNS: usize = 10;
/// Characters of an answer, and places that are shown with it.
const LONGEST: usize = 1500;
const PLACES: usize = 8;
const TOOL: &str = "answer";

/// What is asked, and what is known.
#[derive(Debug, Clone)]
pub struct Question {
    pub text: Untrusted,
    pub by: Login,
    pub specification: Untrusted,
    /// Where the run stands, in words.
    pub state: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The model's words: Markdown that is not to be trusted. [`crate::prose::answer`] makes a comment of them.
    pub text: String,
    /// Files of the checkout, `src/a.rs` or `src/a.rs:12`; each exists.
    pub places: Vec<String>,
}

/// Answers a question. `root` is a checkout that is only looked at. What the transcript has is not paid for again.
pub async fn answer(
    model: &Model,
    question: &Question,
    root: &Path,
    budget: &Budget,
    transcript: &mut Transcript,
) -> Result<Concluded<Answer>, Error> {
    with_patience(model, Patience::default(), question, root, budget, transcript).await
}

/// The same, with how long the provider is tried.
pub async fn with_patience(
    model: &Model,
    patience: Patience,
    question: &Question,
    root: &Path,
    budget: &Budget,
    transcript: &mut Transcript,
) -> Result<Concluded<Answer>, Error> {
    let seen = |text: &Untrusted| specification::seen(text.as_data()).0;
    let inquiry = Inquiry {
        model,
        patience,
        system: words::answerer(LONGEST),
        told: words::to_answer(&seen(&question.text), question.by.as_str(), &seen(&question.specification), &question.state),
        closing: tool(),
        turns: TURNS,
        root,
    };
    let folder = Folder::at(root)?;
    inquire(&inquiry, |call, hinted| judge(call, hinted, &folder), budget, transcript).await
}

fn tool() -> Tool {
    Tool {
        name: TOOL,
        description: "Answers the question and ends the work.",
        schema: json!({"type": "object", "properties": {
            "text": {"type": "string", "description": "The answer: Markdown of at most 1,500 characters. Say so if you do not know."},
            "places": {"type": "array", "items": {"type": "string"}, "description": "Files that the answer is from, with a line where one is meant, as \
                       src/a.rs:12. Empty if none."}
        }, "required": ["text", "places"]}),
    }
}

fn judge(call: &Call, hinted: bool, folder: &Folder) -> Verdict<Answer> {
    let fields = match fields(call) {
        Ok(fields) => fields,
        Err(why) => return Verdict::Back(why),
    };
    let text = fields.get("text").and_then(Value::as_str).unwrap_or_default().trim();
    if text.is_empty() {
        return Verdict::Back("`text` is missing or empty: it is the answer, a text".to_owned());
    }
    let characters = text.chars().count();
    if characters > LONGEST && !hinted {
        return Verdict::Hint(words::too_long(characters, LONGEST));
    }
    let text = if characters > LONGEST { text.chars().take(LONGEST - 1).chain(['…']).collect() } else { text.to_owned() };
    let named = fields.get("places").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let mut places: Vec<String> = Vec::new();
    for place in named.filter_map(|place| place_of(place, folder)) {
        if places.len() < PLACES && !places.contains(&place) {
            places.push(place);
        }
    }
    Verdict::Taken(Answer { text: redact(&text).into_owned(), places })
}

/// A place in its plain form, if it is there.
fn place_of(place: &str, folder: &Folder) -> Option<String> {
    let place = place.trim().trim_matches('`');
    let (path, lines) = match place.rsplit_once(':') {
        Some((path, lines)) if lines.starts_with(|c: char| c.is_ascii_digit()) => (path, Some(lines)),
        Some(_) | None => (place, None),
    };
    let path = Folder::plain(path).ok()?;
    let all = match folder.read(&path).ok()? {
        Content::Text(text) => text.lines().count(),
        Content::Binary(_) | Content::TooLarge(_) => 0,
    };
    let Some(lines) = lines else { return Some(path) };
    let ends = lines.split(['-', '–']).map(|line| line.parse::<usize>().ok());
    let ends: Vec<usize> = ends.collect::<Option<_>>()?;
    let fits = ends.len() <= 2 && ends.iter().all(|line| (1..=all).contains(line)) && ends.is_sorted();
    fits.then(|| format!("{path}:{lines}"))
}
