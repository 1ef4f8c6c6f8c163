//! Runs, specifications and readings as small as a test can use them.

use crate::domain::{
    Allowance, Bound, CommentId, Exhausted, InstallationId, IssueNumber, Login, Payer, Sha, Spent, Timestamp, Untrusted, Usage,
};
use crate::specification::{Criterion, Gap, GapKind, Specification, Step};
use crate::workflow::Proposed;
use crate::workflow::verdict::{Check, CheckState};
use crate::workflow::{Cause, Effect, Event, Failure, Item, Proposal, Reading, Round, Run, Said, Settings, StepState, Thread, Work, begin};

pub const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// A full commit id from a few hexadecimal digits, repeated: `c1` is `c1c1c1…`.
pub fn sha(digits: &str) -> Sha {
    digits.chars().cycle().take(40).collect::<String>().parse().unwrap()
}

pub fn base() -> Sha {
    sha("ba5e")
}

pub fn login(name: &str) -> Login {
    Login::new(name)
}

pub fn settings() -> Settings {
    Settings {
        poll: 30,
        grace: 60,
        grace_with_workflows: 300,
        ci_timeout: 3600,
        ci_patience: 900,
        repairs_per_check: 2,
        repairs: 10,
        base: None,
        branch: None,
        label: None,
        handle: "journeyman".into(),
    }
}

pub fn labelled(by: &str) -> Event {
    Event::Labelled { by: login(by), settings: Box::new(settings()) }
}

/// A run for issue 12 of `octo/hello`, labelled by ada.
pub fn begun() -> (Run, Vec<Effect>) {
    begin("octo/hello".parse().unwrap(), IssueNumber(12), InstallationId(5), login("ada"), 1, settings())
}

pub fn step(number: &str, title: &str) -> Step {
    Step {
        number: number.into(),
        title: title.into(),
        line: 10,
        document: String::new(),
        instructions: String::new(),
        files: vec![format!("src/{number}.rs")],
        edits: Vec::new(),
        verify: Vec::new(),
        depends_on: Vec::new(),
        meets: Vec::new(),
        done: false,
        optional: false,
        no_code_change: false,
    }
}

pub fn specification(steps: usize) -> Specification {
    let titles = ["Greet people by name", "Say goodbye", "Count the greetings", "Write it down"];
    Specification {
        title: "Greeting".into(),
        steps: (0..steps).map(|i| step(&(i + 1).to_string(), titles[i % titles.len()])).collect(),
        acceptance_criteria: vec![criterion("`test` passes", 40, &["test"]), criterion("The greeting is kind", 41, &[])],
        out_of_scope: vec!["Other languages".into()],
        unseen: Vec::new(),
        left_out: Vec::new(),
    }
}

fn criterion(text: &str, line: usize, evidence: &[&str]) -> Criterion {
    let evidence = evidence.iter().map(|name| (*name).to_owned()).collect();
    Criterion { number: String::new(), text: text.into(), line, document: String::new(), evidence }
}

pub fn reading(specification: Specification, gaps: Vec<Gap>) -> Reading {
    Reading {
        specification,
        title: Untrusted::new("Greet people"),
        body: Untrusted::new("Greet people by name."),
        ignored: None,
        text: Untrusted::new("Greet people by name."),
        repository: crate::workflow::RepositorySettings::default(),
        hash: "0".repeat(64),
        gaps,
        followed: Default::default(),
        needs_model: Vec::new(),
        can_propose: false,
        base: base(),
        base_branch: crate::domain::BranchName::new("main"),
        has_workflows: false,
    }
}

/// Two steps of which the second is another than before.
pub fn revised() -> Specification {
    let mut revised = specification(2);
    revised.steps[1] = step("2", "Say goodbye twice");
    revised
}

pub fn proposal() -> Proposal {
    Proposal {
        hash: "0".repeat(64),
        outcome: Ok(Untrusted::new("### Step 1: Greet people\n\nGreet people by name in `src/greet.rs`.\n")),
        by: "anthropic:claude-x".into(),
        spent: worked().spent,
        remarks: "The issue leaves open, as far as the model sees:\n\n- In which language are people greeted?\n".into(),
    }
}

pub fn gap(question: &str) -> Gap {
    Gap { kind: GapKind::OpenQuestion, question: question.into(), line: 7, document: String::new(), blocking: true }
}

pub fn optional(question: &str) -> Gap {
    Gap { kind: GapKind::NoAcceptanceCriteria, blocking: false, ..gap(question) }
}

pub fn check(name: &str, state: CheckState) -> Check {
    Check { name: name.into(), app: Some(15368), state, ..Check::default() }
}

/// `test passed, lint failed`
pub fn checks(text: &str) -> Vec<Check> {
    let one = |part: &str| {
        let (name, state) = part.trim().rsplit_once(' ').unwrap();
        let state = match state {
            "passed" => CheckState::Passed,
            "failed" => CheckState::Failed,
            "pending" => CheckState::Pending,
            "announced" => CheckState::Announced,
            "cancelled" => CheckState::Cancelled,
            other => panic!("no such state of a check: {other}"),
        };
        check(name, state)
    };
    text.split(',').filter(|part| !part.trim().is_empty()).map(one).collect()
}

/// A check that looks like the code.
pub fn failure(check: &str) -> Failure {
    Failure { check: check.into(), account: Untrusted::new("assertion failed: 1 == 2"), ..Failure::default() }
}

/// A review with one thread.
pub fn round() -> Round {
    let said = Said { id: CommentId(700), by: login("grace"), text: Untrusted::new("Call it `name`."), is_ours: false };
    let thread = Thread {
        id: "PRRT_1".into(),
        path: "src/1.rs".into(),
        line: Some(3),
        start_line: None,
        span: 1,
        outdated: false,
        hunk: Untrusted::new("@@ -0,0 +1,3 @@\n+let n = 1;"),
        commented: Some(sha("c1")),
        first: CommentId(700),
        said: vec![said],
        outcome: None,
        answered: None,
    };
    let item = Item { threads: vec![thread], words: None, is_exact: false, commit: None, done: false, outcome: None };
    let cause = Cause::Review { review: 31, by: login("grace"), by_bot: false, requested_changes: true };
    Round { cause, items: vec![item], state: StepState::default(), built: None }
}

/// A step's turns, all taken.
pub fn exhausted() -> Exhausted {
    let allowance = Allowance { turns: Some(40), ..Allowance::default() };
    Exhausted { payer: Payer::Step, bound: Bound::Turns, spent: Spent { turns: 40, ..Spent::default() }, allowance }
}

/// What a model did for a step.
pub fn worked() -> Work {
    let usage = Usage { input: 46_200, cached: 31_000, cache_written: 4_000, output: 2_100 };
    Work {
        by: "anthropic:claude-x".into(),
        spent: Spent { turns: 12, usage, micro_dollars: 310_000, unpriced_turns: 0, millis: 90_000 },
        notes: vec!["The step says that errors are logged, and `src/2.rs` logs none.".into()],
        suggestions: vec!["The greeting could be cached.".into()],
        verified: vec!["cargo test".into()],
        places: Vec::new(),
        done: vec!["`src/2.rs` greets.".into()],
        tests: vec!["greets_people".into()],
        proposed: vec![Proposed { criterion: 1, evidence: "greets_people".into() }],
    }
}

/// Effects by their keys, commit ids cut to four digits.
pub fn keys(effects: &[Effect]) -> String {
    let key = |effect: &Effect| if let Effect::React { .. } = effect { "react".to_owned() } else { shortened(&effect.key()) };
    let keys: Vec<String> = effects.iter().map(key).collect();
    if keys.is_empty() { "nothing".into() } else { keys.join(", ") }
}

/// Full commit ids in a text cut to four digits.
fn shortened(text: &str) -> String {
    let hex = |part: &str| part.len() == 40 && part.bytes().all(|b| b.is_ascii_hexdigit());
    let words = text.split_inclusive([':', ',']).map(|part| {
        let (word, end) = part.strip_suffix([':', ',']).map_or((part, ""), |word| (word, &part[word.len()..]));
        if hex(word) { format!("{}{end}", &word[..4]) } else { part.to_owned() }
    });
    words.collect::<String>().replace("read-checks:", "checks:").replace(',', "+")
}
