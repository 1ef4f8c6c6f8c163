//! Names of tests in logs.

use super::fixture;
use crate::workflow::failure::{Outcome, names_a_command, names_a_test, ran, shows};

#[test]
fn a_test_is_shown_by_the_line_in_which_its_tool_says_how_it_ended() {
    for (line, name, outcome) in [
        ("test calc::adds ... ok", "adds", Outcome::Passed),
        ("test calc::adds ... FAILED", "calc::adds", Outcome::Failed),
        ("test calc::adds ... ignored, slow", "adds", Outcome::Skipped),
        ("        PASS [   0.005s] (1/3) calc tests::adds", "tests::adds", Outcome::Passed),
        ("tests/test_x.py::test_y PASSED    [ 50%]", "test_y", Outcome::Passed),
        ("PASSED tests/test_x.py::test_y", "tests/test_x.py::test_y", Outcome::Passed),
        ("FAILED tests/test_x.py::test_y - assert 1 == 2", "test_y", Outcome::Failed),
        ("test_adds (test_calc.Calc.test_adds) ... ok", "test_adds", Outcome::Passed),
        ("    ✓ adds two numbers (3 ms)", "adds two numbers", Outcome::Passed),
        ("   ✓ src/calc.test.ts > calc > adds 3ms", "adds", Outcome::Passed),
        ("    ✕ adds (3 ms)", "adds", Outcome::Failed),
        ("--- PASS: TestX (0.00s)", "TestX", Outcome::Passed),
        ("    --- SKIP: TestX/deep (0.00s)", "TestX/deep", Outcome::Skipped),
        ("ok 3 - adds", "adds", Outcome::Passed),
        ("ok 3 - adds # SKIP no network", "adds", Outcome::Skipped),
        ("not ok 3 - adds", "adds", Outcome::Failed),
        ("CalcTest > adds() PASSED", "CalcTest > adds", Outcome::Passed),
        (
            "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in com.octo.CalcTest",
            "CalcTest",
            Outcome::Passed,
        ),
        ("  Passed Calc.Tests.Adds [2 ms]", "Adds", Outcome::Passed),
        ("1/2 Test #1: adds ......................   Passed    0.00 sec", "adds", Outcome::Passed),
        ("2/2 Test #2: adds ......................***Failed    0.00 sec", "adds", Outcome::Failed),
        ("CalcTest#test_adds = 0.00 s = .", "CalcTest#test_adds", Outcome::Passed),
    ] {
        assert_eq!(shows(&format!("2026-01-02T03:04:05.1234567Z {line}\n"), name), Some(outcome), "{line}");
    }
}

#[test]
fn a_name_is_shown_whole_or_not_at_all() {
    for line in [
        "test adds_two ... ok",
        "test calc::re_adds ... ok",
        "running adds",
        "PASS",
        "tests/test_x.py::adds_more PASSED",
        "ok adds",
        "the test adds ... ok",
    ] {
        assert_eq!(shows(line, "adds"), None, "{line}");
    }
    assert_eq!(shows("test adds ... ok", ""), None);
}

#[test]
fn a_test_with_cases_passed_if_all_of_them_did() {
    assert_eq!(shows(&fixture("pytest-failed"), "tests/test_calc.py::test_adds"), Some(Outcome::Passed));
    assert_eq!(shows("t.py::test_y[1] PASSED\nt.py::test_y[2] FAILED\n", "test_y"), Some(Outcome::Failed));
    assert_eq!(shows("t.py::test_y[1] PASSED\nt.py::test_y[2] SKIPPED\n", "test_y"), None);
    assert_eq!(shows("test a::adds ... ok\ntest b::adds ... FAILED\n", "adds"), Some(Outcome::Failed));
}

#[test]
fn a_failure_told_in_full_shows_its_test() {
    assert_eq!(shows(&fixture("jest-failed"), "adds"), Some(Outcome::Failed));
    assert_eq!(shows(&fixture("go-test"), "TestSub"), Some(Outcome::Passed));
    assert_eq!(shows(&fixture("rspec-failed"), "Calc adds two numbers"), Some(Outcome::Failed));
}

#[test]
fn tests_commands_and_checks_are_told_apart_by_their_form() {
    for test in [
        "calc::adds",
        "tests/test_x.py::test_y",
        "test_adds",
        "TestAdd",
        "CalcTest#adds",
        "src/calc.test.ts > adds",
        "a_stranger_is_not_heard",
    ] {
        assert!(names_a_test(test) && !names_a_command(test), "{test}");
    }
    for command in ["cargo test", "npm run lint", "pytest", "./scripts/check.sh"] {
        assert!(names_a_command(command) && !names_a_test(command), "{command}");
    }
    for check in ["test", "build", "unit-tests", "test (ubuntu-latest, 22)", "CI / lint"] {
        assert!(!names_a_test(check) && !names_a_command(check), "{check}");
    }
}

#[test]
fn a_command_was_run_where_a_step_has_it_alone_or_in_its_script() {
    let alone = "2026-01-02T03:04:05.0Z ##[group]Run cargo test\n2026-01-02T03:04:05.0Z ##[endgroup]\n";
    let script = "2026-01-02T03:04:05.0Z ##[group]Run cargo build\n2026-01-02T03:04:05.0Z \u{1b}[36;1mcargo build\u{1b}[0m\n\
                  2026-01-02T03:04:05.0Z \u{1b}[36;1mcargo test\u{1b}[0m\n2026-01-02T03:04:05.0Z ##[endgroup]\n";
    for log in [alone, script] {
        assert!(ran(log, "cargo test"), "{log}");
        assert!(!ran(log, "cargo test --all") && !ran(log, "cargo") && !ran(log, ""), "{log}");
    }
    assert!(!ran("2026-01-02T03:04:05.0Z ran cargo test\ncargo test\n", "cargo test"));
}
