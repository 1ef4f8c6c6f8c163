//! A payload as it may be: nothing about it is certain, so each part is looked for, and a part of another kind than
//! expected is a part that is not there.

use serde_json::Value;

use crate::domain::{BranchName, CommentId, IssueNumber, PullNumber, Sha};

#[derive(Clone, Copy)]
pub(super) struct Payload<'a>(pub &'a Value);

impl<'a> Payload<'a> {
    /// The value at a JSON pointer; `null` counts as nothing.
    pub(super) fn at(self, pointer: &str) -> Option<&'a Value> {
        self.0.pointer(pointer).filter(|value| !value.is_null())
    }
    pub(super) fn text(self, pointer: &str) -> Option<&'a str> {
        self.at(pointer)?.as_str()
    }
    pub(super) fn number(self, pointer: &str) -> Option<u64> {
        self.at(pointer)?.as_u64()
    }
    pub(super) fn yes(self, pointer: &str) -> bool {
        self.at(pointer).and_then(Value::as_bool).unwrap_or(false)
    }
    pub(super) fn sha(self, pointer: &str) -> Option<Sha> {
        self.text(pointer)?.parse().ok()
    }
    pub(super) fn branch(self, pointer: &str) -> Option<BranchName> {
        self.text(pointer).map(BranchName::new)
    }
    pub(super) fn issue(self) -> Option<IssueNumber> {
        self.number("/issue/number").map(IssueNumber)
    }
    pub(super) fn pull(self, pointer: &str) -> Option<PullNumber> {
        self.number(pointer).map(PullNumber)
    }
    pub(super) fn comment(self) -> Option<CommentId> {
        self.number("/comment/id").map(CommentId)
    }
}
