//! What failed checks left behind, as the shortest account that helps a person.

use super::block::fence;
use super::text::{code, inline, lines};
use crate::workflow::{Failure, Repair, Run, StuckReason, Unit};

/// Characters of one failure's account.
const MOST: usize = 1600;

/// What was found for a step that is red, and what was tried; empty where nothing is known or the trouble is another.
pub fn account(run: &Run, reason: &StuckReason) -> String {
    let unit = match reason {
        StuckReason::ChecksRed { step, .. } | StuckReason::ChecksCancelled { step, .. } => Unit::Step(*step),
        StuckReason::RoundUnverified { round, .. } => Unit::Round(*round),
        StuckReason::ChecksTimedOut { .. }
        | StuckReason::NotPermitted { .. }
        | StuckReason::EditedByStranger { .. }
        | StuckReason::SettingsBroken { .. }
        | StuckReason::NeedsModel { .. }
        | StuckReason::EditRefused { .. }
        | StuckReason::BranchRewritten
        | StuckReason::RoundOutOfBudget { .. }
        | StuckReason::Conflicts { .. }
        | StuckReason::TooManyRounds { .. }
        | StuckReason::OutOfBudget { .. }
        | StuckReason::GaveUp { .. }
        | StuckReason::Refused { .. } => return String::new(),
    };
    let Some(diagnosis) = run.mending.diagnosis.as_ref().filter(|diagnosis| diagnosis.unit == unit) else { return String::new() };
    let mut out: String = diagnosis.failures.iter().take(5).map(failure).collect();
    let tried: Vec<&Repair> =
        run.mending.repairs.iter().filter(|repair| repair.unit == unit && repair.commit.is_some() && !repair.checks.is_empty()).collect();
    if !tried.is_empty() {
        out.push_str("Tried:\n\n");
        out.push_str(&lines(tried.into_iter().map(tried_so), |n| format!("- and {n} more\n")));
        out.push('\n');
    }
    out
}

fn failure(failure: &Failure) -> String {
    let name = match &failure.url {
        Some(url) if url.starts_with("https://") || url.starts_with("http://") => format!("[{}]({})", code(&failure.check), address(url)),
        Some(_) | None => code(&failure.check),
    };
    let service = failure.service.as_ref().map(|why| format!(": {}", inline(why))).unwrap_or_default();
    let account = failure.account.as_data().trim();
    if account.is_empty() {
        let nothing = if service.is_empty() { " left nothing to read" } else { "; it left nothing to read" };
        return format!("{name}{service}{nothing}.\n\n");
    }
    let cut: String = account.chars().take(MOST).collect();
    format!("{name}{service}\n{}\n\n", fence(&cut))
}

/// An address as a link's target: nothing in it ends the link.
fn address(url: &str) -> String {
    url.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '(' | ')' | '<' | '>' | '"')).collect()
}

fn tried_so(repair: &Repair) -> String {
    let names: Vec<String> = repair.checks.iter().map(|name| code(name)).collect();
    let commit = repair.commit.as_ref().map(|commit| commit.short().to_owned()).unwrap_or_default();
    format!("- {commit} for {}\n", names.join(", "))
}
