//! Which files a step touches. A list of files, where there is one, is the whole truth; else the prose is read.

use super::document::{Document, Fence, Kind};
use super::forms::{Draft, cells, element};
use super::paths::{directory, in_entry, in_line, path};
use super::pattern::Pattern;
use super::sections::Section;
use super::vocabulary::Topic;

/// The repository paths that the step's text names as touched, in order.
pub fn of_step(document: &Document<'_>, sections: &[Section], draft: &Draft) -> Vec<String> {
    let listed = listed(document, sections, draft);
    if listed.is_empty() { told(document, sections, draft) } else { listed }
}

static LIST: Pattern = Pattern::new(
    r"(?i)^[\s>*_+•-]*(?:\d+[.)]\s+)?[*_`]*(?:(?:key |target |affected |relevant |changed |touched )?files?(?: (?:to|affected|changed|modified|touched|involved)[\w /&]*)?|文件|涉及文件|修改文件|ファイル|対象ファイル|(?:location|where))[*_`]*(?:\s*\([^)]*\))?\s*[:：][*_`]*\s*(?P<rest>.*)$",
);
/// A heading within a step below which its files are listed.
static ALSO: Pattern = Pattern::new(
    r"(?i)^\W*(?:also|other|further|more|new|changed|affected|touched|modified|added|deleted|removed)\s+(?:also\s+)?(?:changed|changes|files?|modified|touched|affected|modules?)?\W*$|^\W*(?:changed|modified|affected|touched|added|deleted|new)\W*$|(?:文件|ファイル|파일)\W*$",
);
static READ: Pattern = Pattern::new(
    r"(?i)^[\s*_+-]*(?:read|reference|references|see|context|depends|input)\b[*_]*\s*[:：]|\((?:reference|read|read-only|no changes?|unchanged|existing, unchanged|context)\b[^)]*\)",
);

/// The entries under "Files:".
fn listed(document: &Document<'_>, sections: &[Section], draft: &Draft) -> Vec<String> {
    let mut files = Vec::new();
    let mut within: Option<usize> = None;
    let lists = |section: &&Section| LIST.is_in(&format!("{}:", section.title)) || section.at > draft.at && ALSO.is_in(&section.title);
    let labelled = inner(sections, draft).filter(lists);
    let labels = Spans::of(labelled.map(|section| (section.at, section.own_end)));
    for (at, line) in document.range(draft.at, draft.end) {
        if let Some(entry) = element(line.raw, "files") {
            entry.split([',', ' ']).filter_map(|word| path(word, true)).for_each(|path| add(&mut files, path));
            continue;
        }
        if matches!(line.kind, Kind::Fence(_) | Kind::Quote | Kind::Hidden) {
            continue;
        }
        let found = LIST.captures(line.raw).filter(|_| at > draft.at);
        if let Some(found) = found {
            let rest = found.name("rest").map_or("", |rest| rest.as_str());
            let depth = if let Kind::Item(item) = line.kind { item.depth + 1 } else { 0 };
            within = Some(depth);
            in_entry(rest).into_iter().for_each(|path| add(&mut files, path));
            continue;
        }
        let in_label = labels.contains(at);
        if line.kind == Kind::Table && !in_label {
            of_row(document, at).into_iter().for_each(|path| add(&mut files, path));
        }
        let follows = match (within, line.kind) {
            (Some(depth), Kind::Item(item)) => item.depth >= depth,
            (Some(_), Kind::Blank | Kind::Text) => line.raw.trim().is_empty() || line.raw.starts_with(' '),
            _ => false,
        };
        if !follows {
            within = None;
        }
        if (in_label && matches!(line.kind, Kind::Item(_) | Kind::Table) || follows) && !READ.is_in(line.raw) {
            in_entry(line.raw).into_iter().take(if line.kind == Kind::Table { 1 } else { 8 }).for_each(|path| add(&mut files, path));
        }
    }
    files
}

/// The path in a row of a table whose head has a column of files.
fn of_row(document: &Document<'_>, at: usize) -> Option<String> {
    static FILE: Pattern = Pattern::new(
        r"(?i)^\W*(?:files?|paths?|file name|filename|datei(?:en)?|fichiers?|archivos?|arquivos?|bestand|plik|файл|dosya|文件|檔案|ファイル|파일)\W*$",
    );
    let row = |line: &super::document::Line<'_>| line.kind == Kind::Table;
    let (head_at, head) = document.range(0, at + 1).rev().take_while(|(_, line)| row(line)).last()?;
    let column = cells(head.raw).iter().position(|cell| FILE.is_in(cell)).filter(|_| head_at < at)?;
    in_entry(cells(document.line(at)?.raw).get(column)?).into_iter().next()
}

/// The paths in its sentences, headings and lone blocks, those apart that are only read, run or left alone.
fn told(document: &Document<'_>, sections: &[Section], draft: &Draft) -> Vec<String> {
    static SPARED: Pattern = Pattern::new(
        r"(?i)\b(?:do not|don't|must not|never|without)\s+(?:modify|chang|touch|edit|updat|delet|mov|remov)|\bnot yet\b|\bstays? (?:in|on|as|where)\b|\bno changes? (?:to|in|need|are|is)\b|\bunchanged\b|不要修改|不修改|変更しない|^\W*(?:run|expected|command|commit|verify|see|reference|references|pattern|patterns to follow|source|requirements?|out of scope|note)\b[^\w]*[:：]",
    );
    let mut files = Vec::new();
    let aside = inner(sections, draft)
        .filter(|section| {
            matches!(section.topic, Topic::Verification | Topic::Acceptance | Topic::Foreign | Topic::Questions | Topic::OutOfScope)
                && section.at > draft.at
        })
        .filter(|section| !section.title.to_lowercase().starts_with("test"))
        .map(|section| (section.at, section.end));
    let apart = Spans::of(aside);
    let mut fence_seen = None;
    for (at, line) in document.range(draft.at, draft.end) {
        if apart.contains(at) {
            continue;
        }
        match line.kind {
            Kind::Fence(index) => {
                if fence_seen != Some(index) {
                    fence_seen = Some(index);
                    document.fences.get(index).and_then(names_a_file).into_iter().for_each(|path| add(&mut files, path));
                }
                continue;
            }
            Kind::Quote | Kind::Hidden | Kind::Table | Kind::Code | Kind::Blank | Kind::Rule => continue,
            Kind::Heading { .. } | Kind::Item(_) | Kind::Text => {}
        }
        let wrapped = if line.kind == Kind::Text {
            document.line(at.wrapping_sub(1)).filter(|above| at > draft.at && matches!(above.kind, Kind::Text | Kind::Item(_)))
        } else {
            None
        };
        let above = wrapped.map_or("", |above| above.raw.rsplit_once(". ").map_or(above.raw, |(_, last)| last));
        if line.raw.contains("_Requirements") {
            continue;
        }
        for clause in line.raw.split_inclusive("; ").flat_map(|clause| clause.split_inclusive(". ")) {
            let above = if std::ptr::eq(clause.as_ptr(), line.raw.as_ptr()) { above } else { "" };
            if at > draft.at && (SPARED.is_in(clause) || SPARED.is_in(above)) {
                continue;
            }
            let folder = directory(clause).filter(|_| !moves_folder(clause));
            for mut named in in_line(clause) {
                if let Some(folder) = folder.as_ref().filter(|_| !named.path.contains('/')) {
                    named.path = format!("{folder}{}", named.path);
                }
                let before = if named.before.trim().is_empty() { format!("{above} ") } else { named.before };
                if !is_only_read(&before) && !files.iter().any(|known| is_short_for(&named.path, known)) {
                    add(&mut files, named.path);
                }
            }
        }
        if moves(line.raw)
            && let Some(path) = directory(line.raw)
        {
            add(&mut files, path);
        }
    }
    files
}

/// Whether the path is another one without its first folders; names that are in every folder are their own.
fn is_short_for(path: &str, known: &str) -> bool {
    let everywhere = ["README", "index.", "main.", "mod.rs", "__init__", "package", "Cargo", "CHANGELOG"];
    known.strip_suffix(path).is_some_and(|folders| folders.ends_with('/')) && !everywhere.iter().any(|name| path.starts_with(name))
}

/// A block that is nothing but a path, or that begins with a remark that is one.
fn names_a_file(fence: &Fence) -> Option<String> {
    let mut lines = fence.body.lines();
    let first = lines.next()?.trim();
    let alone = lines.all(|line| line.trim().is_empty());
    if alone {
        return path(first, false).filter(|path| path.contains('/'));
    }
    let remark = ["//", "#", "--", "/*", "<!--", ";"].iter().find_map(|mark| first.strip_prefix(mark))?;
    let bare = remark.trim().trim_end_matches("*/").trim_end_matches("-->").trim();
    path(bare, false).filter(|path| path.contains('/'))
}

fn is_only_read(before: &str) -> bool {
    static ONLY_READ: Pattern = Pattern::new(
        r"(?i)(?:\b(?:see|follow(?:ing)?|like|similar(?:ly)? to|mirror(?:s|ing)?|same (?:\w+ )?(?:as|in)|pattern(?:s)? (?:in|from|of|established in|used in)|based on|refer(?:ence|s)?(?: to)?|as (?:in|defined in|described in|specified in|shown in|documented in)|per|according to|inspired by|using|uses|consult|compare with|identical to|matching|defined in|described in|documented in|specified in|imports? (?:\S+ )*?from|exported (?:from|by)|reads?(?: from)?|loads?(?: from)?|already in|existing in|lives in|called (?:from|by|in)|unlike|run|running|against)|参考|参照|仿照|详见|见|沿用|跟随)\s*(?:the |existing |how |at )*[\s(\[*_]*$",
    );
    ONLY_READ.is_in(tail(before))
}

fn tail(text: &str) -> &str {
    let cut = (0..=text.len().saturating_sub(60)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    text.get(cut..).unwrap_or(text)
}

/// Whether a folder is named together with others as something of its own, and not as the place of a file.
fn moves_folder(clause: &str) -> bool {
    static PLACE: Pattern =
        Pattern::new(r"(?i)\b(?:in|into|inside|to|under|below|within|from|at)\s+(?:the\s+)?(?:folder\s+|directory\s+)?`[^`]+/`");
    !PLACE.is_in(clause)
}

fn moves(line: &str) -> bool {
    let bare = line.trim_start_matches(|char: char| !char.is_alphabetic());
    let bare = bare.trim_start_matches("x]").trim_start_matches("X]").trim_start_matches(|char: char| !char.is_alphabetic()).to_lowercase();
    ["remove ", "delete ", "create ", "move ", "rename ", "drop "].iter().any(|verb| bare.starts_with(verb))
}

/// Parts of a document, by their lines.
pub struct Spans(Vec<(usize, usize)>);

impl Spans {
    /// From parts in the order in which they begin; one may lie within another.
    pub fn of(parts: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut spans: Vec<(usize, usize)> = Vec::new();
        for (start, end) in parts {
            match spans.last_mut().filter(|(_, last)| start < *last) {
                Some((_, last)) => *last = end.max(*last),
                None => spans.push((start, end)),
            }
        }
        Self(spans)
    }

    pub fn contains(&self, at: usize) -> bool {
        let before = self.0.partition_point(|(start, _)| *start <= at);
        before.checked_sub(1).and_then(|index| self.0.get(index)).is_some_and(|(_, end)| at < *end)
    }
}

/// The sections within a step.
pub fn inner<'a>(sections: &'a [Section], draft: &Draft) -> impl Iterator<Item = &'a Section> {
    let (start, end) = (draft.at, draft.end);
    let from = sections.partition_point(|section| section.at < start);
    sections.iter().skip(from).take_while(move |section| section.at < end)
}

fn add(files: &mut Vec<String>, path: String) {
    if files.len() < 400 && !files.contains(&path) {
        files.push(path);
    }
}
