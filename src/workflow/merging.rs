//! How the branch and its base meet, as far as that is for us to mend.

use super::mending::Unit;
use super::plan::StepState;
use super::rounds::{Cause, Item, Reviews, Round};
use super::run::Run;
use super::verdict::Verdict;
use crate::domain::{Sha, Timestamp};

/// Whether the pull request can be merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merging {
    /// As far as the base is concerned: what else may stand in the way is not ours.
    Free,
    /// GitHub is still finding out.
    Unknown,
    /// `tip`, the base's newest commit, has to be merged into `head` before: there are conflicts, or else the branch must be up to date.
    Wanted { tip: Sha, head: Sha, conflicts: bool },
}

impl Run {
    /// Whether CI is awaited for a unit and said nothing at all of its commit. So it is where workflows run for pull requests, and the pull
    /// request is in conflict: <https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request>.
    pub fn is_unseen(&self, unit: Unit) -> bool {
        let Some(state) = self.state(unit) else { return false };
        let is_waited_for = state.commit.is_some() && !state.no_ci && !state.lost && state.checks.is_empty();
        is_waited_for && matches!(self.verdict(unit), Verdict::NoChecks | Verdict::Pending)
    }

    /// The same for as long as a commit may be without a check before that means something.
    pub fn is_passed_by(&self, unit: Unit, now: Timestamp) -> bool {
        let since = self.state(unit).and_then(|state| state.committed_at);
        self.is_unseen(unit) && since.is_some_and(|at| now.since(at) / 1000 >= self.settings.grace)
    }

    /// From now on the verdict of that commit, which lies above, is that of every unit of which CI said nothing, and of every unit whose
    /// verdict was that of `before`.
    pub fn follow(&mut self, before: Option<&Sha>, commit: &Sha, now: Timestamp) {
        let follows = |unit: &Unit| self.is_unseen(*unit) || before.is_some() && self.commit_of(*unit) == before;
        let units: Vec<Unit> = self.units().into_iter().filter(follows).collect();
        for unit in units {
            if let Some(state) = self.state_mut(unit) {
                let own = state.own.clone().or(state.commit.clone());
                *state = StepState { commit: Some(commit.clone()), own, committed_at: Some(now), ..state.without_verdict() };
            }
        }
    }
}

impl Round {
    /// A round in which the base is merged in.
    pub fn merging(tip: Sha, onto: Option<Sha>) -> Self {
        let item = Item { threads: Vec::new(), words: None, is_exact: false, commit: None, done: false, outcome: None };
        Round { cause: Cause::Base { tip, onto }, items: vec![item], state: Default::default(), built: None }
    }

    /// What of the base is merged in.
    pub fn tip(&self) -> Option<&Sha> {
        match &self.cause {
            Cause::Base { tip, .. } => Some(tip),
            Cause::Review { .. } => None,
        }
    }

    /// Nothing more is done in it.
    fn is_left(&mut self) {
        self.items.iter_mut().for_each(|item| item.done = true);
    }
}

impl Reviews {
    /// Whether that tip was merged into that head already, or could not be.
    pub fn has_merged(&self, tip: &Sha, head: &Sha) -> bool {
        self.rounds.iter().any(|round| matches!(&round.cause, Cause::Base { tip: t, onto: Some(h) } if t == tip && h == head))
    }

    /// Whether the head is our merge of that tip.
    pub fn is_merge_of(&self, tip: &Sha, head: &Sha) -> bool {
        self.rounds.iter().filter(|round| round.tip() == Some(tip)).any(|round| round.state.commit.as_ref() == Some(head))
    }

    /// How often the base was merged in since a person last had to do with it.
    pub fn merges(&self) -> usize {
        let counted = self.rounds.get(self.merges_forgiven..).unwrap_or_default();
        counted.iter().filter(|round| round.tip().is_some()).count()
    }

    /// What a merge did not bring about is left to people: nothing more is done in that round.
    pub fn leave_merges(&mut self) {
        self.merges_forgiven = self.rounds.len();
        self.rounds.iter_mut().filter(|round| round.tip().is_some()).for_each(Round::is_left);
    }

    /// The same, and the next conflict is tried even if it is the one that was not resolved.
    pub fn try_merges_again(&mut self) {
        self.leave_merges();
        for round in self.rounds.iter_mut().filter(|round| round.state.commit.is_none()) {
            if let Cause::Base { onto, .. } = &mut round.cause {
                *onto = None;
            }
        }
    }
}
