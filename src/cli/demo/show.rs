//! The demo on the terminal: a few calm lines for each thing that happens, and a sign of life for what takes long.

use std::time::Duration;

use console::{Style, Term};
use indicatif::{ProgressBar, ProgressStyle};

use super::world::World;
use crate::domain::{IssueNumber, Sha};
use crate::engine::News;
use crate::prose;
use crate::workflow::checklist::{Checklist, Standing, StepLine};
use crate::workflow::{Phase, Run, Stage};

pub struct Show {
    term: Term,
    spinner: ProgressBar,
    asked: usize,
    /// Steps whose end with CI was told.
    told: Vec<Sha>,
}

impl Show {
    /// With `aside`, everything goes to standard error, and standard output stays free.
    pub fn new(aside: bool) -> Self {
        let term = if aside { Term::stderr() } else { Term::stdout() };
        let spinner = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("  {spinner:.cyan}         {msg:.dim} {elapsed:.dim}") {
            spinner.set_style(style);
        }
        Self { term, spinner, asked: 0, told: Vec::new() }
    }

    pub fn begin(&self, github: &str, journeyman: &str, world: &World) {
        self.plain("");
        self.line("GitHub", &format!("{github}/{}  (simulated, on this machine)", world.repo), &Style::new().dim());
        self.line("Journeyman", &format!("http://{journeyman}/webhook"), &Style::new().dim());
        self.plain("");
    }

    pub fn filed(&self, github: &str, world: &World, issue: IssueNumber) {
        self.line(world.architect.as_str(), &format!("files #{issue} “{}” and labels it implement", world.title()), &Style::new().yellow());
        self.detail(&format!("{github}/{}/issues/{issue}", world.repo));
        self.spinner.enable_steady_tick(Duration::from_millis(100));
    }

    pub fn answered(&mut self, world: &World, words: &str) {
        words.lines().for_each(|line| self.line(world.architect.as_str(), line, &Style::new().yellow()));
    }

    /// One piece of news, with the run as it is by now.
    pub fn heard(&mut self, news: &News, run: &Run) {
        match news.kind.as_str() {
            "specification read" => self.line("reads", news.line.trim_start_matches("read "), &Style::new().cyan()),
            "step written" => self.line("writes", news.line.trim_start_matches("wrote "), &Style::new().cyan()),
            "pull request opened" => self.line("opens", news.line.trim_start_matches("opened "), &Style::new().cyan()),
            "gave up" => self.line("fails", &news.line, &Style::new().red()),
            _ => {}
        }
        self.questions(run);
        self.verdicts(run);
        self.spinner.set_message(waiting_for(run));
    }

    fn questions(&mut self, run: &Run) {
        let asking = run.phase == Phase::Asking;
        for question in run.questions.iter().skip(self.asked).filter(|_| asking) {
            self.line("asks", &prose::plain_question(question), &Style::new().magenta());
        }
        if asking {
            self.asked = run.questions.len();
        }
    }

    fn verdicts(&mut self, run: &Run) {
        let lines = Checklist::of(run).map(|c| c.steps).unwrap_or_default();
        for line in lines {
            let Some(commit) = line.commit.clone().filter(|c| !self.told.contains(c)) else { continue };
            if let Some((words, style)) = verdict(run, &line, &commit) {
                self.line("CI", &format!("{} · {words}", commit.short()), &style);
                self.told.push(commit);
            }
        }
    }

    pub fn outcome(&self, run: &Run, github: &str, page: Option<&str>, complete: bool) {
        self.spinner.finish_and_clear();
        let checklist = Checklist::of(run);
        let (verified, steps) = checklist.as_ref().map_or((0, 0), Checklist::progress);
        let criteria = checklist.as_ref().map_or(0, |c| c.criteria.iter().filter(|c| c.ticked).count());
        let of = checklist.as_ref().map_or(0, |c| c.criteria.len());
        let words = format!("{verified} of {steps} steps verified, {criteria} of {of} acceptance criteria shown");
        self.plain("");
        match run.pull {
            Some(pull) if complete => self.line("ready", &format!("pull request #{pull}: {words}"), &Style::new().green().bold()),
            Some(pull) => {
                self.line("not ready", &format!("pull request #{pull}: {words}. {}", prose::standing_line(run)), &Style::new().red())
            }
            None => self.line("not built", &prose::standing_line(run), &Style::new().red()),
        }
        if let Some(pull) = run.pull {
            self.detail(&format!("{github}/{}/pull/{pull}", run.repo));
        }
        page.iter().for_each(|page| self.detail(page));
    }

    pub fn stays(&self) {
        self.plain("");
        self.detail("These pages stay up until Ctrl-C.");
    }

    pub fn end(&self) {
        self.spinner.finish_and_clear();
    }

    fn line(&self, who: &str, what: &str, style: &Style) {
        let who = format!("{who:<10}");
        self.plain(&format!("  {} {what}", style.apply_to(who)));
    }

    fn detail(&self, what: &str) {
        self.plain(&format!("  {:<10} {}", "", Style::new().dim().apply_to(what)));
    }

    fn plain(&self, text: &str) {
        // A terminal that is gone needs no line.
        self.spinner.suspend(|| drop(self.term.write_line(text)));
    }
}

/// What CI said of a step, once it has said everything.
fn verdict(run: &Run, line: &StepLine, commit: &Sha) -> Option<(String, Style)> {
    let state = run.plan.as_ref()?.steps.iter().find(|s| s.commit.as_ref() == Some(commit))?;
    let names: Vec<&str> = state.checks.iter().map(|c| c.name.as_str()).collect();
    match &line.standing {
        Standing::Verified { .. } => Some((format!("{} ✓", names.join(" ✓  ")), Style::new().green())),
        Standing::Red { failing } => Some((format!("{} ✗", failing.join(" ✗  ")), Style::new().red())),
        Standing::RedOnBaseToo { failing } => Some((format!("{} fail, as on the base", failing.join(", ")), Style::new().yellow())),
        Standing::NotChecked => Some(("no checks ran".into(), Style::new().yellow())),
        Standing::Cancelled { cancelled } => Some((format!("{} cancelled", cancelled.join(", ")), Style::new().yellow())),
        Standing::TimedOut { pending } => Some((format!("{} did not report", pending.join(", ")), Style::new().yellow())),
        Standing::VerifiedLocally { commands } => Some((format!("{} ✓ (in the sandbox)", commands.join(" ✓  ")), Style::new().green())),
        Standing::DoneBefore
        | Standing::LeftOut
        | Standing::Waiting
        | Standing::Building
        | Standing::Pending
        | Standing::VerifiedUnchanged
        | Standing::Lost => None,
    }
}

fn waiting_for(run: &Run) -> String {
    match &run.phase {
        Phase::Building { step, stage: Stage::Verifying } => format!("CI is testing step {}", step + 1),
        Phase::Building { step, stage: Stage::Writing | Stage::Pushing { .. } } => format!("building step {}", step + 1),
        Phase::Building { step, stage: Stage::Diagnosing } => format!("looking into what CI says of step {}", step + 1),
        Phase::Building { step, stage: Stage::Fixing } => format!("repairing step {}", step + 1),
        Phase::Asking | Phase::Planned => "waiting for the architect".into(),
        Phase::Reading => "reading".into(),
        Phase::Finishing => "checking every step once more".into(),
        Phase::Revising { .. } => "revising what the review asked for".into(),
        Phase::InReview | Phase::Stuck { .. } | Phase::Over(_) => String::new(),
    }
}
