//! `journeyman demo`: the whole job, to be watched. One process has a GitHub on loopback, an architect on it, and
//! Journeyman installed there; everything between them goes over HTTP as it would anywhere.

mod show;
mod world;

use std::process::ExitCode;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;

use super::local::Local;
use super::report::{PullRequest, Report};
use super::service::Place;
use super::{logging, serve};
use crate::domain::PullNumber;
use crate::simulator::{Ci, PullView};
use crate::store::Lane;
use crate::workflow::checklist::Checklist;
use crate::workflow::{Phase, Run};
use show::Show;
use world::World;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// End when the run is over: exit status 0 only if the pull request is ready with every box ticked
    #[arg(long)]
    once: bool,
    /// Print one JSON document at the end; what happens is told on standard error
    #[arg(long)]
    json: bool,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    logging::quiet()?;
    let local = Local::start(Ci::Workflows, Duration::from_secs(60), Place::default()).await?;
    let world = World::new(&local.github)?;
    let mut show = Show::new(arguments.json);
    show.begin(&local.github.base_url(), &local.service.address.to_string(), &world);
    let watching = async {
        tokio::select! {
            run = watch(&local, &world, &mut show) => run.map(Some),
            interrupted = serve::wait_for_signal() => interrupted.map(|()| None),
        }
    };
    let Some(run) = watching.await? else {
        show.end();
        local.stop().await?;
        return Ok(ExitCode::FAILURE);
    };
    let complete = is_complete(&local, &run)?;
    let page = local.service.pages.as_ref().and_then(|pages| pages.address(&run.repo, run.issue));
    show.outcome(&run, &local.github.base_url(), page.as_deref(), complete);
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report(&local, &run, &world)?)?);
    }
    if !arguments.once {
        show.stays();
        serve::wait_for_signal().await?;
    }
    show.end();
    local.stop().await?;
    Ok(if complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Shows what happens, and lets the architect answer, until the run is at rest.
async fn watch(local: &Local, world: &World, show: &mut Show) -> anyhow::Result<Run> {
    let mut news = local.service.engine.news();
    let issue = world.file_issue(&local.github)?;
    show.filed(&local.github.base_url(), world, issue);
    let lane = Lane::of(&world.repo, issue);
    let mut answered = false;
    loop {
        tokio::select! {
            heard = news.recv() => match heard {
                Ok(heard) => {
                    let Some((run, _)) = local.service.engine.run(&lane).await? else { continue };
                    show.heard(&heard, &run);
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => anyhow::bail!("the engine ended before the run did"),
            },
            run = local.at_rest(&world.repo, issue) => {
                let run = run?;
                // What was recorded before the rest is shown before it is believed.
                while let Ok(heard) = news.try_recv() {
                    show.heard(&heard, &run);
                }
                if run.phase == Phase::Asking && !answered {
                    answered = true;
                    let words = world.answer(&local.github, issue, &run)?;
                    show.answered(world, &words);
                } else if run.phase != Phase::Asking || answered {
                    return Ok(run);
                }
            }
        }
    }
}

/// Ready for review, with every box of the body on GitHub ticked.
fn is_complete(local: &Local, run: &Run) -> anyhow::Result<bool> {
    let pull = pull(local, run)?;
    let ready = pull.is_some_and(|pull| !pull.draft && pull.body.contains("- [x]") && !pull.body.contains("- [ ]"));
    Ok(ready && Checklist::of(run).is_some_and(|checklist| checklist.is_complete()))
}

fn report(local: &Local, run: &Run, world: &World) -> anyhow::Result<Report> {
    let (github, base) = (&local.github, local.github.base_url());
    let directory = github.repository_path(&world.repo)?;
    let url = format!("{base}/{}/issues/{}", world.repo, run.issue);
    let message = |sha: &crate::domain::Sha| crate::git::local::message(&directory, sha).ok();
    let mut report = Report::of(run, world.title(), Some(url), message);
    report.pull_request = pull(local, run)?.map(|pull| PullRequest {
        number: PullNumber(pull.number),
        draft: pull.draft,
        url: Some(format!("{base}/{}/pull/{}", world.repo, pull.number)),
        body: pull.body,
    });
    Ok(report)
}

/// The run's pull request as GitHub has it.
fn pull(local: &Local, run: &Run) -> anyhow::Result<Option<PullView>> {
    let world = local.github.world()?;
    let pulls = world.repository(&run.repo.to_string()).map(|repository| repository.pulls.clone()).unwrap_or_default();
    Ok(pulls.into_iter().find(|pull| Some(PullNumber(pull.number)) == run.pull))
}
