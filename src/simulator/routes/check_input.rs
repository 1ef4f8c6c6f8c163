//! What the App sends of a check run, with the limits that GitHub's REST reference ("Check runs") sets.

use serde_json::Value;

use super::super::acts::RunChange;
use super::super::answer::Answer;
use super::super::time;
use super::Call;
use crate::domain::Timestamp;

/// The most characters of `output.summary` and `output.text`.
const MOST: usize = 65_535;
/// The most annotations of one request.
const ANNOTATIONS: usize = 50;
/// The most buttons.
const ACTIONS: usize = 3;
/// The most bytes of an annotation's `message` and `raw_details`.
const DETAILS: usize = 64 * 1024;

const CONCLUSIONS: [&str; 8] = ["action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale", "timed_out"];
const STATES: [&str; 6] = ["queued", "in_progress", "completed", "waiting", "requested", "pending"];

fn invalid(field: &str, message: impl Into<String>) -> Answer {
    Answer::invalid("CheckRun", field, "invalid", Some(message.into()))
}

fn missing(field: &str, message: impl Into<String>) -> Answer {
    Answer::invalid("CheckRun", field, "missing_field", Some(message.into()))
}

fn one_of(call: &Call<'_>, field: &str, known: &[&str]) -> Result<Option<String>, Answer> {
    match call.text("CheckRun", field)? {
        Some(word) if !known.contains(&word.as_str()) => Err(invalid(field, format!("{word} is not a {field}"))),
        word => Ok(word),
    }
}

fn moment(call: &Call<'_>, field: &str) -> Result<Option<Timestamp>, Answer> {
    let Some(text) = call.text("CheckRun", field)? else { return Ok(None) };
    time::parse(&text).map(Some).ok_or_else(|| invalid(field, format!("{text} is not a date-time")))
}

/// What the body says of a run; a conclusion completes it.
pub(super) fn change(call: &Call<'_>) -> Result<RunChange, Answer> {
    let (status, conclusion) = (one_of(call, "status", &STATES)?, one_of(call, "conclusion", &CONCLUSIONS)?);
    let completed_at = moment(call, "completed_at")?;
    if (status.as_deref() == Some("completed") || completed_at.is_some()) && conclusion.is_none() {
        return Err(missing("conclusion", "a completed check run needs a conclusion"));
    }
    if conclusion.as_deref() == Some("stale") {
        return Err(invalid("conclusion", "only GitHub can mark check runs as stale"));
    }
    let output = call.body.get("output").filter(|output| !output.is_null());
    let part = |field: &str| output.and_then(|output| output.get(field)).and_then(Value::as_str).map(str::to_owned);
    if output.is_some() && (part("title").is_none() && call.body.get("name").is_some() || part("summary").is_none()) {
        return Err(missing("output", "output needs a title and a summary"));
    }
    for field in ["summary", "text"] {
        let length = part(field).map_or(0, |text| text.chars().count());
        if length > MOST {
            return Err(invalid(field, format!("Only {MOST} characters are allowed; {length} were supplied.")));
        }
    }
    Ok(RunChange {
        status,
        conclusion,
        started_at: moment(call, "started_at")?,
        completed_at,
        details_url: call.text("CheckRun", "details_url")?,
        external_id: call.text("CheckRun", "external_id")?,
        title: part("title"),
        summary: part("summary"),
        text: part("text"),
        annotations: annotations(output)?,
        actions: actions(call)?,
        ..RunChange::default()
    })
}

fn annotations(output: Option<&Value>) -> Result<Vec<Value>, Answer> {
    let Some(sent) = output.and_then(|output| output.get("annotations")).and_then(Value::as_array) else { return Ok(Vec::new()) };
    if sent.len() > ANNOTATIONS {
        return Err(invalid("annotations", format!("Only {ANNOTATIONS} annotations are allowed; {} were supplied.", sent.len())));
    }
    for one in sent {
        let number = |field: &str| one.get(field).and_then(Value::as_u64);
        let length = |field: &str| one.get(field).and_then(Value::as_str).map(str::len);
        let complete = length("path").is_some_and(|length| length > 0) && length("message").is_some_and(|length| length > 0);
        let (Some(start), Some(end), true) = (number("start_line"), number("end_line"), complete) else {
            return Err(missing("annotations", "an annotation needs path, start_line, end_line, annotation_level and message"));
        };
        if !matches!(one["annotation_level"].as_str(), Some("notice" | "warning" | "failure")) {
            return Err(invalid("annotations", "annotation_level is notice, warning or failure"));
        }
        if start == 0 || end < start {
            return Err(invalid("annotations", "lines begin at 1, and end_line is not before start_line"));
        }
        if start != end && (one.get("start_column").is_some_and(|c| !c.is_null()) || one.get("end_column").is_some_and(|c| !c.is_null())) {
            return Err(invalid("annotations", "columns are for annotations of one line"));
        }
        let title = one.get("title").and_then(Value::as_str).map_or(0, |title| title.chars().count());
        if length("message").is_some_and(|l| l > DETAILS) || length("raw_details").is_some_and(|l| l > DETAILS) || title > 255 {
            return Err(invalid("annotations", "message and raw_details are at most 64 KB, title at most 255 characters"));
        }
    }
    Ok(sent.clone())
}

fn actions(call: &Call<'_>) -> Result<Option<Vec<Value>>, Answer> {
    let Some(sent) = call.body.get("actions").and_then(Value::as_array) else { return Ok(None) };
    if sent.len() > ACTIONS {
        return Err(invalid("actions", format!("Only {ACTIONS} actions are allowed; {} were supplied.", sent.len())));
    }
    for one in sent {
        for (field, most) in [("label", 20), ("description", 40), ("identifier", 20)] {
            let length = one.get(field).and_then(Value::as_str).map(|text| text.chars().count());
            match length {
                None | Some(0) => return Err(missing("actions", format!("an action needs its {field}"))),
                Some(length) if length > most => return Err(invalid("actions", format!("{field} is at most {most} characters"))),
                Some(_) => {}
            }
        }
    }
    Ok(Some(sent.clone()))
}
