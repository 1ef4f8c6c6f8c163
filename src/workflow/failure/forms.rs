//! How tools print what went wrong: how such a block begins, what it is about, and where it ends.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

/// Where a block ends.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// With its first line.
    Line,
    /// Before the first line that does not match.
    While(&'static str),
    /// Before the first line that matches.
    Until(&'static str),
}

/// One way in which a tool prints a failure.
pub struct Form {
    /// The tool, in the words of people.
    pub tool: &'static str,
    /// Anchored; the group `name` is what failed.
    pub start: &'static str,
    pub end: End,
    /// Only names a failure that is mostly told elsewhere in the log.
    pub only_names: bool,
}

const fn block(tool: &'static str, start: &'static str, end: End) -> Form {
    Form { tool, start, end, only_names: false }
}

const fn named(tool: &'static str, start: &'static str) -> Form {
    Form { tool, start, end: End::Line, only_names: true }
}

/// Most telling first: a line that begins two blocks begins the first of them.
pub const FORMS: &[Form] = &[
    // Compilers and linters.
    block("rustc", r"^error(?:\[[A-Z]+[0-9]+\])?: (?P<name>.+)", End::While(r"^[ \t]+\S|^[0-9]+ *[|+~-]|^(?:help|note)\b|^\.\.\.")),
    block("rustfmt", r"^Diff in (?P<name>\S+)", End::Until(r"^Diff in |^$")),
    block(
        "compiler",
        r"^(?P<name>[^\s:()]+\.[A-Za-z+]{1,5}:[0-9]+(?::[0-9]+)?): (?:fatal )?error\b",
        End::While(r"^[ \t]+\S|^[^\s:]+:[0-9]+:[0-9]+: note: "),
    ),
    block(
        "linker",
        r"^(?:/usr/bin/)?ld: .*(?P<name>undefined reference to .*|cannot find .*)|^(?P<symbol>.*undefined reference to .*)",
        End::Line,
    ),
    block("tsc", r"^ *(?P<name>[^\s()]+\([0-9]+,[0-9]+\)): error ", End::While(r"^[ \t]+[^\s(]+ [^(]*$")),
    block(
        "tsc",
        r"^(?P<name>\S+\.[cm]?[jt]sx?:[0-9]+:[0-9]+) - error ",
        End::Until(r"^\S+:[0-9]+:[0-9]+ - error|^Found [0-9]+ error|^##|^ELIFE|^npm "),
    ),
    block("maven", r"^\[ERROR\] (?P<name>/?\S+:\[[0-9]+,[0-9]+\]) ", End::While(r"^(?:\[ERROR\])?  +\S")),
    block("kotlinc", r"^e: (?P<name>\S+:[0-9]+:[0-9]+) ", End::Line),
    block("eslint", r"^ +[0-9]+:[0-9]+ +error +\S", End::While(r"^ +[0-9]+:[0-9]+ +(?:error|warning) +\S")),
    block(
        "biome",
        r"^(?P<name>\S+:[0-9]+:[0-9]+ (?:lint|parse|format|assist)\S*) ",
        End::Until(r"^\S+ (?:lint|parse|format)\S*.* ━|^Checked |^Found "),
    ),
    block("ruff", r"^(?P<name>[A-Z]{1,4}[0-9]{3,4}) .*", End::While(r"^ *-->|^ *[0-9]* *\||^ *[0-9]+ \||^help: ")),
    block("linter", r"^(?P<name>[^\s:]+\.[A-Za-z]{1,4}:[0-9]+:(?:[0-9]+:)?) (?:[A-Z]+[0-9]+\b|\S.*\((?:[a-z]+)\)$)", End::Line),
    block("go", r"^(?:vet: )?(?P<name>\.{0,2}/?[^\s:]+\.go:[0-9]+:[0-9]+): ", End::While(r"^\t")),
    block("black", r"^would reformat (?P<name>\S+)", End::Line),
    block("prettier", r"^\[(?:warn|error)\] (?P<name>\S+\.\w+)$", End::Line),
    // Tests.
    block("cargo test", r"^---- (?P<name>\S+(?: - .+)?) stdout ----", End::Until(r"^---- .* stdout ----|^failures:$|^test result: ")),
    block(
        "nextest",
        r"^ +(?:FAIL|TIMEOUT|ABORT|SIG[A-Z]+) \[ *[0-9.]+s\] (?:\([^)]*\) )?(?P<name>\S+ .+)",
        End::Until(
            r"^ +(?:PASS|FAIL|SLOW|SKIP|TIMEOUT|ABORT|TRY|Cancell?ing|SIG[A-Z]+|LEAK) ?\[?|^─{4,}$|^ +Summary \[|^ +Cancel|^error: ",
        ),
    ),
    block("pytest", r"^_{3,} (?P<name>\S.*\S) _{3,}$", End::Until(r"^_{3,} \S.* _{3,}$|^={3,} ")),
    block("unittest", r"^(?:FAIL|ERROR): (?P<name>[\w.]+ \(.+\))", End::Until(r"^={20,}$|^Ran [0-9]+ tests?")),
    block("jest", r"^ {0,4}● (?P<name>\S.*)", End::Until(r"^ {0,4}● |^(?:PASS|FAIL) |^Test Suites: |^Summary of all failing|^---.*\|")),
    block("vitest", r"^ *FAIL +(?P<name>\S+ (?:>|\[) .+)", End::Until(r"^⎯{3,}|^ *Test Files ")),
    block("node", r"^ *✖ (?P<name>.+?) \([0-9.]+ms\)$", End::While(r"^ {2,}\S|^$")),
    block("playwright", r"^ +[0-9]+\) (?P<name>\[\S+\] › .+?)(?: ─+)?$", End::Until(r"^ +[0-9]+\) \[|^ +[0-9]+ failed")),
    block("minitest", r"^ *[0-9]+\) (?:Failure|Error):", End::Until(r"^ *[0-9]+\) (?:Failure|Error|Skipped):|^[0-9]+ (?:runs|tests), ")),
    block(
        "numbered",
        r"^ {0,3}[0-9]+\) (?P<name>\S.*)",
        End::Until(
            r"^ {0,3}[0-9]+\) \S|^Finished in|^(?:FAILURES|ERRORS)!|^Failed examples:|^[0-9]+ examples?,|^npm |^There (?:was|were) ",
        ),
    ),
    block("go test", r"^ *--- FAIL: (?P<name>\S+)", End::While(r"^[ \t]{4,}\S|^\t|^ +--- FAIL")),
    block("maven", r"^\[ERROR\] +(?P<name>[\w.$]+\.[\w$]+)\S* .*<<< (?:FAILURE|ERROR)!", End::Until(r"^\[|^$")),
    block("gradle", r"^(?P<name>\S.* > .+) FAILED$", End::While(r"^ +\S|^$")),
    block("gradle", r"^\* What went wrong:", End::Until(r"^\* (?:Try|Exception)|^$")),
    block(
        "dotnet",
        r"^ *Failed (?P<name>\S+) \[.+\]$",
        End::Until(r"^ *(?:Passed|Failed|Skipped) \S+ \[|^Failed! |^Test Run|^Total tests"),
    ),
    block(
        "ctest",
        r"^ *[0-9]+/[0-9]+ Test +#[0-9]+: (?P<name>\S+) \.*\*{3}",
        End::Until(r"^ *Start +[0-9]+: |^ *[0-9]+/[0-9]+ Test|^[0-9]+% tests passed"),
    ),
    block("tap", r"^ *not ok (?:[0-9]+ )?(?:- )?(?P<name>.+?)(?: in [0-9]+m?s)?$", End::While(r"^ *#(?: {2,}| [^S]|$)|^ +\S|^$")),
    // Crashes.
    block("panic", r"^thread '(?P<name>[^']+)' (?:\([0-9]+\) )?panicked at ", End::Until(r"^$|^note: run with|^thread '|^##|^error: ")),
    block("go panic", r"^(?:panic|fatal error): (?P<name>.+)", End::Until(r"^FAIL\b|^exit status|^##")),
    block("race", r"^WARNING: (?P<name>DATA RACE)", End::Until(r"^={10,}$")),
    block("sanitizer", r"^==[0-9]+==ERROR: (?P<name>.+)", End::Until(r"^SUMMARY: |^==[0-9]+==ABORTING")),
    block(
        "python",
        r"^Traceback \(most recent call last\):",
        End::While(r"^[ \t]+\S|^[A-Za-z_.]+(?:Error|Exception|Exit|Interrupt|Warning)\b|^$"),
    ),
    block(
        "exception",
        r"^(?:Uncaught |Exception in thread \S+ |\[?[eE]rror\]? ?)?(?P<name>(?:\w+\.)*\w*(?:Error|Exception)\b(?: \[\w+\])?: .*)",
        End::While(r"^[ \t]+\S|^Require stack:|^- /|^Caused by: "),
    ),
    block("docker", r"^ERROR: (?P<name>failed to (?:solve|build).*)", End::Line),
    block("terraform", r"^[╷│] ?(?P<name>Error: .+)?", End::While(r"^[│╵]")),
    block("crash", r"^.*(?P<name>Segmentation fault|core dumped|Bus error|Illegal instruction).*", End::Line),
    // Only names.
    named("cargo test", r"^test (?P<name>\S+(?: - .+?)?) \.\.\. FAILED$"),
    named("pytest", r"^(?:FAILED|ERROR) (?P<name>\S+\.py(?:::\S+)*)(?: - .*)?$"),
    named("rspec", r"^rspec \S+ # (?P<name>.+)"),
    named("ctest", r"^\t *[0-9]+ - (?P<name>\S+) \((?:Failed|Timeout|SEGFAULT|Not Run|.*)\)"),
];

/// Lines that sum up what failed, or name what failed because of it.
const SUMMARIES: &[&str] = &[
    r"^test result: FAILED",
    r"^error: (?:could not compile|test failed|aborting due|[0-9]+ targets? failed|test run failed|build failed|process didn't exit|command .* exited)",
    r"^error: Recipe |^error Command failed|^error: script ",
    r"^=+ .*(?:failed|error).* in [0-9.]+s",
    r"^FAILED \(|^Ran [0-9]+ tests? in",
    r"^Tests: .*(?:failed|Failures|Errors)|^Test Suites: .*failed",
    r"^ *Tests +.*[0-9]+ failed|^ *Test Files +.*[0-9]+ failed|^ +[0-9]+ failing$|^ +[0-9]+ failed$",
    r"^FAIL(?:\t.*)?$|^exit status [0-9]+$",
    r"^ +Summary \[",
    r"^[0-9]+ examples?, [1-9][0-9]* failure|^[0-9]+ (?:runs|tests), .*(?:failures|errors)",
    r"^Failed! +- |^Total tests: |^ +Failed: [0-9]+$",
    r"^[0-9]+% tests passed, [1-9]",
    r"^\[ERROR\] Tests run: [0-9]+, Failures: [0-9]+, Errors: [0-9]+, Skipped: [0-9]+$|^\[INFO\] BUILD FAILURE|^BUILD FAILED|^[0-9]+ tests? completed, [0-9]+ failed",
    r"^> Task \S+ FAILED$|^\[ERROR\] Failed to execute goal",
    r"^g?make(?:\[[0-9]+\])?: \*\*\*|^ninja: build stopped|^collect2: error",
    r"^Found [1-9][0-9]* (?:error|diagnostic|problem)|^✖ [0-9]+ problem|^[0-9]+ errors?(?: generated)?\.?$",
    r"^(?:# |ℹ )fail [1-9]",
    r"^npm (?:ERR!|error) (?:code|command|Lifecycle)|ELIFECYCLE",
    r"^SUMMARY: ",
    r"^[0-9]+ files? would be reformatted|^\[warn\] Code style issues",
];

static STARTS: LazyLock<RegexSet> = LazyLock::new(|| RegexSet::new(FORMS.iter().map(|form| form.start)).unwrap_or_default());
static SUMMARY: LazyLock<RegexSet> = LazyLock::new(|| RegexSet::new(SUMMARIES).unwrap_or_default());
static FORM: LazyLock<Vec<(Option<Regex>, Option<Regex>)>> = LazyLock::new(|| {
    let end = |end: End| match end {
        End::Line => None,
        End::While(pattern) | End::Until(pattern) => Regex::new(pattern).ok(),
    };
    FORMS.iter().map(|form| (Regex::new(form.start).ok(), end(form.end))).collect()
});

/// Whether the line sums up.
pub fn is_summary(line: &str) -> bool {
    SUMMARY.is_match(line)
}

/// The form of which the line is the first, by its index in [`FORMS`], and what it names.
pub fn begun(line: &str) -> Option<(usize, String)> {
    if line.is_empty() || line.len() > 2000 || is_summary(line) {
        return None;
    }
    let found = STARTS.matches(line).iter().next()?;
    let captures = FORM.get(found)?.0.as_ref()?.captures(line)?;
    let name = captures.name("name").or_else(|| captures.name("symbol")).map(|name| name.as_str().trim().to_owned());
    Some((found, name.unwrap_or_default()))
}

/// Whether the block goes on with the line.
pub fn goes_on(form: usize, line: &str) -> bool {
    let Some(Form { end, .. }) = FORMS.get(form) else { return false };
    let matches = FORM.get(form).and_then(|(_, end)| end.as_ref()).is_some_and(|end| end.is_match(line));
    match end {
        End::Line => false,
        End::While(_) => matches,
        End::Until(_) => !matches,
    }
}
