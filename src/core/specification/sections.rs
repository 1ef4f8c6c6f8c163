//! A document as sections: headings, and the bold or well-known lines that people use as headings.

use super::document::{Document, Kind, plain};
use super::names::{self, Family, Name, Strike};
use super::vocabulary::{Topic, topic};

/// The level of a line that only acts as a heading: below all real ones.
pub const LABEL: usize = 7;

/// A part of the document with a name. Lines are 0-based here.
#[derive(Debug)]
pub struct Section {
    pub at: usize,
    pub level: usize,
    pub title: String,
    pub topic: Topic,
    /// Its number and its name as a step, if it has them.
    pub name: Option<Name>,
    /// The line after its last one, sections within it included.
    pub end: usize,
    /// The line of the next heading of any level, or `end`.
    pub own_end: usize,
    pub parent: Option<usize>,
    /// What its author struck out of its title.
    pub strike: Strike,
}

impl Section {
    pub fn is_struck(&self) -> bool {
        self.strike == Strike::Whole
    }

    pub fn is_label(&self) -> bool {
        self.level == LABEL
    }
}

/// All sections of a document, in order.
pub fn sections(document: &Document<'_>) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    let last = document.lines.len();
    let mut open: Vec<usize> = Vec::new();
    for (at, line) in document.range(0, last) {
        let (level, title) = match line.kind {
            Kind::Heading { level, text } => (level, plain(&names::unstruck(text))),
            Kind::Text => match label(line.raw, begins_list(document, at)) {
                Some(title) => (LABEL, title),
                None => continue,
            },
            Kind::Blank | Kind::Item(_) | Kind::Fence(_) | Kind::Code | Kind::Quote | Kind::Table | Kind::Hidden | Kind::Rule => continue,
        };
        if let Some(before) = found.last_mut() {
            before.own_end = at;
        }
        while let Some(section) = open.last().and_then(|index| found.get_mut(*index)).filter(|section| section.level >= level) {
            section.end = at;
            open.pop();
        }
        // "Step 4: Acceptance criteria in the manual" is a step, whatever it is about.
        let name = names::of_heading(&title);
        let topic = if is_step(name.as_ref()) { Topic::Other } else { topic(&title) };
        let parent = open.last().copied();
        open.push(found.len());
        let strike = names::strike(line.raw.trim().trim_start_matches('#'));
        found.push(Section { at, level, title, topic, name, end: last, own_end: last, parent, strike });
    }
    release_title(&mut found);
    enclose_brief(&mut found, last);
    found
}

/// A brief that is quoted below a heading of its own may have a title, and sections: all of it is the brief.
fn enclose_brief(sections: &mut [Section], last: usize) {
    let titles = |section: &Section| section.level == 1;
    let quotes = |section: &Section| {
        let title = section.title.to_lowercase();
        section.topic == Topic::Foreign && ["brief", "request", "prompt", "original issue"].iter().any(|word| title.contains(word))
    };
    let Some(brief) = (1..sections.len()).find(|at| sections.get(*at).is_some_and(quotes) && sections.get(at + 1).is_some_and(titles))
    else {
        return;
    };
    if !sections.iter().take(brief).any(titles) {
        return;
    }
    for section in sections.iter_mut().skip(brief + 1).filter(|section| section.parent.is_none()) {
        section.parent = Some(brief);
    }
    if let Some(section) = sections.get_mut(brief) {
        section.end = last;
    }
}

fn is_step(name: Option<&Name>) -> bool {
    name.is_some_and(|name| name.family == Family::Unit)
}

/// A document's title names its subject, not its kind: "Test nested sagas" may well have steps below it.
fn release_title(sections: &mut [Section]) {
    let Some((title, rest)) = sections.split_first_mut() else { return };
    let plan = |section: &Section| section.level < LABEL && (section.topic == Topic::Plan || is_step(section.name.as_ref()));
    if title.level == 1 && rest.iter().take_while(|section| section.at < title.end).any(plan) {
        title.topic = if title.topic.may_hold_steps() { title.topic } else { Topic::Other };
    }
}

/// The section and those around it, from the inside.
pub fn lineage(sections: &[Section], of: usize) -> impl Iterator<Item = (usize, &Section)> {
    std::iter::successors(sections.get(of).map(|section| (of, section)), |(_, section)| {
        section.parent.and_then(|parent| sections.get(parent).map(|section| (parent, section)))
    })
}

/// Whether a list follows right below a line.
fn begins_list(document: &Document<'_>, at: usize) -> bool {
    let below = document.range(at + 1, document.lines.len()).find(|(_, line)| line.kind != Kind::Blank);
    below.is_some_and(|(_, line)| line.item().is_some())
}

/// `**Step 2:** Add the parser`: a step's name in bold, and its title after it.
fn named_in_bold(line: &str) -> Option<String> {
    let (lead, rest) = line.strip_prefix("**")?.split_once("**")?;
    let rest = rest.trim_start_matches([':', '：', ' ', '-', '–', '—']);
    let title = plain(&format!("{}: {rest}", lead.trim().trim_end_matches([':', '：', '.', ' '])));
    let name = names::of_heading(&title).filter(|name| name.family == Family::Unit && !name.number.is_empty())?;
    let only_named = names::of_heading(&plain(lead.trim_end_matches([':', '：', '.', ' ']))).is_some_and(|lead| lead.title.is_empty());
    (only_named && name.title == plain(rest) && !rest.is_empty()).then_some(title)
}

/// The words of an unindented line that is all bold, or is a well-known name with a colon. A plan's is one before a list only.
fn label(line: &str, begins_list: bool) -> Option<String> {
    if line.starts_with([' ', '\t']) || line.len() > 160 {
        return None;
    }
    let text = line.trim();
    // A sign before it is decoration.
    let text = text
        .split_once(' ')
        .filter(|(sign, rest)| rest.starts_with("**") && sign.chars().all(|c| !c.is_alphanumeric() && !c.is_ascii()))
        .map_or(text, |(_, rest)| rest);
    let bare = text.trim_end_matches([':', '：']).trim_end();
    let bold = ["**", "__"].into_iter().find_map(|mark| {
        let inner = bare.strip_prefix(mark)?.strip_suffix(mark)?;
        (!inner.is_empty() && !inner.contains(mark)).then_some(inner)
    });
    if let Some(inner) = bold {
        return Some(plain(inner.trim().trim_end_matches([':', '：'])));
    }
    if let Some(named) = named_in_bold(text) {
        return Some(named);
    }
    let short = text.ends_with([':', '：']) && bare.split_whitespace().count() <= 4;
    let known = match topic(bare) {
        Topic::Acceptance | Topic::OutOfScope | Topic::Questions | Topic::Verification | Topic::Foreign | Topic::DefinitionOfDone => true,
        Topic::Plan => begins_list,
        Topic::Outline | Topic::Aside | Topic::Other => false,
    };
    (short && known).then(|| plain(bare))
}
