//! Hidden marks by which our comments and our part of a pull request's body are found again.

use crate::workflow::Run;

/// The first line of a comment of ours: `<!-- journeyman:status owner/name#12.1 -->`.
pub fn marker(run: &Run, name: &str) -> String {
    format!("<!-- journeyman:{name} {} -->", run.id)
}

/// Whether a comment begins with the marker. A quotation of it further down does not count.
pub fn carries(body: &str, marker: &str) -> bool {
    body.trim_start_matches('\u{feff}').starts_with(marker)
}

pub fn checklist_begin(run: &Run) -> String {
    marker(run, "checklist:begin")
}

pub fn checklist_end(run: &Run) -> String {
    marker(run, "checklist:end")
}
