//! The role of each line of one document.

use super::{Account, Block, Role};
use crate::specification::Step;
use crate::specification::document::{Document, Kind};
use crate::specification::forms::Draft;
use crate::specification::sections::{Section, lineage};
use crate::specification::verify::is_told_to_run;
use crate::specification::vocabulary::Topic;

/// What is known of a document when its lines are given their roles.
pub struct Sheet<'a, 'd> {
    pub document: &'a Document<'d>,
    pub sections: &'a [Section],
    pub steps: &'a [(Draft, Step)],
    /// Steps that their author struck out.
    pub struck: &'a [Draft],
    /// 0-based lines of the title and of the criteria.
    pub title: Option<usize>,
    pub criteria: &'a [usize],
}

/// The roles of the lines of a document, in order: one for each.
pub fn sheet(of: &Sheet<'_, '_>) -> Vec<Role> {
    let mut roles = by_section(of);
    for (draft, step) in of.steps {
        let range = draft.at.min(roles.len())..draft.end.min(roles.len());
        for (at, role) in roles.iter_mut().enumerate().take(range.end).skip(range.start) {
            if !(*role == Role::Criterion && of.criteria.contains(&at)) {
                *role = Role::Step { number: step.number.clone() };
            }
        }
    }
    for draft in of.struck {
        let range = draft.at.min(roles.len())..draft.end.min(roles.len());
        roles.get_mut(range).unwrap_or_default().fill(Role::LeftOut { why: STRUCK.into() });
    }
    for (at, line) in of.document.range(0, roles.len()) {
        if line.kind == Kind::Hidden
            && let Some(role) = roles.get_mut(at)
        {
            *role = Role::LeftOut { why: "it is front matter or a comment".into() };
        }
    }
    if let Some(role) = of.title.and_then(|title| roles.get_mut(title)) {
        *role = Role::Title;
    }
    roles
}

pub const STRUCK: &str = "its author struck it out";

fn by_section(of: &Sheet<'_, '_>) -> Vec<Role> {
    let mut roles = Vec::with_capacity(of.document.lines.len());
    let mut next = 0;
    let mut role = Role::Context;
    for (at, line) in of.document.range(0, of.document.lines.len()) {
        while of.sections.get(next).is_some_and(|coming| coming.at <= at) {
            role = of_section(of.sections, next);
            next += 1;
        }
        roles.push(if of.criteria.contains(&at) {
            Role::Criterion
        } else if role == Role::Context && line.kind == Kind::Text && is_told_to_run(line.raw) {
            Role::Verification
        } else {
            role.clone()
        });
    }
    roles
}

/// The role that a section's title gives to what stands in it, or the nearest one around it that gives one.
pub fn of_section(sections: &[Section], section: usize) -> Role {
    let topics = lineage(sections, section).map(|(_, section)| section.topic);
    let named = topics.map(|topic| match topic {
        Topic::Acceptance => Some(Role::Criterion),
        Topic::DefinitionOfDone => Some(Role::LeftOut { why: "a definition of done holds for every change".into() }),
        Topic::OutOfScope => Some(Role::OutOfScope),
        Topic::Questions => Some(Role::Question),
        Topic::Verification => Some(Role::Verification),
        Topic::Foreign => Some(Role::Example),
        Topic::Aside => Some(Role::Context),
        Topic::Plan | Topic::Outline | Topic::Other => None,
    });
    named.into_iter().flatten().next().unwrap_or(Role::Context)
}

impl Account {
    /// The account of one document, from the roles of its lines.
    pub fn of(roles: &[Role]) -> Self {
        let mut blocks: Vec<Block> = Vec::new();
        for (at, role) in roles.iter().enumerate() {
            match blocks.last_mut().filter(|block| block.role == *role) {
                Some(block) => block.last = at + 1,
                None => blocks.push(Block { document: String::new(), first: at + 1, last: at + 1, role: role.clone() }),
            }
        }
        Self { blocks }
    }
}
