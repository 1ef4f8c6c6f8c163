//! What people, the App and the CI do: each act changes the state and queues the webhooks that GitHub would send.
//!
//! Routes and people's verbs share these acts; whether one may act is asked before, by whoever calls.

mod checks;
mod issues;
mod jobs;
mod mergeability;
mod milestones;
mod pulls;
mod pushes;
mod repositories;
mod reviews;
mod sub_issues;
mod threads;

pub(super) use checks::{
    NewRun, RunChange, add_status, announce_run, announce_suite, announce_suite_by, announce_workflow, change_run, create_run, latest,
    new_suite, suite_for,
};
pub(super) use issues::{
    IssueChange, add_label, change_issue, comment, delete_issue, edit_comment, open_issue, react, remove_label, too_long, transfer_issue,
};
pub(super) use jobs::{Again, again, finish, rerequest, rerequest_suite, rerun};
pub(super) use milestones::{assign, is_assignable, make_milestone, set_milestone, unassign};
pub(super) use pulls::{NewPull, change_pull, full, merge, open_pull, person, ready};
pub(super) use pushes::{is_fast_forward, update};
pub(super) use repositories::add_repository;
pub(super) use reviews::{dismiss_review, edit_review, request_reviews, submit_review, unrequest_reviews};
pub(super) use sub_issues::{add_sub_issue, remove_sub_issue};
pub(super) use threads::{delete_review_comment, edit_review_comment, pull_of_comment, reply, resolve, review_comment_mut};
