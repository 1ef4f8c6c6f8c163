//! `journeyman transcript`: what a model or an agent said and did, for people.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};

use crate::agent::places::Places;
use crate::agent::transcript::{self, Back, Call, Entry, Line, Reply};
use crate::agent::{Ending, Report};
use crate::config;
use crate::domain::{RunId, Spent};
use crate::prose;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The run, as its commits name it: OWNER/NAME#ISSUE.ATTEMPT; without .ATTEMPT its first
    #[arg(value_name = "RUN")]
    run: String,
    /// Only this step, counted from 1
    #[arg(long, value_name = "N")]
    step: Option<usize>,
    /// The configuration that `serve` is given
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the lines as they are kept, in JSON
    #[arg(long)]
    json: bool,
}

/// Lines of a tool's output that are shown.
const SHOWN: usize = 12;

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (means, _) = config::means_with_environment(arguments.config.as_deref())?;
    let places = Places { work: means.work.dir, transcripts: means.work.transcripts };
    let run = run_id(&arguments.run)?;
    let files = places.transcripts_of(&run).with_context(|| format!("failed to read {}", places.transcripts.display()))?;
    let of_step = |file: &PathBuf| match arguments.step {
        Some(step) => file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&format!("step-{step:03}"))),
        None => true,
    };
    let files: Vec<PathBuf> = files.into_iter().filter(of_step).collect();
    if files.is_empty() {
        let which = arguments.step.map(|step| format!(" of step {step}")).unwrap_or_default();
        bail!("there is no transcript{which} of {run} in {} (work.transcripts)", places.transcripts.display());
    }
    for file in files {
        let lines = transcript::read(&file).with_context(|| format!("failed to read {}", file.display()))?;
        if arguments.json {
            for line in &lines {
                println!("{}", serde_json::to_string(line)?);
            }
        } else {
            print!("{}", shown(&lines));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn run_id(text: &str) -> anyhow::Result<RunId> {
    let Some((repo, number)) = text.split_once('#').filter(|(repo, number)| repo.contains('/') && !number.is_empty()) else {
        bail!("failed to read the run {text:?}: expected OWNER/NAME#ISSUE or OWNER/NAME#ISSUE.ATTEMPT, such as acme/greeter#12.1");
    };
    Ok(RunId::new(if number.contains('.') { format!("{repo}#{number}") } else { format!("{repo}#{number}.1") }))
}

fn shown(lines: &[Line]) -> String {
    let mut out = String::new();
    let mut spent = Spent::default();
    let mut turn = 0;
    for Line { entry, .. } in lines {
        match entry {
            Entry::Began { step, by, base } => out.push_str(&format!("── step {step} · {by} · on {} ──\n", base.short())),
            Entry::System(text) => out.push_str(&format!("rules: {} characters\n", text.chars().count())),
            Entry::Told(text) => out.push_str(&format!("told:\n{}", indented(text, SHOWN * 4))),
            Entry::Replied(reply) => {
                spent += reply.spent;
                turn += 1;
                out.push_str(&replied(turn, reply));
            }
            Entry::Results(results) => {
                for result in results {
                    let mark = if result.failed { "failed" } else { "ok" };
                    out.push_str(&format!("  {mark}:\n{}", indented(&result.text, SHOWN)));
                }
            }
            Entry::Update { kind, text } => out.push_str(&format!("{kind}:\n{}", indented(text, SHOWN))),
            Entry::Reviewed { model, spent: cost, findings } => {
                spent += *cost;
                out.push_str(&format!("read again by {model} ({}): {}\n", prose::spent(cost), found(findings.len())));
                findings.iter().for_each(|finding| out.push_str(&format!("  - {finding}\n")));
            }
            Entry::SentBack { why, findings } => out.push_str(&format!("sent back: {}\n", back(*why, findings.len()))),
            // A new start after an interruption may have none.
            Entry::Elapsed { millis } => out.push_str(&format!("time: {:.1} s more\n", *millis as f64 / 1000.0)),
            Entry::AtBase { command, failed } => {
                let how = failed.as_deref().and_then(|failed| failed.lines().next()).map_or("passes", |ended| ended);
                out.push_str(&format!("before the step, `{}` {}\n", cut(command, 200), cut(how, 200)));
            }
            Entry::Note(text) => out.push_str(&format!("note: {text}\n")),
            Entry::Ended(ending) => out.push_str(&ended(ending)),
        }
    }
    out.push_str(&format!("── {} ──\n", prose::spent(&spent)));
    out
}

fn replied(turn: usize, reply: &Reply) -> String {
    let mut out = format!("turn {turn} by {} ({}):\n", cut(&reply.model, 100), prose::spent(&reply.spent));
    out.push_str(&indented(&reply.text, SHOWN * 4));
    for Call { tool, arguments, .. } in &reply.calls {
        out.push_str(&format!("  {tool} {}\n", cut(&arguments.to_string(), 300)));
    }
    out
}

fn found(findings: usize) -> String {
    match findings {
        0 => "nothing found".to_owned(),
        1 => "1 finding".to_owned(),
        more => format!("{more} findings"),
    }
}

fn back(why: Back, findings: usize) -> String {
    match why {
        Back::NoChange => "nothing was changed".to_owned(),
        Back::Guards => format!("stopped by guards, {}", found(findings)),
        Back::Verification => "a verification command failed".to_owned(),
        Back::Review => format!("read again, {}", found(findings)),
        Back::Answer => "a person answered".to_owned(),
    }
}

fn ended(ending: &Ending) -> String {
    match ending {
        Ending::Submitted(Report { done, tests, deviations, suggestions, criteria }) => {
            let mut out = "submitted\n".to_owned();
            for (name, items) in [("done", done), ("tests", tests), ("deviations", deviations), ("suggestions", suggestions)] {
                items.iter().for_each(|item| out.push_str(&format!("  {name}: {item}\n")));
            }
            criteria.iter().for_each(|(number, name)| out.push_str(&format!("  criterion {number}: {name}\n")));
            out
        }
        Ending::Asks { question } => format!("asks: {question}\n"),
        Ending::OutOfBudget(exhausted) => format!("out of budget: {}\n", prose::exhausted(exhausted)),
        Ending::GaveUp { why } => format!("gave up: {why}\n"),
    }
}

/// The first lines of a text, two columns in.
fn indented(text: &str, most: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let mut out: String = lines.iter().take(most).map(|line| format!("    {}\n", cut(line, 200))).collect();
    if lines.len() > most {
        out.push_str(&format!("    … {} more lines\n", lines.len() - most));
    }
    out
}

/// At most so many characters, without any that a terminal would act on.
fn cut(text: &str, most: usize) -> String {
    let quiet: String = text.chars().filter(|c| !c.is_control()).take(most + 1).collect();
    if quiet.chars().count() <= most { quiet } else { format!("{}…", quiet.chars().take(most).collect::<String>()) }
}
