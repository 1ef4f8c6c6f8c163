//! GitHub's state as plain values: accounts, repositories, issues, pull requests, checks.
//!
//! It knows how to find and to count, nothing of HTTP and nothing of who may do what.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use tokio::sync::mpsc::UnboundedSender;

use super::auth::Token;
use super::checks::Rules;
pub(super) use super::checks::{CheckRun, Checker, Status, Suite};
use super::ci::Job;
use super::faults::Faults;
use super::git::Git;
use super::logs::Address;
use super::options::{AppRegistration, Ci};
use super::permissions::Manifest;
pub(super) use super::pull_state::{MergeRules, Milestone, Pull, Review, ReviewComment, Spot};
use super::time;
use super::webhooks::{Delivery, Outgoing};
use super::world::RequestRecord;
use crate::domain::Timestamp;

/// Everything.
pub(super) struct State {
    /// `http://127.0.0.1:PORT`
    pub base: String,
    pub app: AppRegistration,
    pub manifest: Manifest,
    pub started: Timestamp,
    pub accounts: Vec<Account>,
    pub installations: Vec<Installation>,
    pub repositories: Vec<Repository>,
    pub tokens: HashMap<String, Token>,
    pub deliveries: Vec<Delivery>,
    pub requests: VecDeque<RequestRecord>,
    /// How many requests were recorded in all, also those that fell out of `requests`.
    pub requests_seen: u64,
    pub requests_kept: usize,
    pub outbox: UnboundedSender<Outgoing>,
    pub ci: Ci,
    pub ci_on_default_branch: bool,
    pub ci_queue: UnboundedSender<Job>,
    pub ci_waiting: usize,
    pub outbox_waiting: usize,
    pub faults: Faults,
    /// Requests answered in the current hour, for `x-ratelimit-used`.
    pub used: u64,
    /// Commits that the API made without author fields: GitHub signs those.
    pub signed: BTreeSet<String>,
    pub tree_limit: usize,
    /// Where logs can be fetched for a minute, by the last part of the address.
    pub log_addresses: HashMap<String, Address>,
    next_id: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AccountKind {
    User,
    Organization,
    Bot,
}

#[derive(Debug, Clone)]
pub(super) struct Account {
    pub id: u64,
    pub login: String,
    pub kind: AccountKind,
}

#[derive(Debug, Clone)]
pub(super) struct Installation {
    pub id: u64,
    /// The account on which the App is installed: all its repositories.
    pub account: String,
    pub created_at: Timestamp,
}

/// A repository's place in [`State::repositories`]; repositories are never removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct At(pub usize);

pub(super) struct Repository {
    pub id: u64,
    pub owner: String,
    pub name: String,
    pub private: bool,
    pub default_branch: String,
    pub git: Git,
    pub labels: Vec<Label>,
    pub collaborators: BTreeMap<String, Role>,
    pub issues: BTreeMap<u64, Issue>,
    /// Issues that were deleted or transferred, with where they are now. Their numbers are not given again.
    pub gone: BTreeMap<u64, Option<(At, u64)>>,
    pub suites: Vec<Suite>,
    pub runs: Vec<CheckRun>,
    pub statuses: Vec<Status>,
    pub rules: Rules,
    pub milestones: Vec<Milestone>,
    pub delete_branch_on_merge: bool,
    pub merge_rules: MergeRules,
    pub created_at: Timestamp,
    pub pushed_at: Timestamp,
}

/// What a person may do in a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    None,
    Read,
    Triage,
    Write,
    Maintain,
    Admin,
}

#[derive(Debug, Clone)]
pub(super) struct Label {
    pub id: u64,
    pub name: String,
    pub color: String,
    pub description: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Reaction {
    pub id: u64,
    pub content: String,
    pub author: String,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone)]
pub(super) struct Issue {
    pub id: u64,
    pub number: u64,
    pub title: String,
    pub body: Option<String>,
    pub author: String,
    pub open: bool,
    pub reason: Option<String>,
    pub closed_by: Option<String>,
    /// Who last edited the body, and when.
    pub edited: Option<(String, Timestamp)>,
    /// Who last gave it another title, and when.
    pub renamed: Option<(String, Timestamp)>,
    /// In order, each by its repository and number.
    pub sub_issues: Vec<(At, u64)>,
    pub parent: Option<(At, u64)>,
    pub labels: Vec<String>,
    /// Every time that it was labelled, with the label's name.
    pub labelled: Vec<(String, Timestamp)>,
    pub assignees: Vec<String>,
    /// The number of its milestone.
    pub milestone: Option<u64>,
    pub comments: Vec<Comment>,
    pub reactions: Vec<Reaction>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub pull: Option<Pull>,
}

#[derive(Debug, Clone)]
pub(super) struct Comment {
    pub id: u64,
    pub author: String,
    pub body: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub reactions: Vec<Reaction>,
    pub by_app: bool,
}

/// What a new [`State`] starts from.
pub(super) struct Beginning {
    pub base: String,
    pub app: AppRegistration,
    pub manifest: Manifest,
    pub outbox: UnboundedSender<Outgoing>,
    pub ci: Ci,
    pub ci_on_default_branch: bool,
    pub ci_queue: UnboundedSender<Job>,
    pub requests_kept: usize,
    pub tree_limit: usize,
}

impl State {
    pub fn new(from: Beginning) -> Self {
        let Beginning { base, app, manifest, outbox, ci, ci_on_default_branch, ci_queue, requests_kept, tree_limit } = from;
        Self {
            base,
            app,
            manifest,
            started: time::now(),
            accounts: Vec::new(),
            installations: Vec::new(),
            repositories: Vec::new(),
            tokens: HashMap::new(),
            deliveries: Vec::new(),
            requests: VecDeque::new(),
            requests_seen: 0,
            requests_kept,
            outbox,
            ci,
            ci_on_default_branch,
            ci_queue,
            ci_waiting: 0,
            outbox_waiting: 0,
            faults: Faults::default(),
            used: 0,
            signed: BTreeSet::new(),
            tree_limit,
            log_addresses: HashMap::new(),
            next_id: 1000,
        }
    }

    /// A number that nothing else bears.
    pub fn fresh_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    pub fn bot_login(&self) -> String {
        format!("{}[bot]", self.app.slug)
    }

    pub fn account(&self, login: &str) -> Option<&Account> {
        self.accounts.iter().find(|a| a.login.eq_ignore_ascii_case(login))
    }

    /// The account's login as it is spelled; the account is made when it is new.
    pub fn ensure_account(&mut self, login: &str, kind: AccountKind) -> String {
        if let Some(account) = self.account(login) {
            return account.login.clone();
        }
        let id = self.fresh_id();
        self.accounts.push(Account { id, login: login.to_owned(), kind });
        login.to_owned()
    }

    pub fn find(&self, owner: &str, name: &str) -> Option<At> {
        let same = |r: &Repository| r.owner.eq_ignore_ascii_case(owner) && r.name.eq_ignore_ascii_case(name);
        self.repositories.iter().position(same).map(At)
    }

    pub fn repo(&self, at: At) -> &Repository {
        &self.repositories[at.0]
    }

    pub fn repo_mut(&mut self, at: At) -> &mut Repository {
        &mut self.repositories[at.0]
    }

    pub fn installation_on(&self, account: &str) -> Option<&Installation> {
        self.installations.iter().find(|i| i.account.eq_ignore_ascii_case(account))
    }

    /// The role of `login`: owners are administrators, strangers read.
    pub fn role(&self, at: At, login: &str) -> Role {
        let repo = self.repo(at);
        if repo.owner.eq_ignore_ascii_case(login) {
            return Role::Admin;
        }
        let stranger = if repo.private || self.account(login).is_none() { Role::None } else { Role::Read };
        repo.collaborators.iter().find(|(who, _)| who.eq_ignore_ascii_case(login)).map_or(stranger, |(_, role)| *role)
    }
}

impl Repository {
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    pub fn issue(&self, number: u64) -> Option<&Issue> {
        self.issues.get(&number)
    }

    /// The pull request with its issue half.
    pub fn pull(&self, number: u64) -> Option<(&Issue, &Pull)> {
        self.issues.get(&number).and_then(|issue| issue.pull.as_ref().map(|pull| (issue, pull)))
    }

    pub fn pulls(&self) -> impl DoubleEndedIterator<Item = (&Issue, &Pull)> {
        self.issues.values().filter_map(|issue| issue.pull.as_ref().map(|pull| (issue, pull)))
    }

    pub fn next_number(&self) -> u64 {
        self.issues.keys().chain(self.gone.keys()).max().map_or(1, |number| number + 1)
    }

    pub fn label(&self, name: &str) -> Option<&Label> {
        self.labels.iter().find(|l| l.name.eq_ignore_ascii_case(name))
    }

    pub fn branch(&self, name: &str) -> Option<&str> {
        self.git.reference(&format!("refs/heads/{name}"))
    }

    pub fn comment(&self, id: u64) -> Option<(&Issue, &Comment)> {
        self.issues.values().find_map(|issue| issue.comments.iter().find(|c| c.id == id).map(|c| (issue, c)))
    }

    pub fn comment_mut(&mut self, id: u64) -> Option<&mut Comment> {
        self.issues.values_mut().find_map(|issue| issue.comments.iter_mut().find(|c| c.id == id))
    }
}
