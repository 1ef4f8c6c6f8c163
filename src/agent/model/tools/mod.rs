//! The tools: what the model may do to the checkout. Each answers with words; those of a failure teach what to do instead.

mod arguments;
mod edit;
mod ending;
mod list;
mod matching;
mod read;
mod run;
mod search;
mod write;

pub use ending::{question, report};

use super::chat::Tool;
use super::folder::Folder;
use crate::agent::redact::redact;
use crate::agent::transcript::{Call, CallResult};
use crate::agent::{Error, Site};
use crate::prose::model as words;
use arguments::Arguments;

pub const ASK: &str = "ask";
pub const SUBMIT: &str = "submit";

/// Bytes of one result, whatever the tool.
const LARGEST_RESULT: usize = 60_000;

/// What a tool answers: `Err` is a failure, in words that teach.
type Said = Result<String, String>;

pub fn all() -> Vec<Tool> {
    vec![
        list::tool(),
        read::tool(),
        search::tool(),
        edit::tool(),
        write::write_tool(),
        write::delete_tool(),
        write::move_tool(),
        run::tool(),
        ending::ask_tool(),
        ending::submit_tool(),
    ]
}

/// Those that only look.
pub fn looking() -> Vec<Tool> {
    vec![list::tool(), read::tool(), search::tool()]
}

/// Does a call of a tool that only looks. `tools`: all that are offered.
pub fn look(call: &Call, folder: &Folder, tools: &[Tool]) -> CallResult {
    let looked = offered(call, tools).and_then(|tool| {
        let arguments = Arguments::of(tool, &call.arguments)?;
        match tool.name {
            "list" => list::list(&arguments, folder),
            "read" => read::read(&arguments, folder),
            _ => search::search(&arguments, folder),
        }
    });
    result(call, looked)
}

/// What became of a call, in words.
pub fn result(call: &Call, said: Result<String, String>) -> CallResult {
    let failed = said.is_err();
    let text = said.unwrap_or_else(|why| format!("error: {why}"));
    CallResult { id: call.id.clone(), text: redact(&bounded(text)).into_owned(), failed }
}

fn offered<'a>(call: &Call, tools: &'a [Tool]) -> Result<&'a Tool, String> {
    tools.iter().find(|tool| tool.name == call.tool).ok_or_else(|| {
        let names: Vec<&str> = tools.iter().map(|tool| tool.name).collect();
        let called: String = call.tool.chars().take(60).collect();
        format!("there is no tool `{called}`; there are {}", names.join(", "))
    })
}

/// Does a turn's calls, one after the other. `again` says that some of them may have been done before a crash.
pub async fn execute(calls: &[Call], folder: &Folder, site: &Site, again: bool) -> Result<Vec<CallResult>, Error> {
    let mut results: Vec<CallResult> = Vec::new();
    let mut ended = false;
    for call in calls {
        let trouble = results.iter().any(|result| result.failed);
        let said = if ended {
            Err("not done: the step ended with the call before".to_owned())
        } else if call.tool == SUBMIT && trouble {
            Err("not submitted: another call of this turn failed. See to it, then submit".to_owned())
        } else {
            one(call, folder, site, again).await?
        };
        ended = ended || (said.is_ok() && matches!(call.tool.as_str(), ASK | SUBMIT));
        results.push(result(call, said));
    }
    Ok(results)
}

async fn one(call: &Call, folder: &Folder, site: &Site, again: bool) -> Result<Said, Error> {
    let tools = all();
    let tool = match offered(call, &tools) {
        Ok(tool) => tool,
        Err(why) => return Ok(Err(why)),
    };
    let arguments = match Arguments::of(tool, &call.arguments) {
        Ok(arguments) => arguments,
        Err(why) => return Ok(Err(why)),
    };
    Ok(match call.tool.as_str() {
        "list" => list::list(&arguments, folder),
        "read" => read::read(&arguments, folder),
        "search" => search::search(&arguments, folder),
        "edit" => edit::edit(&arguments, folder, again),
        "write" => write::write(&arguments, folder),
        "delete" => write::delete(&arguments, folder, again),
        "move" => write::rename(&arguments, folder, again),
        "run" => return run::run(&arguments, folder, site).await,
        ASK => question(call).map(|_| "asked; the answer comes when a person has given it".to_owned()),
        _ => report(call).map(|_| "submitted".to_owned()),
    })
}

/// What people outside may have written, as data.
fn fenced(what: &str, text: &str) -> String {
    words::fenced(what, text)
}

fn bounded(text: String) -> String {
    if text.len() <= LARGEST_RESULT {
        return text;
    }
    let end = (0..=LARGEST_RESULT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}\n… cut here: {} bytes in all", text.get(..end).unwrap_or_default(), text.len())
}

#[cfg(test)]
mod tests;
