//! Criteria as tools write them: numbered under numbered requirements and user stories, as scenarios, and one line for each phase.

use super::Criterion;
use super::criteria::criterion;
use super::document::{Document, Kind, Line, plain};
use super::names::Family;
use super::pattern::Pattern;
use super::sections::{Section, lineage};

/// The number by which steps may name a criterion: a code of its own (`SC-001`), or its place under a numbered requirement (`1.2`) or
/// user story (`US1.2`); `marker` is the number of its list item. Empty where there is none.
pub fn number(sections: &[Section], section: usize, text: &str, marker: Option<&str>) -> String {
    static CODE: Pattern = Pattern::new(r"^\W{0,3}((?:SC|AC|FR|NFR|R|C)-?\d{1,4}(?:\.\d+)*|\d{1,3}(?:\.\d{1,3})+)\b\W");
    static OWNER: Pattern = Pattern::new(
        r"(?i)^\W*(?:(?P<story>(?:user\s+)?story)|requirement|req|要件|需求|要求)\s*(?:US-?)?#?(?P<number>\d{1,4}(?:\.\d+)*)|^(?P<bare>\d{1,4}(?:\.\d+)*)[.)]?\s",
    );
    if let Some(code) = CODE.captures(text).and_then(|found| found.get(1)) {
        return code.as_str().to_owned();
    }
    let Some(marker) = marker else { return String::new() };
    let owner = lineage(sections, section).filter(|(_, around)| around.level > 1).find_map(|(_, around)| {
        let found = OWNER.captures(&around.title)?;
        let prefix = if found.name("story").is_some() { "US" } else { "" };
        let number = found.name("number").or_else(|| found.name("bare"))?;
        Some(format!("{prefix}{}", number.as_str()))
    });
    owner.map_or_else(|| marker.to_owned(), |owner| format!("{owner}.{marker}"))
}

/// Whether a heading names a scenario (`#### Scenario: …`).
pub fn is_scenario(title: &str) -> bool {
    static SCENARIO: Pattern = Pattern::new(r"(?i)^\W*(?:scenario(?:\s+outline)?|シナリオ|场景)\s*\d*\s*[:：]\s*\S");
    SCENARIO.is_in(title)
}

/// The scenarios of a document, each as one criterion, those apart that stand under requirements which are taken away.
pub fn scenarios(document: &Document<'_>, sections: &[Section]) -> Vec<Criterion> {
    let mut found = Vec::new();
    for (index, section) in sections.iter().enumerate().filter(|(_, section)| is_scenario(&section.title)) {
        if lineage(sections, index).any(|(_, around)| around.title.to_uppercase().starts_with("REMOVED")) {
            continue;
        }
        let name = section.title.split_once([':', '：']).map_or(section.title.as_str(), |(_, name)| name.trim());
        let lines = document.range(section.at + 1, section.own_end).filter(|(_, line)| matches!(line.kind, Kind::Item(_) | Kind::Text));
        let raw: Vec<&str> = lines.map(|(_, line)| line.raw.trim().trim_start_matches(['-', '*', '+']).trim()).take(12).collect();
        let said = raw.iter().map(|line| plain(line)).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        if !said.is_empty() {
            found.push(criterion(format!("{name}: {said}"), &raw.join("\n"), section.at));
        }
    }
    found
}

/// What Spec Kit says of a phase as a whole: `**Independent Test**: …`, `**Checkpoint**: …`. Its number is the phase's (`Phase 3`).
pub fn of_phases(document: &Document<'_>, sections: &[Section]) -> Vec<Criterion> {
    static LINE: Pattern =
        Pattern::new(r"(?i)^\s{0,3}(?:\*\*|__)(?:independent test|checkpoint|test criteria)\s*:?(?:\*\*|__)\s*:?\s*(\S.*)$");
    let mut found = Vec::new();
    for (index, section) in sections.iter().enumerate() {
        let bold = |line: &&Line<'_>| line.kind == Kind::Text && line.raw.trim_start().starts_with(['*', '_']);
        for (at, line) in document.range(section.at + 1, section.own_end).filter(|(_, line)| bold(line)) {
            let Some(said) = LINE.captures(line.raw).and_then(|said| said.get(1)) else { continue };
            let Some(phase) = phase(sections, index) else { continue };
            found.push(Criterion { number: phase, ..criterion(plain(said.as_str()), said.as_str(), at) });
        }
    }
    found
}

/// The phase that a section is, or stands in.
pub fn phase(sections: &[Section], section: usize) -> Option<String> {
    lineage(sections, section).find_map(|(_, around)| {
        let name = around.name.as_ref().filter(|name| name.family == Family::Group)?;
        Some(format!("Phase {}", name.number))
    })
}
