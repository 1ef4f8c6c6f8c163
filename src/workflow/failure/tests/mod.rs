//! Logs in `fixtures/logs`, and what they come down to; names in logs; whatever text.

mod evidence;
mod kinds;

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::log::{StepKind, decoded, read};
use super::*;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/logs")
}

fn fixture(name: &str) -> String {
    let path = folder().join(format!("{name}.log"));
    decoded(&std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))).into_owned()
}

#[test]
fn each_log_comes_down_to_what_an_engineer_would_cut_out() {
    let mut logs: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    logs.retain(|path| path.extension().is_some_and(|end| end == "log"));
    assert!(logs.len() >= 25, "{} logs", logs.len());
    for path in logs {
        let log = decoded(&std::fs::read(&path).unwrap()).into_owned();
        let essence = essence(&log, 6000);
        let places: Vec<String> = essence.places.iter().take(5).map(|place| format!("{}:{}", place.path, place.line)).collect();
        let shortest = shortest(&essence);
        assert!((1..=3).contains(&shortest.lines().count()), "{}: {shortest}", path.display());
        let found =
            format!("{}\n\nplaces: {}\nkind: {:?}\n\n{shortest}\n", essence.text, places.join(" "), kind("failure", &[], Some(&log)));
        expect_test::expect_file![path.with_extension("expected")].assert_eq(&found);
    }
}

#[test]
fn colours_progress_times_and_marks_are_read_as_a_person_sees_them() {
    let raw = "\u{feff}2026-01-02T03:04:05.1234567Z ##[group]Run make\n2026-01-02T03:04:05.1234567Z \u{1b}[36;1mmake\u{1b}[0m\n\
        2026-01-02T03:04:05.1Z shell: bash\n2026-01-02T03:04:05Z ##[endgroup]\n2026-01-02T03:04:05Z  10%\r 50%\r100% done\r\n\
        ::error file=src/a.c,line=3::no semicolon\n\u{1b}]8;;https://example.org\u{7}link\u{1b}]8;;\u{7}\n";
    let log = read(raw);
    let texts: Vec<&str> = log.lines.iter().map(|line| line.text.as_ref()).collect();
    assert_eq!(texts, ["Run make", "make", "shell: bash", "", "100% done", "src/a.c:3: no semicolon", "link"]);
    let step = log.steps.last().unwrap();
    assert_eq!((step.kind, step.command().as_deref(), step.failed), (StepKind::Command, Some("make"), true));
}

#[test]
fn megabytes_are_cut_as_well_and_the_size_is_kept() {
    let mut log = String::new();
    for number in 0..60_000 {
        log.push_str(&format!(
            "2026-01-02T03:04:05.1234567Z \u{1b}[32m   Compiling\u{1b}[0m crate{number} v1.0.0 (registry of many crates)\n"
        ));
    }
    log.push_str(&fixture("cargo-test"));
    assert!(log.len() > 5_000_000, "{} bytes", log.len());
    for most in [200, 1000, 6000] {
        let essence = essence(&log, most);
        assert!(essence.text.chars().count() <= most, "{most}: {}", essence.text);
        assert!(essence.failures.iter().any(|failed| failed.name == "tests::adds"));
    }
    assert!(essence(&log, 6000).text.contains("left: -1"));
}

#[test]
fn of_three_hundred_failures_one_is_whole_and_the_rest_are_named() {
    let essence = essence(&fixture("cargo-three-hundred"), 3000);
    assert_eq!(essence.failures.len(), 300);
    assert_eq!(essence.text.matches("panicked at").count(), 1);
    assert!(essence.text.contains("also failed (299):") && essence.text.contains("calc::case_003"), "{}", essence.text);
}

#[test]
fn tests_of_one_name_in_two_modules_are_two_failures() {
    let log = "---- a::works stdout ----\nthread 'a::works' panicked at src/a.rs:1:1:\nno a\n\n---- b::works stdout ----\nthread 'b::works' panicked at src/b.rs:2:1:\nno b\n";
    let names: Vec<String> = essence(log, 1000).failures.into_iter().map(|failed| failed.name).collect();
    assert_eq!(names, ["a::works", "b::works"]);
}

/// Bytes, and lines of logs in any order.
fn any_log() -> impl Strategy<Value = Vec<u8>> {
    const PARTS: &[&str] = &[
        "error[E0308]: mismatched types\n --> src/a.rs:3:5\n",
        "---- a::b stdout ----\n",
        "##[error]Process completed with exit code 1.\n",
        "##[group]Run x\n",
        "##[endgroup]\n",
        "\u{1b}[31",
        "\r",
        "____ test_a ____\nE   x\n",
        "--- FAIL: TestA (0.00s)\n",
        "  1) a\n",
        "Failures:\n",
        "2026-01-02T03:04:05.1Z ",
        "::error file=é,line=1::x\n",
        "Traceback (most recent call last):\n  File \"a.py\", line 3\n    é\n",
        "   12: core::x\n      at /rustc/a\n",
        "test result: FAILED\n",
        "\u{1b}_bk;t=1\u{7}",
        "same\nsame\nsame\nsame\n",
    ];
    let part = prop_oneof![3 => proptest::sample::select(PARTS).prop_map(|part| part.as_bytes().to_vec()), 1 => proptest::collection::vec(any::<u8>(), 0..40)];
    proptest::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn no_bytes_break_the_readers_of_logs(bytes in any_log(), most in 0usize..3000) {
        let log = decoded(&bytes);
        let first = essence(&log, most);
        prop_assert!(first.text.chars().count() <= most);
        let again = essence(&first.text, most);
        prop_assert!(again.text.chars().count() <= first.text.chars().count());
        prop_assert!(shortest(&first).lines().count() <= 3);
        kind("failure", &[log.to_string()], Some(&log));
        shows(&log, "a::b");
    }
}
