//! An issue whose steps are its sub-issues: one step for each, in order.
//!
//! Each text is read by itself, below a heading that nothing in it can end: whatever it holds (steps of its own, a fence or a comment
//! left open) stays its own step's, its exact edits are those of its text alone, and lines are counted in the sub-issue, where people
//! see them. Who may speak is decided elsewhere: what does not count comes here without its text.

use super::account::{self, Sheet};
use super::document::{Document, plain};
use super::forms::Draft;
use super::pattern::Pattern;
use super::read::{Found, of_drafts};
use super::sections::sections;
use super::seen::seen;
use super::{Answers, Block, Change, Criterion, Gap, GapKind, LeftOut, Read, Role, Specification, Step, gaps, meets};
use journeyman_domain::{IssueNumber, Login, RepoName};

/// A sub-issue, in its place among the others.
#[derive(Debug, Clone)]
pub struct Part<'a> {
    pub said: Said<'a>,
    /// Then it is done.
    pub closed: bool,
}

#[derive(Debug, Clone)]
pub enum Said<'a> {
    /// By somebody who may say what is built. `own_parts`: how many sub-issues it has itself.
    Text { number: IssueNumber, title: &'a str, body: &'a str, own_parts: usize },
    /// By somebody who may not. `before`: what was read when it still counted.
    ByStranger { number: IssueNumber, login: Login, before: Option<&'a Specification> },
    /// Of another repository.
    Elsewhere { repo: RepoName, number: IssueNumber },
    /// GitHub does not show it to us.
    Unseen,
}

/// Reads an issue without steps of its own together with its sub-issues. Exactly one step for each whose text counts or that is
/// closed; what stands in one of them says so by its document, `#12`.
pub fn read_with_sub_issues(issue_body: &str, parts: &[Part<'_>], answers: &Answers) -> Read {
    let Read { specification: mut whole, gaps: own_gaps, account: mut roles } = super::read_answered(issue_body, answers);
    whole.left_out.extend(edits_of_the_issue(issue_body));
    let about_words =
        |gap: &Gap| matches!(gap.kind, GapKind::Gate | GapKind::UndecidedOptions | GapKind::OpenQuestion | GapKind::Placeholder);
    let mut found: Vec<Gap> = own_gaps.into_iter().filter(about_words).collect();
    let numbers: Vec<String> = (1..=parts.len()).map(|number| number.to_string()).collect();
    for (at, part) in parts.iter().enumerate() {
        let place = at + 1;
        match &part.said {
            Said::Text { number, title, body, own_parts } => {
                roles.blocks.extend(of_part(*number, place, body));
                let one = One { at, number: *number, title, body, closed: part.closed };
                let (read, mut asked) = one.read(parts, &numbers, &whole.acceptance_criteria);
                if *own_parts > 0 && !part.closed {
                    asked.push(gaps::nested_sub_issues(*number, *own_parts));
                }
                add(&mut whole, read);
                found.extend(asked.into_iter().map(|gap| Gap { document: document(*number), ..gap }));
            }
            Said::ByStranger { number, login, before } => {
                let asked = match before.and_then(|before| as_before(before, *number, place, part.closed)) {
                    Some(kept) => {
                        add(&mut whole, kept);
                        gaps::sub_issue_as_before(*number, login)
                    }
                    None if part.closed => {
                        whole.steps.push(done(place, &document(*number)));
                        continue;
                    }
                    None => gaps::sub_issue_by_stranger(*number, login),
                };
                found.extend((!part.closed).then(|| Gap { document: document(*number), ..asked }));
            }
            Said::Elsewhere { repo, number } if part.closed => whole.steps.push(done(place, &format!("{repo}#{number}"))),
            Said::Elsewhere { repo, number } => found.push(gaps::sub_issue_elsewhere(repo, *number)),
            Said::Unseen => found.push(gaps::sub_issue_unseen(place)),
        }
    }
    if whole.acceptance_criteria.is_empty() {
        found.push(gaps::no_acceptance_criteria(1));
    }
    Read { specification: whole, gaps: found, account: roles }
}

/// The text of a sub-issue is its step.
fn of_part(number: IssueNumber, place: usize, body: &str) -> Option<Block> {
    let last = body.lines().count();
    let role = Role::Step { number: place.to_string() };
    (last > 0).then(|| Block { document: document(number), first: 1, last, role })
}

/// Exact edits in the issue itself are in none of its sub-issues.
fn edits_of_the_issue(body: &str) -> Vec<LeftOut> {
    let (text, _) = seen(body);
    let own = Document::read(&text);
    let sheet = Sheet { document: &own, sections: &sections(&own), steps: &[], struck: &[], title: None, criteria: &[] };
    account::beside(&sheet, "", "the steps are the sub-issues, and it stands in none of them").1
}

/// A sub-issue's name where a file would have its path.
fn document(number: IssueNumber) -> String {
    format!("#{number}")
}

fn add(whole: &mut Specification, mut one: Specification) {
    whole.steps.append(&mut one.steps);
    whole.acceptance_criteria.append(&mut one.acceptance_criteria);
    whole.out_of_scope.append(&mut one.out_of_scope);
    whole.unseen.append(&mut one.unseen);
    whole.left_out.append(&mut one.left_out);
}

/// One that is closed and of which nothing is said: its words are nobody's who may steer.
fn done(place: usize, name: &str) -> Step {
    Step {
        number: place.to_string(),
        title: format!("Sub-issue {name}"),
        line: 1,
        document: name.to_owned(),
        instructions: String::new(),
        files: Vec::new(),
        edits: Vec::new(),
        verify: Vec::new(),
        depends_on: Vec::new(),
        meets: Vec::new(),
        done: true,
        optional: false,
        no_code_change: false,
    }
}

/// The step and the criteria that a sub-issue had.
fn as_before(before: &Specification, number: IssueNumber, place: usize, closed: bool) -> Option<Specification> {
    let own = document(number);
    let step = before.steps.iter().find(|step| step.document == own)?;
    Some(Specification {
        steps: vec![Step { number: place.to_string(), done: closed, ..step.clone() }],
        acceptance_criteria: before.acceptance_criteria.iter().filter(|criterion| criterion.document == own).cloned().collect(),
        ..Specification::default()
    })
}

struct One<'a> {
    at: usize,
    number: IssueNumber,
    title: &'a str,
    body: &'a str,
    closed: bool,
}

impl One<'_> {
    fn read(&self, parts: &[Part<'_>], numbers: &[String], criteria: &[Criterion]) -> (Specification, Vec<Gap>) {
        let (title, unseen_title) = seen(&self.title.split_whitespace().collect::<Vec<_>>().join(" "));
        let (body, mut unseen) = seen(self.body);
        unseen.iter_mut().for_each(|finding| finding.line += 1);
        unseen.extend(unseen_title);
        let heading = format!("Step {}: {}", self.at + 1, title.trim());
        let shown = Document::below(&heading, &body);
        let (heading_by_place, body_by_place) = (by_place(&heading, parts), by_place(&body, parts));
        let needs_in = Document::below(&heading_by_place, &body_by_place);
        let sections = sections(&shown);
        let title = plain(title.trim());
        let draft = Draft {
            title: if title.is_empty() { format!("Sub-issue {}", document(self.number)) } else { title },
            at: 0,
            end: shown.lines.len(),
            done: self.closed,
            ..Draft::default()
        };
        let places = Found { drafts: std::slice::from_ref(&draft), numbers, before: self.at, needs_in: &needs_in };
        let (mut read, mut asked) = of_drafts(&shown, &sections, &places, unseen);
        let known: Vec<Criterion> = criteria.iter().chain(&read.acceptance_criteria).cloned().collect();
        meets::tie(&shown, &sections, read.steps.iter_mut(), &known);
        if self.closed {
            // What is unclear in it is of the past.
            asked.clear();
        }
        asked.retain(|gap| gap.kind != GapKind::EmptyStep);
        if !self.closed && self.body.trim().is_empty() {
            asked.push(gaps::empty_sub_issue(self.number, &draft.title));
        }
        self.in_sub_issue(&mut read, &mut asked);
        (read, asked)
    }

    /// Lines as they are in the sub-issue, and its name beside them.
    fn in_sub_issue(&self, read: &mut Specification, asked: &mut [Gap]) {
        let up = |line: &mut usize| *line = line.saturating_sub(1).max(1);
        for step in &mut read.steps {
            step.document = document(self.number);
            for edit in &mut step.edits {
                up(&mut edit.line);
                if let Change::SearchReplace { replacements, .. } = &mut edit.change {
                    replacements.iter_mut().for_each(|replacement| up(&mut replacement.line));
                }
            }
        }
        for criterion in &mut read.acceptance_criteria {
            criterion.document = document(self.number);
            up(&mut criterion.line);
        }
        read.unseen.iter_mut().for_each(|finding| up(&mut finding.line));
        asked.iter_mut().for_each(|gap| up(&mut gap.line));
    }
}

/// Lines that say "Depends on #12" say it of the step that #12 is.
fn by_place(text: &str, parts: &[Part<'_>]) -> String {
    static ISSUE: Pattern = Pattern::new(r"#(\d{1,9})\b");
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for found in ISSUE.all(text) {
        let (Some(whole), Some(number)) = (found.get(0), found.get(1)) else { continue };
        let place = parts.iter().position(|part| matches!(&part.said, Said::Text { number: known, .. } | Said::ByStranger { number: known, .. } if known.to_string() == number.as_str()));
        out.push_str(text.get(from..whole.start()).unwrap_or_default());
        out.push_str(&place.map_or_else(|| "another issue".to_owned(), |place| format!("step {}", place + 1)));
        from = whole.end();
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests;
