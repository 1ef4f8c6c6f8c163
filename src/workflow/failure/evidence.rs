//! Whether a log shows a test by name, and how it ended there.
//!
//! A name is shown by a line in which a tool says how a test of that name ended, whole or after the names of what it lies in:
//! `adds` is shown by `test calc::adds ... ok`, not by `adds_two`. Of several lines, cases included, one failure decides, and only
//! if all passed it passed. What a program may have printed inside another line shows nothing.

use std::sync::LazyLock;

use regex::Regex;

use super::clean::Mark;
use super::found::found;
use super::log::{Step, StepKind, read};
use crate::specification::is_command;

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed,
    Skipped,
}

/// Anchored; `n` is the name, and what else matched says how it ended.
const LINES: &[&str] = &[
    // cargo test
    r"^test (?P<n>.+?)(?: - should panic| - compile(?: fail)?)? \.\.\. (?:(?P<pass>ok)|(?P<fail>FAILED)|(?P<skip>ignored)(?:, .*)?)$",
    // nextest: after the time, the binary and the name
    r"^ +(?:(?P<pass>PASS)|(?P<fail>FAIL|TIMEOUT|ABORT|SIG[A-Z]+)|(?P<skip>SKIP)) \[[^\]]*\] (?:\([^)]*\) )?\S+ (?P<n>\S+)$",
    // pytest
    r"^(?P<n>\S+\.py::.+?) (?:(?P<pass>PASSED)|(?P<fail>FAILED|ERROR|XPASS)|(?P<skip>SKIPPED|XFAIL))(?: \(.*\))?(?: +\[ *[0-9]+%\])?$",
    r"^(?:\[gw[0-9]+\] \[ *[0-9]+%\] )?(?:(?P<pass>PASSED)|(?P<fail>FAILED|ERROR)|(?P<skip>SKIPPED|XFAIL)) (?P<n>\S+\.py::.+?)(?: - .*)?$",
    // unittest
    r"^(?P<n>\w+) \([\w.]+\) \.\.\. (?:(?P<pass>ok)|(?P<fail>FAIL|ERROR)|(?P<skip>skipped .*))$",
    // jest, vitest, mocha, bats, node, phpunit's testdox
    r"^ *(?:(?P<pass>[✓✔√])|(?P<fail>[✕✖×✗✘])|(?P<skip>[○↓﹣])) +(?:skipped )?(?P<n>\S.*?)(?: \(?[0-9.]+ ?(?:ms|s)\)?)?$",
    r"^ +(?P<fail>[0-9]+\)) (?P<n>\S.*)$",
    // go test
    r"^ *--- (?:(?P<pass>PASS)|(?P<fail>FAIL)|(?P<skip>SKIP)): (?P<n>\S+) \([0-9.]+s\)$",
    // TAP
    r"^ *(?P<fail>not )ok [0-9]+ (?:- )?(?P<n>.+?)(?: # .*| in [0-9]+m?s)?$",
    r"^ *(?P<skip>ok) [0-9]+ (?:- )?(?P<n>.+?) # (?i:skip|todo)\b.*$",
    r"^ *(?P<pass>ok) [0-9]+ (?:- )?(?P<n>[^#]+?)(?: # time=.*| in [0-9]+m?s)?$",
    // Gradle, Maven, .NET, CTest, Minitest, RSpec
    r"^(?P<n>\S.* > .+) (?:(?P<pass>PASSED)|(?P<fail>FAILED)|(?P<skip>SKIPPED))$",
    r"^\[INFO\] (?P<pass>Tests run: [1-9][0-9]*, Failures: 0, Errors: 0, Skipped: 0), Time elapsed: .* in (?P<n>[\w.$]+)$",
    r"^\[ERROR\] +(?P<n>[\w.$]+)(?:\(.*\))? .*<<< (?P<fail>FAILURE|ERROR)!",
    r"^ *(?:(?P<pass>Passed)|(?P<fail>Failed)|(?P<skip>Skipped)) (?P<n>\S.*?)(?: \[.*\])?$",
    r"^ *[0-9]+/[0-9]+ Test +#[0-9]+: (?P<n>\S+) \.*(?: +(?P<pass>Passed)|\*{3}(?:(?P<skip>Skipped)|(?P<fail>\w+))).*$",
    r"^(?P<n>\S+#\S+) = [0-9.]+ s = (?:(?P<pass>\.)|(?P<fail>[FE])|(?P<skip>S))$",
    r"^ +(?P<n>\S.*) \((?P<fail>FAILED) - [0-9]+\)$",
];
static LINE: LazyLock<Vec<Regex>> = LazyLock::new(|| LINES.iter().filter_map(|line| Regex::new(line).ok()).collect());

/// How the test ended in a log, raw as the service gives it; `None` if the log does not show it, or not clearly.
pub fn shows(log: &str, test: &str) -> Option<Outcome> {
    let test = bare(test);
    // The last part stands in every line that can show it.
    let part = test.rsplit([':', '>', '/', '#', '.']).next().map(str::trim).filter(|part| !part.is_empty())?;
    let log = read(log);
    let mut outcomes: Vec<Outcome> = Vec::new();
    for line in log.lines.iter().filter(|line| line.mark == Mark::Plain && !line.head && line.text.len() < 2000 && line.text.contains(part))
    {
        outcomes.extend(LINE.iter().find_map(|form| {
            let found = form.captures(&line.text)?;
            let ended = [("fail", Outcome::Failed), ("skip", Outcome::Skipped), ("pass", Outcome::Passed)];
            let outcome = ended.iter().find(|(name, _)| found.name(name).is_some()).map(|(_, outcome)| *outcome);
            outcome.filter(|_| found.name("n").is_some_and(|name| is_named(name.as_str(), test)))
        }));
    }
    outcomes.extend(found(&log).iter().filter(|found| is_named(&found.name, test)).map(|_| Outcome::Failed));
    let all = |outcome: Outcome| outcomes.iter().all(|other| *other == outcome);
    if outcomes.contains(&Outcome::Failed) {
        return Some(Outcome::Failed);
    }
    let first = outcomes.first()?;
    Some(*first).filter(|first| all(*first))
}

/// Whether a job's log shows that this command was run, alone or as a line of a step's script.
pub fn ran(log: &str, command: &str) -> bool {
    let command = command.trim();
    let log = read(log);
    let commands = log.steps.iter().filter(|step| step.kind == StepKind::Command);
    let has = |step: &Step| step.title.strip_prefix("Run ").unwrap_or(&step.title).trim() == command;
    !command.is_empty() && commands.into_iter().any(|step| has(step) || step.script.iter().any(|line| line.trim() == command))
}

/// Without the brackets of a call, which some tools print.
fn bare(name: &str) -> &str {
    let name = name.trim();
    name.strip_suffix("()").unwrap_or(name)
}

/// Whether the name that a tool prints is the test's: itself, in something, or one of its cases.
fn is_named(printed: &str, test: &str) -> bool {
    static CASE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:\[.*\]|\([^()]*\)(?:\[[0-9]+\])?|::case_[0-9]+\w*|\{.*\}\[[0-9]+\])$").ok());
    let same = |printed: &str| {
        printed.strip_suffix(test).is_some_and(|before| {
            before.is_empty() || ["::", ".", " > ", " › ", "/", "#", "$"].iter().any(|parting| before.ends_with(parting))
        })
    };
    let printed = bare(printed);
    let case = CASE.as_ref().and_then(|case| case.find(printed)).and_then(|case| printed.get(..case.start()));
    same(printed) || case.is_some_and(|name| same(name.trim_end()))
}

/// Whether the evidence of a criterion is a command that can be run.
pub fn names_a_command(evidence: &str) -> bool {
    let evidence = evidence.trim();
    // `test (ubuntu-latest, 22)` is a job of a matrix.
    let of_matrix = evidence.ends_with(')') && evidence.split_once(" (").is_some_and(|(job, _)| !job.contains(' '));
    is_command(evidence) && !of_matrix
}

/// Whether the evidence of a criterion is the name of a test; else it is a command or the name of a check.
pub fn names_a_test(evidence: &str) -> bool {
    static TEST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^(?:\S+::\S+|test_\w+|\w+_test|Test[A-Z]\w*(?:/\S+)?|\w+Tests?[.#]\w+(?:\(\))?|[\w.]*\w#\w+|(?:[\w.-]+/)+[\w.-]*test[\w.-]*|[\w./-]*[._-](?:test|spec)\.\w+(?: > .+)?|\S.* [>›] \S.*|[a-z0-9]+(?:_[a-z0-9]+){2,})$").ok()
    });
    let evidence = evidence.trim();
    !names_a_command(evidence) && TEST.as_ref().is_some_and(|test| test.is_match(evidence))
}
