//! Implementers: what turns a step into a change set. There is one, `verbatim`, for steps made of exact edits.

pub mod verbatim;
