//! The sub-issues of an issue, in order, each with who wrote its text.
//!
//! REST knows neither the last editor nor who gave an issue its title.

use serde::Deserialize;
use serde_json::json;

use super::error::{Error, Trouble};
use super::issue_text::{Actor, Edit, Nodes};
use super::moment;
use super::repository::Repository;
use crate::domain::{IssueNumber, Login, RepoName, Untrusted};

/// As many as GitHub lets an issue have.
const MOST: usize = 100;
/// So many are asked for at once: their texts may be long.
const PAGE: usize = 25;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubIssue {
    /// It may be another than the issue's.
    pub repo: RepoName,
    pub number: IssueNumber,
    pub title: Untrusted,
    /// Empty when it has none.
    pub body: Untrusted,
    pub closed: bool,
    /// `None` when the account is gone.
    pub author: Option<Login>,
    /// The last edit of the body; `None` when it is as its author opened it.
    pub edited: Option<Edit>,
    /// The last time that it got another title.
    pub renamed: Option<Edit>,
    /// How many sub-issues it has itself.
    pub own_parts: usize,
}

impl SubIssue {
    /// Whose words it is made of: whoever wrote the body last, and whoever gave it another title since. Accounts that are gone are
    /// called as GitHub calls them.
    pub fn writers(&self) -> Vec<Login> {
        let named = |by: &Option<Login>| by.clone().unwrap_or_else(|| Login::new("ghost"));
        let body = self.edited.as_ref().map_or(&self.author, |edit| &edit.by);
        // Within the same second nobody knows which came first.
        let renamed = self.renamed.as_ref().filter(|renamed| self.edited.as_ref().is_none_or(|edit| renamed.at >= edit.at));
        let mut writers = vec![named(body)];
        writers.extend(renamed.map(|renamed| named(&renamed.by)).filter(|by| !writers[0].is(by)));
        writers
    }
}

const PARTS: &str = "query Parts($owner: String!, $name: String!, $number: Int!, $first: Int!, $after: String) { \
    repository(owner: $owner, name: $name) { issue(number: $number) { subIssues(first: $first, after: $after) { \
    pageInfo { hasNextPage endCursor } nodes { number title body closed repository { nameWithOwner } author { __typename login } \
    lastEditedAt editor { __typename login } subIssuesSummary { total } \
    timelineItems(itemTypes: [RENAMED_TITLE_EVENT], last: 1) { nodes { ... on RenamedTitleEvent { createdAt actor { __typename login } } } } \
    } } } } }";

#[derive(Deserialize, Default)]
struct Data {
    repository: Option<Holder>,
}

#[derive(Deserialize)]
struct Holder {
    issue: Option<Parent>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parent {
    sub_issues: Page,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    page_info: PageInfo,
    nodes: Option<Vec<Option<Wire>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    number: u64,
    title: String,
    body: String,
    closed: bool,
    repository: Name,
    author: Option<Actor>,
    last_edited_at: Option<String>,
    editor: Option<Actor>,
    sub_issues_summary: Summary,
    timeline_items: Nodes<Renamed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Name {
    name_with_owner: String,
}

#[derive(Deserialize)]
struct Summary {
    total: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Renamed {
    created_at: String,
    actor: Option<Actor>,
}

impl Repository {
    /// The sub-issues of an issue, in order. `None` for one that GitHub does not show to the App; no sub-issues at all where the
    /// server knows no such thing, as an older GitHub Enterprise Server.
    pub async fn sub_issues(&self, number: IssueNumber) -> Result<Vec<Option<SubIssue>>, Error> {
        let mut all = Vec::new();
        let mut after: Option<String> = None;
        while all.len() < MOST {
            let variables =
                json!({ "owner": self.name().owner(), "name": self.name().name(), "number": number.0, "first": PAGE, "after": after });
            let Some(data) = self.ask_for_parts::<Data>(PARTS, variables).await? else { return Ok(Vec::new()) };
            let page = data
                .repository
                .and_then(|holder| holder.issue)
                .map(|issue| issue.sub_issues)
                .ok_or_else(|| gone("there is no such issue"))?;
            let found = page.nodes.unwrap_or_default();
            for wire in found {
                all.push(wire.map(SubIssue::of).transpose()?);
            }
            after = page.page_info.end_cursor.filter(|_| page.page_info.has_next_page);
            if after.is_none() {
                break;
            }
        }
        all.truncate(MOST);
        Ok(all)
    }
}

fn gone(what: &str) -> Error {
    Error::NotFound { what: Trouble::new(&http::Method::POST, "/graphql", what) }
}

impl SubIssue {
    fn of(wire: Wire) -> Result<Self, Error> {
        let repo = wire.repository.name_with_owner.parse().map_err(|_| gone("a sub-issue is in a repository without a name"))?;
        let edited = wire.last_edited_at.as_deref().map(|at| Edit { at: moment::or_newest(Some(at)), by: wire.editor.map(Login::from) });
        let renamed = wire.timeline_items.nodes.into_iter().flatten().next_back();
        Ok(Self {
            repo,
            number: IssueNumber(wire.number),
            title: Untrusted::new(wire.title),
            body: Untrusted::new(wire.body),
            closed: wire.closed,
            author: wire.author.map(Login::from),
            edited,
            renamed: renamed.map(|event| Edit { at: moment::or_newest(Some(&event.created_at)), by: event.actor.map(Login::from) }),
            own_parts: wire.sub_issues_summary.total,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    #[test]
    fn the_words_are_of_whoever_wrote_the_body_last_and_of_whoever_renamed_it_since() {
        let edit = |by: &str, at| Some(Edit { at: Timestamp(at), by: Some(Login::new(by)) });
        let writers = |author: Option<&str>, edited, renamed| {
            let issue = SubIssue {
                repo: "octo/hello".parse().unwrap(),
                number: IssueNumber(1),
                title: Untrusted::default(),
                body: Untrusted::default(),
                closed: false,
                author: author.map(Login::new),
                edited,
                renamed,
                own_parts: 0,
            };
            issue.writers().iter().map(|login| login.as_str().to_owned()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(writers(Some("ada"), None, None), "ada");
        assert_eq!(writers(None, None, None), "ghost");
        assert_eq!(writers(Some("mallory"), edit("ada", 5), edit("mallory", 4)), "ada", "she saw the title when she edited");
        assert_eq!(writers(Some("mallory"), edit("ada", 5), edit("mallory", 5)), "ada mallory");
        assert_eq!(writers(Some("mallory"), None, edit("ada", 4)), "mallory ada", "a title alone says nothing of the body");
        assert_eq!(writers(Some("ada"), None, edit("Ada", 4)), "ada");
    }
}
