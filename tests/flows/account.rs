//! What a story left: the world as text in which two runs of it are the same, and what must hold at the end of each.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write;
use std::sync::{LazyLock, Mutex};

use journeyman::domain::IssueNumber;
use journeyman::simulator::{CommentView, RepositoryView};
use regex::Regex;

use crate::contract;
use crate::harness::{BOT, World};

/// Requests of this process that were held to the contract. A story that is told often asks the same.
static CHECKED: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

pub fn without_ids(text: &str) -> String {
    static ID: LazyLock<Regex> = LazyLock::new(|| Regex::new("[0-9a-f]{7,40}").unwrap());
    ID.replace_all(text, "ID").into_owned()
}

impl World {
    /// The bot's comment of this name on an issue, which counts as read from now on.
    pub fn said(&mut self, issue: IssueNumber, name: &str) -> String {
        let mark = format!("<!-- journeyman:{name} ");
        let comments = self.repository().issue(issue.0).unwrap().comments.clone();
        let found = comments.iter().rfind(|c| c.author == BOT && c.body.starts_with(&mark));
        let found = found.unwrap_or_else(|| panic!("no {name} comment on #{issue}:\n{}", self.account()));
        self.read.insert((found.id, found.body.clone()));
        found.body.lines().skip(1).collect::<Vec<_>>().join("\n").trim().to_owned()
    }

    /// The names of the bot's comments on an issue, oldest first.
    pub fn comment_names(&self, issue: IssueNumber) -> Vec<String> {
        let comments = self.repository().issue(issue.0).unwrap().comments.clone();
        let name = |c: &CommentView| Some(c.body.strip_prefix("<!-- journeyman:")?.split(' ').next()?.to_owned());
        comments.iter().filter(|c| c.author == BOT).filter_map(name).collect()
    }

    /// Reads all comments of the bot at once: for stories whose whole world is compared.
    pub fn read_all(&mut self) {
        for comment in self.bot_comments() {
            self.read.insert((comment.id, comment.body));
        }
    }

    fn bot_comments(&self) -> Vec<CommentView> {
        let repository = self.repository();
        let issues = repository.issues.iter().flat_map(|issue| issue.comments.clone());
        let pulls = repository.pulls.iter().flat_map(|pull| pull.comments.clone());
        issues.chain(pulls).filter(|comment| comment.author == BOT).collect()
    }

    /// Ends the story: nothing unread, nothing left to do, nothing asked of GitHub that it does not document.
    pub async fn end(self) {
        let unread: Vec<String> = self
            .bot_comments()
            .into_iter()
            .filter(|comment| !self.read.contains(&(comment.id, comment.body.clone())))
            .map(|comment| comment.body)
            .collect();
        assert!(unread.is_empty(), "comments that no assertion read:\n{}", unread.join("\n----\n"));
        let counts = self.store().counts().await.unwrap();
        assert_eq!((counts.waiting, counts.unrouted, counts.outbox), (0, 0, 0), "{}", self.everything().await);
        self.hold_to_contract();
        assert!(!self.sweeping || self.lost().is_empty(), "deliveries that never arrived: {:?}", self.lost());
        self.close().await;
    }

    /// Deliveries of which no attempt arrived.
    pub fn lost(&self) -> Vec<String> {
        let deliveries = self.github.world().unwrap().deliveries;
        let all: BTreeSet<&str> = deliveries.iter().map(|d| d.guid.as_str()).collect();
        let arrived: BTreeSet<&str> = deliveries.iter().filter(|d| (200..300).contains(&d.status_code)).map(|d| d.guid.as_str()).collect();
        all.difference(&arrived).map(|guid| (*guid).to_owned()).collect()
    }

    fn hold_to_contract(&self) {
        for request in self.github.requests() {
            assert_ne!(request.status, 501, "{} {} is unknown to the simulator", request.method, request.target);
            let form = without_ids(&format!("{} {} {:?}", request.method, request.target, request.body));
            if CHECKED.lock().unwrap().insert(form) {
                contract::github().check(&request.method, &request.target, request.body.as_ref()).unwrap();
            }
        }
    }

    /// GitHub as it stands, with commits called by what they are instead of by their ids.
    pub fn account(&self) -> String {
        account_of(&self.repository())
    }

    /// Everything there is to know, for a story that went wrong.
    pub async fn everything(&self) -> String {
        let mut text = self.account();
        for run in self.store().runs().await.unwrap() {
            write!(text, "\n## Journal of {} ({})\n", run.lane, run.phase).unwrap();
            for line in self.store().journal(&run.lane).await.unwrap() {
                writeln!(text, "- {}: {}", line.kind, line.text).unwrap();
            }
        }
        write!(text, "\n## Passed over\n").unwrap();
        for passed in self.store().passed_over(200).await.unwrap() {
            writeln!(text, "- {}: {}", passed.event, passed.reason).unwrap();
        }
        write!(text, "\n{:?}\n{:?}\n", self.store().counts().await.unwrap(), self.performed).unwrap();
        text
    }
}

/// A repository as it stands, with commits called by what they are instead of by their ids.
pub fn account_of(repository: &RepositoryView) -> String {
    let mut text = format!("# {}\n", repository.name);
    for issue in &repository.issues {
        let standing = if issue.open { "open" } else { "closed" };
        let reactions: Vec<String> = issue.reactions.iter().map(|(by, what)| format!("{what} by {by}")).collect();
        let labels = issue.labels.join(", ");
        write!(text, "\n## Issue #{} · {} · {standing} · [{labels}] · {}\n", issue.number, issue.title, reactions.join(", ")).unwrap();
        comments(&mut text, &issue.comments);
    }
    for pull in &repository.pulls {
        let standing = match (pull.open, pull.merged, pull.draft) {
            (_, true, _) => "merged",
            (false, ..) => "closed",
            (true, _, true) => "draft",
            (true, _, false) => "ready",
        };
        let place = format!("{} into {}", pull.head, pull.base);
        write!(text, "\n## Pull request #{} · {} · {standing} · {place} · by {}\n\n{}\n", pull.number, pull.title, pull.author, pull.body)
            .unwrap();
        comments(&mut text, &pull.comments);
    }
    for branch in &repository.branches {
        write!(text, "\n## Branch {} at {}\n", branch.name, branch.sha).unwrap();
        for commit in &branch.commits {
            let signed = if commit.verified { "signed" } else { "not signed" };
            write!(text, "\n### {} · tree {} · by {}, {signed}\n", commit.sha, commit.tree, commit.author).unwrap();
            let mut checks: Vec<_> = repository.checks_of(&commit.sha).map(|c| (&c.name, c.conclusion.as_ref())).collect();
            checks.sort();
            for (name, conclusion) in checks {
                writeln!(text, "- {name}: {}", conclusion.map_or("running", String::as_str)).unwrap();
            }
            write!(text, "\n```\n{}\n```\n", commit.message.trim_end()).unwrap();
        }
    }
    for (sha, name) in names(repository) {
        text = text.replace(&sha, &name).replace(&sha[..7], &name);
    }
    text
}

fn comments(text: &mut String, all: &[CommentView]) {
    for comment in all {
        write!(text, "\n### {} says\n\n{}\n", comment.author, comment.body.trim_end()).unwrap();
    }
}

/// `‹step 2›` for ours, `‹Begin›` for others; with the run's attempt where there was more than one.
fn names(repository: &RepositoryView) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for commit in repository.branches.iter().flat_map(|branch| &branch.commits) {
        let trailer = |name: &str| commit.message.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        let name = match (trailer("Journeyman-Step: "), trailer("Journeyman-Run: ")) {
            (Some(step), Some(run)) if run.ends_with("#1.1") => format!("‹step {step}›"),
            (Some(step), Some(run)) => format!("‹step {step} of {}›", run.split('#').next_back().unwrap_or_default()),
            _ => format!("‹{}›", commit.message.lines().next().unwrap_or_default()),
        };
        names.insert(commit.sha.clone(), name);
    }
    names
}
