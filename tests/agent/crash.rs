//! Whatever a crash leaves behind, the work goes on from it to the same end, and nothing is paid for twice.

use journeyman::agent::Ending;
use journeyman::agent::transcript::Entry;

use crate::bench::{Bench, anthropic, whole};
use crate::model::ModelServer;

#[tokio::test]
async fn a_crash_after_any_line_of_the_transcript_ends_in_the_same_world() {
    let mut first = Bench::new().await;
    let server = ModelServer::start(whole()).await;
    let ending = first.work(anthropic(&server)).await.unwrap();
    server.end();
    let text = std::fs::read_to_string(first.transcript.path()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    assert!(lines.len() >= 9, "{} lines", lines.len());
    for kept in 1..=lines.len() {
        for files_are_ahead in [false, true] {
            let mut bench = Bench::new().await;
            // A line cut short is what a crash in the middle of writing leaves.
            let rest: String = lines.get(kept).map(|line| line.chars().take(20).collect()).unwrap_or_default();
            std::fs::write(bench.transcript.path(), format!("{}{rest}", lines[..kept].concat())).unwrap();
            bench.reopen();
            let paid = bench.replies();
            let edited = bench.transcript.entries().filter(|entry| matches!(entry, Entry::Results(_))).count() >= 2;
            // The calls of the last answer may have been done or not; earlier ones were.
            if edited || (files_are_ahead && paid >= 2) {
                std::fs::write(bench.site.root.join("src/lib.rs"), "pub fn uno() -> u8 {\n    1\n}\n").unwrap();
            }
            let rest = whole().into_iter().skip(paid).map(|turn| turn_without_checks(turn, paid));
            let server = ModelServer::start(rest.collect::<Vec<_>>()).await;
            let resumed = bench.work(anthropic(&server)).await.unwrap();
            assert_eq!(resumed, ending, "after {kept} lines");
            assert!(matches!(resumed, Ending::Submitted(_)));
            assert_eq!(bench.file("src/lib.rs"), "pub fn uno() -> u8 {\n    1\n}\n", "after {kept} lines");
            assert_eq!(bench.replies(), 3, "after {kept} lines");
            server.end();
        }
    }
}

/// A turn whose check is on the words of an edit that was done already takes any.
fn turn_without_checks(turn: crate::model::Turn, paid: usize) -> crate::model::Turn {
    if paid == 2 { crate::model::Turn::calls("submit", crate::bench::report()).after_result("edited `src/lib.rs`") } else { turn }
}
