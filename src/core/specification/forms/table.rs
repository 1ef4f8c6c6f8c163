//! A table with a row for each task.

use super::draft::{Draft, From, struck_words};
use super::{Candidate, Certainty, candidate};
use crate::specification::document::{Document, Kind, plain};
use crate::specification::names::{Strike, of_item, strike};
use crate::specification::paths::in_line;
use crate::specification::pattern::Pattern;
use crate::specification::sections::{Section, lineage};
use crate::specification::vocabulary::Topic;

pub fn propose(document: &Document<'_>, sections: &[Section]) -> Option<Candidate> {
    for (index, section) in sections.iter().enumerate() {
        let planned = section.topic == Topic::Plan;
        let allowed = planned || lineage(sections, index).all(|(_, around)| around.topic.may_hold_steps() || around.level == 1);
        let rows: Vec<(usize, Vec<String>)> = document
            .range(section.at + 1, section.own_end)
            .filter(|(_, line)| line.kind == Kind::Table)
            .map(|(at, line)| (at, cells(line.raw)))
            .collect();
        let tables = apart(rows);
        let all: Vec<Draft> = tables.iter().filter_map(|rows| of_rows(rows, index, planned)).flatten().collect();
        let Some(drafts) = Some(all).filter(|drafts| allowed && drafts.len() >= 2) else { continue };
        return candidate(if planned { Certainty::Certain } else { Certainty::Obvious }, drafts);
    }
    None
}

/// The rows of each table: one ends where its lines do.
fn apart(rows: Vec<(usize, Vec<String>)>) -> Vec<Vec<(usize, Vec<String>)>> {
    let mut tables: Vec<Vec<(usize, Vec<String>)>> = Vec::new();
    for row in rows {
        match tables.last_mut().filter(|table| table.last().is_some_and(|(at, _)| at + 1 == row.0)) {
            Some(table) => table.push(row),
            None => tables.push(vec![row]),
        }
    }
    tables
}

/// The cells of a row, an escaped bar kept within its cell.
pub fn cells(row: &str) -> Vec<String> {
    let row = row.trim().trim_start_matches('|').replace("\\|", "\u{1}");
    let row = row.strip_suffix('|').unwrap_or(&row).to_owned();
    row.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect()
}

/// `planned`: the table stands where steps are promised, so that its first column of words has them.
fn of_rows(rows: &[(usize, Vec<String>)], section: usize, planned: bool) -> Option<Vec<Draft>> {
    static TASK: Pattern = Pattern::new(
        r"(?i)^(?:tasks?|steps?|what|title|what to do|work to do|task name|work|work item|action|change|to ?do|description|aufgabe|schritt|tâche|étape|tarea|paso|tarefa|attività|taak|stap|zadanie|krok|задача|шаг|завдання|крок|görev|adım)$|^(?:任务|任務|步骤|步驟|タスク|手順|作業|내용|작업|단계)$",
    );
    static NUMBER: Pattern = Pattern::new(r"(?i)^(?:#|no\.?|nr\.?|id|step|n°|№|序号|編號|番号|번호)$");
    let (_, head) = rows.first()?;
    let (_, rule) = rows.get(1)?;
    if !rule.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':' | ' '))) {
        return None;
    }
    let plain_head: Vec<String> = head.iter().map(|cell| plain(cell)).collect();
    let number = plain_head.iter().position(|cell| NUMBER.is_in(cell));
    let named = plain_head.iter().enumerate().position(|(at, cell)| Some(at) != number && TASK.is_in(cell));
    let first = planned.then(|| (0..head.len()).find(|at| Some(*at) != number)).flatten();
    let task = named.or(first).or_else(|| wordiest(rows.get(2..)?, number?))?;
    static STATE: Pattern = Pattern::new(r"(?i)^(?:status|state|done|✅|stand|estado|stato|statut|状态|状態|狀態)$");
    let state = plain_head.iter().position(|cell| STATE.is_in(cell));
    let drafts = rows.iter().skip(2).filter_map(|(at, cells)| {
        let name =
            of_item(cells.get(task)?, number.and_then(|number| cells.get(number)).map(String::as_str).filter(|number| is_number(number)));
        let strike = strike(cells.get(task)?);
        let state = state.and_then(|state| cells.get(state));
        (!name.title.is_empty()).then(|| Draft {
            number: name.number,
            title: name.title,
            at: *at,
            end: at + 1,
            rest: cells
                .iter()
                .enumerate()
                .filter(|(cell, _)| *cell != task && Some(*cell) != number)
                .map(|(_, cell)| cell.as_str())
                .collect::<Vec<_>>()
                .join(" · "),
            from: From::Row,
            done: state.is_some_and(|cell| ["[x]", "[X]", "✅", "☑", "✔"].contains(&cell.trim())),
            mark: name.mark.or_else(|| struck_words(&strike)).or_else(|| state.filter(|cell| says_done(cell)).cloned()),
            struck: strike == Strike::Whole,
            group: Some(section),
            ..Draft::default()
        })
    });
    Some(drafts.collect())
}

/// Where the rows are numbered one after the other: the column with the most words.
fn wordiest(rows: &[(usize, Vec<String>)], number: usize) -> Option<usize> {
    let counted = rows.iter().enumerate().all(|(at, (_, cells))| cells.get(number).is_some_and(|cell| *cell == (at + 1).to_string()));
    let words =
        |column: usize| rows.iter().filter_map(|(_, cells)| cells.get(column)).map(|cell| cell.split_whitespace().count()).sum::<usize>();
    let columns = rows.first().map_or(0, |(_, cells)| cells.len());
    let best = (0..columns).filter(|column| *column != number).rev().max_by_key(|column| words(*column))?;
    let names_files = rows.iter().filter(|(_, cells)| cells.iter().any(|cell| !in_line(cell).is_empty())).count();
    (counted && names_files * 2 > rows.len() && words(best) > rows.len()).then_some(best)
}

/// Whether a cell of a column of states says that its row is done.
fn says_done(cell: &str) -> bool {
    static DONE: Pattern = Pattern::new(r"(?i)^\W*(?:done|completed?|finished|erledigt|fertig|terminé|hecho|fatto|完了|已完成)\W*$");
    DONE.is_in(cell)
}

fn is_number(cell: &str) -> bool {
    !cell.is_empty() && cell.len() <= 8 && cell.chars().any(|c| c.is_ascii_digit()) && !cell.contains(' ')
}
