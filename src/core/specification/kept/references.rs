//! Which folder or file of the repository an issue gives as its specification.

use super::shapes::{Format, shape};
use crate::specification::document::{Document, Kind, Mention, mentions, plain};
use crate::specification::pattern::Pattern;
use crate::specification::sections::{Section, lineage, sections};
use crate::specification::vocabulary::Topic;
use crate::specification::{Gap, choice, gaps};

/// A folder or a file that an issue gives as its specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// As seen from the repository's root, without a slash at its end.
    pub path: String,
    /// 1-based line of the issue.
    pub line: usize,
    /// A line says that this is the specification; otherwise it is only named, in an issue that has no steps of its own.
    pub declared: bool,
    /// Other documents that the issue names beside it: the design of a plan, a file in the folder.
    pub also: Vec<String>,
}

/// What the issue's text names as its specification. More than one is a question: see [`ambiguous`]. `owner_repo` is the issue's own
/// repository as `owner/name`: links to any other do not count, nor does what stands in a fence, a quote or a comment.
pub fn references(issue_text: &str, owner_repo: &str) -> Vec<Reference> {
    let document = Document::read(issue_text);
    let sections = sections(&document);
    let mut named: Vec<(String, Format, Reference)> = Vec::new();
    for found in all(&document, &sections, owner_repo) {
        let (format, root) = match shape(&found.path) {
            Some(shape) => (shape.format, shape.root),
            None if found.declared => (Format::Plan, found.path.clone()),
            None => continue,
        };
        let inside = (root != found.path).then(|| found.path.clone());
        // A link to a branch with a slash in its name leads to the same folder, seemingly further down.
        let same = |known: &str| known == root || known.ends_with(&format!("/{root}")) || root.ends_with(&format!("/{known}"));
        if let Some((known, _, reference)) = named.iter_mut().find(|(known, ..)| same(known)) {
            if root.len() < known.len() {
                known.clone_from(&root);
                reference.path.clone_from(&root);
            }
            reference.declared |= found.declared;
            let new = inside.filter(|path| reference.also.len() < MOST && !reference.also.contains(path));
            reference.also.extend(new);
        } else if named.len() < MOST {
            let reference =
                Reference { path: root.clone(), line: found.line, declared: found.declared, also: inside.into_iter().collect() };
            named.push((root, format, reference));
        }
    }
    let has_plan = !choice::choose(&document, &sections).drafts.is_empty();
    let declared = named.iter().any(|(.., reference)| reference.declared);
    let (mut chosen, rest): (Vec<_>, Vec<_>) = named
        .into_iter()
        .partition(|(_, format, reference)| (reference.declared || !declared && !has_plan) && *format != Format::Companion);
    let companions: Vec<_> = rest.into_iter().filter(|(_, format, _)| *format == Format::Companion).collect();
    match chosen.as_mut_slice() {
        [] if !has_plan || declared => companions.into_iter().map(|(.., reference)| reference).collect(),
        [(.., only)] => {
            only.also.extend(companions.into_iter().map(|(root, ..)| root));
            chosen.into_iter().map(|(.., reference)| reference).collect()
        }
        _ => chosen.into_iter().map(|(.., reference)| reference).collect(),
    }
}

/// More references than these are not looked at: they make one question in any case.
const MOST: usize = 20;

/// The question which of several is meant; none where there is but one.
pub fn ambiguous(references: &[Reference]) -> Option<Gap> {
    let paths: Vec<&str> = references.iter().map(|reference| reference.path.as_str()).collect();
    let line = references.first()?.line;
    (paths.len() > 1).then(|| gaps::several_references(&paths, line))
}

struct Found {
    path: String,
    line: usize,
    declared: bool,
}

fn all(document: &Document<'_>, sections: &[Section], owner_repo: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut next = 0;
    let mut section = None;
    for (at, line) in document.range(0, document.lines.len()) {
        while sections.get(next).is_some_and(|coming| coming.at <= at) {
            section = Some(next);
            next += 1;
        }
        if !matches!(line.kind, Kind::Item(_) | Kind::Text | Kind::Heading { .. } | Kind::Table) || !line.raw.contains(['/', '.']) {
            continue;
        }
        let apart = section.is_some_and(|section| lineage(sections, section).any(|(_, around)| is_apart(around)));
        if apart {
            continue;
        }
        let in_field =
            section.and_then(|section| sections.get(section)).is_some_and(|around| around.at < at && names_a_plan(&around.title));
        let mut before = String::new();
        for mention in mentions(line.raw) {
            match mention {
                Mention::Link(target) => {
                    found.extend(of_link(&target, owner_repo).and_then(|path| judged(path, &before, in_field, at)));
                    before.push('_');
                }
                Mention::Code(code) => {
                    found.extend(of_word(&code, owner_repo).and_then(|path| judged(path, &before, in_field, at)));
                    before.push('_');
                }
                Mention::Words(words) => {
                    for word in
                        words.split_inclusive(|char: char| char.is_whitespace() || matches!(char, '，' | '、' | '（' | '）' | '：' | '。'))
                    {
                        found.extend(of_word(word, owner_repo).and_then(|path| judged(path, &before, in_field, at)));
                        before.push_str(word);
                    }
                }
            }
        }
    }
    found
}

/// Parts of an issue in which a path is spoken of and is not what is to be built.
fn is_apart(section: &Section) -> bool {
    static RELATED: Pattern =
        Pattern::new(r"(?i)^(?:related|see also|references?|links|history|prior art|follow-?ups?|files?(?: to change)?|previously)\b");
    matches!(section.topic, Topic::Foreign | Topic::OutOfScope | Topic::Acceptance | Topic::Questions) || RELATED.is_in(&section.title)
}

fn names_a_plan(title: &str) -> bool {
    static NAMES: Pattern = Pattern::new(
        r"(?i)^\W*(?:(?:technical|implementation|feature|functional)\s+)*(?:spec(?:ification)?s?|plan|tasks?|steps|design doc(?:ument)?)\b|仕様|规格|规范|计划|計画",
    );
    NAMES.is_in(&plain(title))
}

/// The path with what the words before it say of it; `None` where they say that it is something else.
fn judged(path: String, before: &str, in_field: bool, at: usize) -> Option<Found> {
    static OTHER: Pattern = Pattern::new(
        r"(?i)\b(?:like|similar to|same (?:way )?as|as in|unlike|not|instead of|after|before|depends? on|blocked by|follow-?up (?:to|of|on)|supersedes|replaces?|related(?: to)?|see also|rather than|broken in|bugs? in|typos? in|fix(?:es)?|updates?|edits?|renames?|moves?|deletes?|removes?|links? (?:in|to)|duplicate of|copied from|part of)\b[^.!?;]{0,40}$",
    );
    static SAYS: Pattern = Pattern::new(
        r"(?ix)(?:^|[.!?;]\s)\W*(?:\[[ x]\]\s*)?(?:(?:the|this|our|its|full|detailed|approved|technical|implementation|feature)\s+)*(?:spec(?:ification)?s?|plan|tasks?|tasks?\s(?:list|file)|design\ doc(?:ument)?)\b
              (?:\W*[:：=]|[^.!?;:]{0,40}\b(?:is|are|lives?|at|in|under|here|kept|file|folder|from)\b)[\s_*\W]*$
          | \b(?:implement|build|execute|carry\ out|follow|work\ through)\b[^.!?;]{0,60}$
          | (?:仕様書?|規格|规格|规范|计划|計画|タスク|任务)\s*[:：は]\s*\W*$",
    );
    if OTHER.is_in(tail(before)) {
        return None;
    }
    let lone = in_field && before.split_whitespace().count() <= 6;
    Some(Found { declared: lone || SAYS.is_in(tail(before)), path, line: at + 1 })
}

/// What stands right before a path, as far as a sentence may reach.
fn tail(text: &str) -> &str {
    let cut = (0..=text.len().saturating_sub(160)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    text.get(cut..).unwrap_or(text)
}

/// A word or a span of code as a path in the repository, if it is one.
fn of_word(word: &str, owner_repo: &str) -> Option<String> {
    let word = word.trim().trim_start_matches(['(', '[', '<', '"', '\'', '*', '“', '@']);
    let word = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '>', '"', '\'', '*', '”', '。', '，', '：']);
    if word.contains("://") || word.starts_with("../") {
        return of_link(word, owner_repo);
    }
    (word.contains('/') || word.ends_with(".md")).then(|| rooted(word)).flatten()
}

/// The target of a link as a path in this repository, if it leads there.
fn of_link(target: &str, owner_repo: &str) -> Option<String> {
    static WEB: Pattern = Pattern::new(r"^(?i:https?)://(?P<host>[^/\s]+)/(?P<repo>[^/\s]+/[^/\s]+)/(?P<rest>[^\s?#]+)");
    static VIEW: Pattern = Pattern::new(r"^(?:blob|tree|raw|blame|edit)/(?P<rest>.+)$");
    let bare = target.split(['?', '#']).next().unwrap_or(target);
    if let Some(found) = WEB.captures(target) {
        let part = |name: &str| found.name(name).map_or("", |part| part.as_str());
        if !part("repo").eq_ignore_ascii_case(owner_repo) {
            return None;
        }
        if part("host") == "raw.githubusercontent.com" {
            return below_branch(part("rest"));
        }
        return below_branch(VIEW.captures(part("rest"))?.name("rest")?.as_str());
    }
    if bare.contains("://") || bare.starts_with("mailto:") || bare.is_empty() {
        return None;
    }
    let mut relative = bare.trim_start_matches('/');
    while let Some(rest) = relative.strip_prefix("../").or_else(|| relative.strip_prefix("./")) {
        relative = rest;
    }
    let owned = relative.get(..owner_repo.len()).filter(|start| start.eq_ignore_ascii_case(owner_repo) && !owner_repo.is_empty());
    let inside = owned.and_then(|_| relative.get(owner_repo.len()..)?.strip_prefix('/')).unwrap_or(relative);
    match VIEW.captures(inside) {
        Some(found) => below_branch(found.name("rest")?.as_str()),
        // A path of three parts or more from the root of the site, with a view in it, is another repository.
        None if bare.starts_with('/') && relative.split('/').nth(2).is_some_and(|part| matches!(part, "blob" | "tree" | "raw")) => None,
        None => rooted(inside),
    }
}

/// What follows the name of the branch. That name may have slashes of its own; then what is left of it is found out at the base.
fn below_branch(rest: &str) -> Option<String> {
    let (_, path) = rest.strip_prefix("refs/heads/").unwrap_or(rest).split_once('/')?;
    rooted(path)
}

/// A path from the repository's root; `None` for what is no path of a file.
fn rooted(path: &str) -> Option<String> {
    static LINES: Pattern = Pattern::new(r"(?::\d+(?:-\d+)?|#L\d+(?:-L?\d+)?|#[\w-]+)$");
    let path = LINES.replace_all(&decoded(path), "");
    let path = path.trim_start_matches("./").trim_start_matches('/').trim_end_matches('/');
    let fits = !path.is_empty()
        && path.len() <= 250
        && path.split('/').all(|part| !part.is_empty() && part != ".." && part != ".")
        && !path.chars().any(|char| char.is_whitespace() || char.is_control() || "*<>{}|\"'`=,;?&:!\\$[]()…".contains(char));
    let named = path.contains('/') || path.ends_with(".md");
    let ends = path.rsplit('/').next().is_some_and(|name| !name.contains('.') || name.ends_with(".md") || name.ends_with(".markdown"));
    (fits && named && ends).then(|| path.to_owned())
}

/// Without percent signs, as browsers write a space or a letter with an accent.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned())
}
