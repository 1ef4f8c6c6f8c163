//! An issue's text together with who edited it last and when it was labelled: read at once, so that they belong together.
//!
//! REST knows neither the last editor nor when the text was edited.

use serde::Deserialize;
use serde_json::json;

use super::error::{Error, Trouble};
use super::moment;
use super::repository::Repository;
use crate::domain::{IssueNumber, Login, Timestamp, Untrusted};

/// An issue's text as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueText {
    pub title: Untrusted,
    /// Empty when the issue has none.
    pub body: Untrusted,
    pub open: bool,
    pub labels: Vec<String>,
    /// The last edit of the body; `None` when it is as its author opened it.
    pub edited: Option<Edit>,
    /// When it was labelled: the latest hundred times, with the label's name.
    pub labelled: Vec<(String, Timestamp)>,
}

/// An edit of an issue's body. Times have a second's precision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub at: Timestamp,
    /// `None` when the account is gone.
    pub by: Option<Login>,
}

impl IssueText {
    /// The last edit, unless it was surely made before the label was last set.
    pub fn edited_since(&self, label: &str) -> Option<&Edit> {
        let set = self.labelled.iter().filter(|(name, _)| name.eq_ignore_ascii_case(label)).map(|(_, at)| *at).max();
        self.edited.as_ref().filter(|edit| set.is_none_or(|set| edit.at >= set))
    }
}

const TEXT: &str = "query Text($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name) { \
    issue(number: $number) { title body closed lastEditedAt editor { __typename login } labels(first: 100) { nodes { name } } \
    timelineItems(itemTypes: [LABELED_EVENT], last: 100) { nodes { ... on LabeledEvent { createdAt label { name } } } } } } }";

#[derive(Deserialize)]
struct Data {
    repository: Option<Holder>,
}

#[derive(Deserialize)]
struct Holder {
    issue: Option<Wire>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    title: String,
    body: String,
    closed: bool,
    last_edited_at: Option<String>,
    editor: Option<Actor>,
    labels: Option<Nodes<Label>>,
    timeline_items: Nodes<Labelled>,
}

#[derive(Deserialize)]
pub(super) struct Actor {
    #[serde(rename = "__typename")]
    kind: String,
    login: String,
}

#[derive(Deserialize)]
pub(super) struct Nodes<T> {
    pub nodes: Vec<Option<T>>,
}

#[derive(Deserialize)]
struct Label {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Labelled {
    created_at: String,
    label: Label,
}

impl Repository {
    /// The issue's text; [`Error::NotFound`] also when it was deleted or transferred away.
    pub async fn issue_text(&self, number: IssueNumber) -> Result<IssueText, Error> {
        let variables = json!({ "owner": self.name().owner(), "name": self.name().name(), "number": number.0 });
        let data: Data = self.ask(TEXT, variables).await?;
        let wire = data.repository.and_then(|holder| holder.issue);
        let wire = wire.ok_or_else(|| Error::NotFound { what: Trouble::new(&http::Method::POST, "/graphql", "there is no such issue") })?;
        let at = moment::or_newest(wire.last_edited_at.as_deref());
        Ok(IssueText {
            title: Untrusted::new(wire.title),
            body: Untrusted::new(wire.body),
            open: !wire.closed,
            labels: wire.labels.into_iter().flat_map(|l| l.nodes).flatten().map(|l| l.name).collect(),
            edited: wire.last_edited_at.is_some().then(|| Edit { at, by: wire.editor.map(Login::from) }),
            labelled: wire
                .timeline_items
                .nodes
                .into_iter()
                .flatten()
                .map(|l| (l.label.name, moment::or_oldest(Some(&l.created_at))))
                .collect(),
        })
    }
}

impl From<Actor> for Login {
    /// REST, where permissions are asked, tells an App from a person of the same name; GraphQL's logins do not.
    fn from(actor: Actor) -> Self {
        if actor.kind == "Bot" { Login::new(format!("{}[bot]", actor.login)) } else { Login::new(actor.login) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(edited: Option<i64>, labelled: &[(&str, i64)]) -> IssueText {
        IssueText {
            title: Untrusted::new(""),
            body: Untrusted::new(""),
            open: true,
            labels: Vec::new(),
            edited: edited.map(|at| Edit { at: Timestamp(at), by: None }),
            labelled: labelled.iter().map(|(name, at)| ((*name).to_owned(), Timestamp(*at))).collect(),
        }
    }

    #[test]
    fn an_edit_before_the_label_was_last_set_was_seen_by_whoever_set_it() {
        let since = |edited, labelled: &[(&str, i64)]| text(edited, labelled).edited_since("journeyman").is_some();
        assert!(!since(None, &[("journeyman", 5)]));
        assert!(!since(Some(4), &[("Journeyman", 5)]));
        assert!(!since(Some(6), &[("journeyman", 5), ("journeyman", 7)]), "labelled anew after the edit");
        assert!(since(Some(6), &[("journeyman", 5), ("bug", 7)]));
        assert!(since(Some(5), &[("journeyman", 5)]), "within the same second nobody knows");
        assert!(since(Some(4), &[]), "nobody knows when it was labelled");
    }

    #[test]
    fn an_app_is_not_taken_for_the_person_of_its_name() {
        let login = |kind: &str| Login::from(Actor { kind: kind.into(), login: "ada".into() });
        assert_eq!((login("User").as_str(), login("Bot").as_str()), ("ada", "ada[bot]"));
    }
}
