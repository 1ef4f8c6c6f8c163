//! `journeyman build`: the same job on a local repository. The repository becomes one of a GitHub on loopback, the
//! specification its labelled issue; when the run has come to rest, the branch is brought back.
//!
//! Nothing but the new branch changes in the repository: no other reference, not the index, not the working tree.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};

use super::answering::{Answering, how};
use super::local::Local;
use super::report::Report;
use super::service::Place;
use super::{logging, spec as spec_command};
use crate::domain::{BranchName, RepoName, Sha};
use crate::git;
use crate::prose;
use crate::simulator::{Ci, Role, Source};
use crate::specification;
use crate::workflow::{Phase, Run};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The repository to build in
    #[arg(long, value_name = "DIR")]
    repo: PathBuf,
    /// The specification, a Markdown file
    #[arg(long, value_name = "FILE")]
    spec: PathBuf,
    /// Build on this branch or commit
    #[arg(long, value_name = "REF", default_value = "HEAD")]
    base: String,
    /// Name of the new branch [default: after the specification's title]
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// Run this command on each commit, as CI would; may be given several times
    #[arg(long, value_name = "COMMAND")]
    check: Vec<String>,
    /// Answer a question by its number, as in "1: yes"; may be given several times
    #[arg(long, value_name = "ANSWER")]
    answer: Vec<String>,
    /// Build a plan that is only proposed
    #[arg(long)]
    yes: bool,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Whoever asks for a build may have everything built.
const ARCHITECT: &str = "architect";

/// What the base is called where it is no branch.
const DETACHED: &str = "journeyman-base";

/// What is built where.
struct Job {
    repo: PathBuf,
    base: Sha,
    base_branch: String,
    branch: BranchName,
    title: String,
    text: String,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    logging::quiet()?;
    let job = job(&arguments)?;
    let ci = if arguments.check.is_empty() { Ci::None } else { Ci::Commands(arguments.check.clone()) };
    let grace = if arguments.check.is_empty() { Duration::ZERO } else { Duration::from_secs(60) };
    let place = Place { base: Some(BranchName::new(&job.base_branch)), branch: Some(job.branch.clone()) };
    let local = Local::start(ci, grace, place).await?;
    let mut answering = Answering::new(&arguments.answer, arguments.yes, arguments.json)?;
    let outcome = build(&local, &job, &mut answering).await;
    let stopped = local.stop().await;
    let (run, report) = outcome?;
    stopped?;
    if arguments.json {
        println!("{}", serde_json::to_string(&report)?);
    }
    tell(&run, &report, &job, arguments.json);
    answering.finish()?;
    let succeeded = matches!(report.status, "ready" | "built") || (report.status == "over" && report.commits.is_empty());
    Ok(if succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn job(arguments: &Arguments) -> anyhow::Result<Job> {
    let text = spec_command::read(&arguments.spec)?;
    let repo = arguments.repo.canonicalize().with_context(|| format!("failed to open the repository {}", arguments.repo.display()))?;
    git::local::check(&repo).with_context(|| format!("failed to open the repository {}", repo.display()))?;
    let base = git::local::resolve(&repo, &arguments.base)?
        .with_context(|| format!("failed to find the base: {:?} names no commit in {}", arguments.base, repo.display()))?;
    let base_branch = git::local::branch_of(&repo, &arguments.base)?.unwrap_or_else(|| DETACHED.to_owned());
    let title = title(&text, &arguments.spec);
    let branch = match &arguments.branch {
        Some(name) if git::local::branch(&repo, name)?.is_some() => bail!("failed to name the branch: {name:?} exists already"),
        Some(name) => name.clone(),
        None => free_branch(&repo, &title)?,
    };
    if !git::local::is_branch_name(&repo, &branch)? {
        bail!("failed to name the branch: {branch:?} is not a name that git allows");
    }
    Ok(Job { repo, base, base_branch, branch: BranchName::new(branch), title, text })
}

/// The specification's own title, or the file's name.
fn title(text: &str, file: &Path) -> String {
    let (specification, _) = specification::read(text).into_parts();
    if specification.title.trim().is_empty() {
        file.file_stem().map_or_else(|| "specification".to_owned(), |name| name.to_string_lossy().into_owned())
    } else {
        specification.title
    }
}

fn free_branch(repo: &Path, title: &str) -> anyhow::Result<String> {
    let words = BranchName::words(title);
    let name = format!("journeyman/{}", if words.is_empty() { "specification" } else { &words });
    for n in 1u32.. {
        let candidate = if n == 1 { name.clone() } else { format!("{name}-{n}") };
        if git::local::branch(repo, &candidate)?.is_none() {
            return Ok(candidate);
        }
    }
    bail!("failed to find a free branch name like {name}")
}

async fn build(local: &Local, job: &Job, answering: &mut Answering) -> anyhow::Result<(Run, Report)> {
    let name: RepoName = "local/repository".parse()?;
    let github = &local.github;
    github.create_repository(&name, Source::Directory { path: &job.repo, branch: Some(&job.base_branch) })?;
    github.add_collaborator(&name, ARCHITECT, Role::Admin)?;
    let architect = github.person(ARCHITECT);
    if git::local::branch(&job.repo, &job.base_branch)?.as_ref() != Some(&job.base) {
        architect.push_from(&name, &job.base_branch, &job.repo, job.base.as_str())?;
    }
    let issue = architect.create_issue(&name, &job.title, &job.text)?;
    architect.label(&name, issue, "implement")?;
    let mut run = local.at_rest(&name, issue).await?;
    loop {
        let comments = answering.comments(&run)?;
        if comments.is_empty() {
            break;
        }
        comments.iter().try_for_each(|comment| architect.comment(&name, issue, comment).map(drop))?;
        run = local.at_rest(&name, issue).await?;
    }
    let repository = github.repository_path(&name)?;
    let mut report = Report::of(&run, &job.title, None, |_| None);
    for commit in &mut report.commits {
        commit.message = git::local::message(&repository, &commit.sha)?;
    }
    if report.branch.is_some() {
        git::local::bring(&job.repo, &repository, &job.branch).context("failed to bring the branch into the repository")?;
    }
    Ok((run, report))
}

/// What happened, for people: on standard error when standard output has the JSON.
fn tell(run: &Run, report: &Report, job: &Job, json: bool) {
    let mut out = String::new();
    for commit in &report.commits {
        out.push_str(&format!("  {}  {}  {}\n", commit.sha.short(), commit.step, commit.title));
    }
    match &run.phase {
        Phase::InReview => {
            out.push_str(&format!("built {} on {} in {}\n", commits(report.commits.len()), job.branch, job.repo.display()));
        }
        Phase::Asking => {
            out.push_str("the specification leaves open what has to be known first; nothing was changed\n");
            run.blocking_questions().for_each(|question| out.push_str(&format!("  {}\n", prose::plain_question(question))));
            out.push_str(&format!("{}\n", how(run)));
        }
        Phase::Reading
        | Phase::Planned
        | Phase::Building { .. }
        | Phase::Finishing
        | Phase::Revising { .. }
        | Phase::Stuck { .. }
        | Phase::Over(_) => {
            out.push_str(&format!("{}\n", report.message));
            let left = if report.branch.is_some() { format!("what was built is on {}", job.branch) } else { "nothing was changed".into() };
            out.push_str(&format!("{left}\n"));
        }
    }
    noted(
        &mut out,
        "noted, and nothing waits for it",
        run.questions.iter().filter(|q| !q.gap.blocking && !q.settled),
        prose::plain_question,
    );
    let unseen = run.unseen().iter().filter(|unseen| !unseen.in_code);
    noted(&mut out, "in the text, and not on its page", unseen, prose::plain_unseen);
    noted(&mut out, "looks like work, and was not built", run.left_out().iter(), prose::plain_left_out);
    if json { eprint!("{out}") } else { print!("{out}") }
}

/// A list with a head, where there is anything in it.
fn noted<T>(out: &mut String, head: &str, items: impl Iterator<Item = T>, words: impl Fn(T) -> String) {
    let items: Vec<String> = items.map(|item| format!("  {}\n", words(item))).collect();
    if !items.is_empty() {
        out.push_str(&format!("{head}:\n{}", items.concat()));
    }
}

fn commits(n: usize) -> String {
    if n == 1 { "1 commit".into() } else { format!("{n} commits") }
}
