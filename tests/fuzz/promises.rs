//! What every reading keeps, whatever was written.

use journeyman::domain::{Login, Untrusted};
use journeyman::specification::{self, Change, Gap, GapKind, Specification, UnseenKind};
use journeyman::workflow::{Answer, Question, answers, command};

/// `ensure!(condition, "words")`: the broken promise in words.
macro_rules! ensure {
    ($holds:expr, $($words:tt)*) => {
        if !$holds {
            return Err(format!($($words)*));
        }
    };
}

/// Questions as they may stand: open, answered, settled, optional.
pub fn questions() -> Vec<Question> {
    let asked =
        ["Which greeting should be used?", "Is the limit per user or per team?", "Should old names be kept?", "What shows that it works?"];
    let question = |(at, asked): (usize, &&str)| Question {
        number: at + 1,
        gap: Gap { kind: GapKind::OpenQuestion, question: (*asked).into(), line: 1, document: String::new(), blocking: at != 3 },
        answer: (at == 2).then(|| Answer { by: Login::new("ada"), text: Untrusted::new("yes") }),
        settled: false,
        step: None,
    };
    asked.iter().enumerate().map(question).collect()
}

/// Every fourth input is also read again, fenced and quoted: it takes four times as long.
fn at_length(text: &str) -> bool {
    text.len().is_multiple_of(4)
}

pub fn comment(text: &str) -> Result<(), String> {
    let shown = seen(&text.replace("\r\n", "\n").replace('\r', "\n"))?;
    let questions = questions();
    let asked = if text.len().is_multiple_of(3) { &questions[..1] } else { &questions[..] };
    let read = answers::read(text, asked);
    let texts = read.matched.iter().map(|part| &part.text).chain(read.unmatched.iter().map(|part| &part.text));
    for part in texts {
        let is_there = shown.contains(part.as_str()) || part.split("\n\n").all(|piece| shown.contains(piece));
        ensure!(is_there, "nobody said {part:?}");
    }
    for matched in &read.matched {
        let question = asked.iter().find(|question| question.number == matched.question);
        ensure!(question.is_some_and(|question| !question.settled), "an answer to no question: {matched:?}");
        ensure!(!matched.text.trim().is_empty(), "an answer without a word: {matched:?}");
    }
    let said = command::said(text, "journeyman");
    ensure!(said.rest.split('\n').count() == shown.split('\n').count(), "lines of the rest: {:?}", said.rest);
    let begins = shown.lines().filter(|line| line.trim_start().starts_with(['/', '@'])).count();
    ensure!(said.orders.len() <= begins, "more orders than lines that could be one: {:?}", said.orders);
    for question in &said.questions {
        ensure!(shown.contains(question.as_str()) && question.contains('@'), "nobody asked {question:?}");
    }
    if at_length(text) {
        ensure!(answers::read(text, asked) == read, "read again, the answers differ");
        ensure!(command::said(text, "journeyman") == said, "read again, the orders differ");
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0).max(2);
        let fence = "`".repeat(longest + 1);
        let orders = command::said(&format!("{fence}\n{text}\n{fence}\n"), "journeyman").orders;
        ensure!(orders.is_empty(), "orders out of code: {orders:?}");
        let quoted: String = text.split(['\n', '\r']).map(|line| format!("> {line}\n")).collect();
        let orders = command::said(&quoted, "journeyman").orders;
        ensure!(orders.is_empty(), "orders out of a quotation: {orders:?}");
        ensure!(answers::read(&quoted, asked).matched.is_empty(), "answers out of a quotation");
    }
    Ok(())
}

/// What is seen of a text, which keeps its lines and hides nothing more.
fn seen(text: &str) -> Result<String, String> {
    let (shown, told) = specification::seen(text);
    ensure!(shown.matches('\n').count() == text.matches('\n').count(), "seen, the text has other lines: {shown:?}");
    let lines = text.matches('\n').count() + 1;
    ensure!(told.iter().all(|part| (1..=lines).contains(&part.line)), "a finding is on no line: {told:?}");
    if shown == text && told.is_empty() {
        return Ok(shown);
    }
    let (again, left) = specification::seen(&shown);
    ensure!(again == shown, "seen again, the text differs: {shown:?} and {again:?}");
    let stays = |part: &specification::Unseen| part.in_code || part.kind == UnseenKind::CollapsedBlock;
    ensure!(left.iter().all(stays), "seen, the text still hides: {left:?}");
    Ok(shown)
}

pub fn specification(text: &str) -> Result<(), String> {
    let shown = seen(text)?;
    let (specification, gaps) = specification::read(text).into_parts();
    if at_length(text) {
        let (again, gaps_again) = specification::read(&shown).into_parts();
        let bare = |specification: &Specification| Specification { unseen: Vec::new(), ..specification.clone() };
        ensure!(bare(&again) == bare(&specification) && gaps_again == gaps, "what is seen of the text reads differently");
    }
    let lines: Vec<&str> = shown.split('\n').collect();
    let within = |line: usize| (1..=lines.len()).contains(&line);
    ensure!(gaps.iter().all(|gap| within(gap.line)), "a gap is on no line: {gaps:?}");
    ensure!(specification.acceptance_criteria.iter().all(|criterion| within(criterion.line)), "a criterion is on no line");
    let starts: Vec<usize> = specification.steps.iter().map(|step| step.line).collect();
    ensure!(starts.iter().all(|line| within(*line)), "a step is on no line: {starts:?}");
    ensure!(starts.windows(2).all(|pair| pair[0] < pair[1]), "steps out of order: {starts:?}");
    ensure!(
        specification.steps.is_empty() == gaps.iter().any(|gap| matches!(gap.kind, GapKind::NoSteps | GapKind::ProposedPlan)),
        "no steps, and no gap that says so"
    );
    let mut last = 0;
    for (at, step) in specification.steps.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(usize::MAX);
        for edit in &step.edits {
            ensure!((step.line..end).contains(&edit.line) && edit.line > last, "an edit lies outside of its step: {edit:?}");
            last = edit.line;
            let body = match &edit.change {
                Change::WholeFile { content, .. } => content,
                Change::Diff { text, .. } => text,
                Change::SearchReplace { .. } | Change::Broken { .. } => continue,
            };
            for (offset, line) in body.lines().enumerate() {
                let written = lines.get(edit.line + offset).map(|line| line.trim_end_matches('\r'));
                ensure!(written.is_some_and(|written| written.ends_with(line)), "an edit has a line that is not in its block: {line:?}");
            }
        }
    }
    specification::check_files(&specification, |path| path.len() % 2 == 0);
    Ok(())
}
