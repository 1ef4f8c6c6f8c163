//! A file for each phase: how it is entered and what moves it on.

pub mod asking;
pub mod building;
pub mod finishing;
pub mod issue;
pub mod over;
pub mod reading;
pub mod review;
pub mod stuck;
