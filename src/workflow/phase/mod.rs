//! A file for each phase: how it is entered and what moves it on.

pub mod asking;
pub mod branch;
pub mod building;
pub mod finishing;
pub mod fixing;
pub mod issue;
pub mod merging;
pub mod over;
pub mod planned;
pub mod reading;
pub mod review;
pub mod reviewing;
pub mod edited;
pub mod revising;
pub mod stuck;
pub mod talk;
pub mod verifying;
pub mod waking;
