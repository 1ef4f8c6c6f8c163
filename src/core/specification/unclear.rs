//! What a text leaves unclear in its own words: gates, options, open questions, placeholders.

use super::criteria::{entries, is_said};
use super::document::{Document, Kind, Piece, pieces};
use super::forms::Draft;
use super::pattern::Pattern;
use super::sections::{Section, lineage};
use super::vocabulary::{Topic, is_option};
use super::{Gap, Step, gaps};

/// At most so many gaps of one kind: beyond that a person needs no longer list.
const MOST: usize = 50;

pub fn find(document: &Document<'_>, sections: &[Section], steps: &[(Draft, Step)]) -> Vec<Gap> {
    let mut found = in_lines(document, sections, steps);
    found.extend(questions(document, sections));
    found.extend(options(document, sections));
    found
}

static GATE: Pattern = Pattern::new(
    r"(?ix)\b(?:do\ not|don't|do\ NOT|please\ don't|must\ not|never)\s+(?:yet\s+)?(?:implement|code|build|(?:start|begin)(?:\s+(?:work|working|implementing|implementation|coding|building|development|until|before))?|proceed|execute|merge\ or\ implement)\b
              .{0,60}\b(?:until|before|without)\b.{0,80}\b(?:review|approv|sign|confirm|agree|decid|accept|go-ahead|green\ light|feedback|discuss)
          | \b(?:awaiting|pending|waiting\ for|subject\ to|needs|requires)\s+(?:\w+\s+){0,3}?(?:approval|sign-?off|go-ahead)\b(?:\W*$|.{0,40}\b(?:before|prior\ to)\s+(?:implement|start|begin|work|any\ (?:code|work)))
          | \b(?:awaiting|pending)\s+(?:\w+\s+){0,2}?(?:approval|sign-?off)\b
          | \b(?:wait|stop|pause|hold)\b.{0,40}\b(?:approval|sign-?off|go-ahead)\b.{0,40}\bbefore\s+(?:implement|start|begin|cod)
          | \b(?:proposal|discussion|design|draft|rfc|plan)\s+only\b | \bnot\s+(?:yet\s+)?approved\b | \bnot\s+(?:yet\s+)?ready\s+(?:for|to)\s+(?:implement|be\s+implemented)
          | \bdo\ not\ implement(?:\s+(?:yet|this))?\s*(?:[.!]|\*\*|$)
          | 请审阅|請審閱|审阅后|(?:等待|待)(?:批准|审批|审核|确认后)|未经(?:批准|审核).{0,10}(?:不|勿)|先不要(?:实现|实施|动手)|承認待ち|レビュー待ち|承認(?:される)?まで",
);
static CLARIFY: Pattern = Pattern::new(r"\[NEEDS[ _]CLARIFICATION\s*[:：]\s*([^\]]{3,})\]?");
static PLACEHOLDER: Pattern = Pattern::new(
    r"(?:^|[\s(\[“'*_:：,|-])(TBD|TBC|FIXME|XXX|TODO|\?\?\?+)(?:$|[\s)\].,;:：!”'*_|])|((?i:to be (?:determined|defined|decided|confirmed)))|(待定|待确认|要確認|未定)|(\[(?i:insert|describe|fill in|your|placeholder|specify)\b[^\]]{0,60}\])",
);
static MENTIONED: Pattern = Pattern::new(
    r"(?i)placeholder|\b(?:no|without|any|zero|avoid|remove|removes|removing|replace|replaces|resolve|grep|search|find|existing|old|all|each|every|scan|contains?)\W+(?:\w+\W+){0,2}(?:TODOs?|FIXMEs?|XXX)\b|\b(?:no|without|any|zero|avoid)\W+(?:\w+\W+)?TBDs?\b|\b(?:TODO|FIXME)s?\W+(?:list|app|item|comment|marker|file|mvc|api|task|entr|note|tag|board|tracker|scanner|store|model|page|view)|TODOs\b|TBD/TODO|TODO/|/TODO|TODO\(",
);
static EITHER: Pattern = Pattern::new(
    r"(?i)\beither\b.{1,200}\bor\b.{1,200}\b(?:to be (?:decided|determined)|TBD|not (?:yet )?decided|undecided|decide later)\b",
);

fn in_lines(document: &Document<'_>, sections: &[Section], steps: &[(Draft, Step)]) -> Vec<Gap> {
    let mut found: Vec<Gap> = Vec::new();
    let mut next = 0;
    let mut section = None;
    let mut step = 0;
    let is = |pattern: &Pattern, text: &str| pattern.is_in(text);
    for (at, line) in document.range(0, document.lines.len()) {
        while sections.get(next).is_some_and(|coming| coming.at <= at) {
            section = Some(next);
            next += 1;
        }
        while steps.get(step).is_some_and(|(draft, _)| draft.end <= at) {
            step += 1;
        }
        if !matches!(line.kind, Kind::Heading { .. } | Kind::Item(_) | Kind::Text | Kind::Table)
            || line.raw.len() > 4000
            || found.len() > MOST * 4
        {
            continue;
        }
        let topics =
            || section.map(|section| lineage(sections, section).map(|(_, section)| section.topic).collect::<Vec<_>>()).unwrap_or_default();
        if topics().iter().any(|topic| matches!(topic, Topic::Foreign)) {
            continue;
        }
        let words: String =
            pieces(line.raw).into_iter().map(|piece| if let Piece::Words(words) = piece { words } else { "`…`".into() }).collect();
        if is(&GATE, &words) && !matches!(line.kind, Kind::Table) {
            found.push(gaps::gate(line.raw, at + 1));
            if words.trim_end().ends_with([':', '：']) {
                found.extend(asked_below(document, at));
            }
        }
        if let Some(asked) = CLARIFY.captures(&words).and_then(|asked| asked.get(1)) {
            found.push(gaps::clarification(asked.as_str(), at + 1));
        } else if is(&EITHER, &words) {
            found.push(gaps::undecided(line.raw, at + 1));
        } else if !matches!(line.kind, Kind::Heading { .. })
            && !names_a_block(document, at)
            && let Some(word) = words.split_inclusive(". ").find_map(placeholder)
        {
            let within = steps.get(step).filter(|(draft, _)| (draft.at..draft.end).contains(&at));
            let apart = topics().iter().any(|topic| matches!(topic, Topic::Questions | Topic::OutOfScope));
            if !apart && within.is_none_or(|(_, step)| !step.done) {
                found.push(gaps::placeholder(&word, line.raw, within.map(|(_, step)| step.number.as_str()), at + 1));
            }
        }
    }
    found
}

/// The placeholder in a sentence, if it stands for something and is not what the sentence is about.
fn placeholder(sentence: &str) -> Option<String> {
    let word = PLACEHOLDER.captures(sentence).filter(|_| !MENTIONED.is_in(sentence))?;
    let word = word.iter().skip(1).flatten().next().map_or("", |word| word.as_str());
    (word != "TODO" || stands_alone(sentence)).then(|| word.to_owned())
}

/// The line before a fenced block names the file in it, and not something that is missing.
fn names_a_block(document: &Document<'_>, at: usize) -> bool {
    let next = document.range(at + 1, document.lines.len()).find(|(_, line)| line.kind != Kind::Blank);
    next.is_some_and(|(_, line)| matches!(line.kind, Kind::Fence(_)))
}

/// `TODO` says that something is missing where it stands alone, before a colon, in brackets or at the end.
fn stands_alone(words: &str) -> bool {
    let bare = words.trim().trim_start_matches(['-', '*', '+', ' ', '|']).trim_end_matches(['*', '|', ' ', '.']);
    bare == "TODO"
        || bare.contains("TODO:")
        || bare.contains("(TODO")
        || bare.contains("[TODO")
        || bare.ends_with(": TODO")
        || bare.ends_with("- TODO")
        || bare.ends_with("— TODO")
}

/// The numbered questions right below a line such as "please tell me:".
fn asked_below(document: &Document<'_>, at: usize) -> Vec<Gap> {
    let below = document
        .range(at + 1, document.lines.len())
        .take_while(|(_, line)| matches!(line.kind, Kind::Blank | Kind::Item(_)) || line.raw.starts_with(' '));
    let end = below.last().map_or(at + 1, |(last, _)| last + 1);
    entries(document, at + 1, end).into_iter().take(MOST).map(|entry| gaps::open_question(&entry.text, false, entry.line + 1)).collect()
}

fn questions(document: &Document<'_>, sections: &[Section]) -> Vec<Gap> {
    static ANSWERED: Pattern = Pattern::new(
        r"(?i)~~|✅|\b(?:resolved|answered|decided|decision|answer|resolution|closed)\b\s*(?:[:：)\]*—–-]|$)|→\s*\S|已解决|已确认|解決済",
    );
    static DEFAULT: Pattern = Pattern::new(
        r"(?i)\b(?:recommend(?:ed|ation)?|default(?:s|ing)?\s*(?:to\b|[:：=])|proposed|proposal|suggest(?:ed|ion)?|lean(?:ing)?|assum(?:e|ed|ption)|tentative(?:ly)?|for now|defer(?:red)?)\b|建议|推荐|默认[为：:采用]|推奨|提案",
    );
    let mut found = Vec::new();
    for (index, section) in sections.iter().enumerate() {
        let nearest = lineage(sections, index).map(|(_, section)| section.topic).find(|topic| *topic != Topic::Other);
        if nearest != Some(Topic::Questions) {
            continue;
        }
        let answered = |text: &str| ANSWERED.is_in(text);
        let default = |text: &str| DEFAULT.is_in(text);
        let listed = entries(document, section.at + 1, section.own_end);
        if section.topic == Topic::Other {
            let text = document.text(section.at, section.end);
            if !answered(&text) && (section.title.contains('?') || section.title.contains('？') || listed.is_empty()) {
                found.push(gaps::open_question(&section.title, default(&text), section.at + 1));
            }
            continue;
        }
        let is_question = |entry: &&super::criteria::Entry| !entry.ticked && !answered(&entry.raw);
        let asked: Vec<Gap> =
            listed.iter().filter(is_question).map(|entry| gaps::open_question(&entry.text, default(&entry.raw), entry.line + 1)).collect();
        if listed.is_empty() {
            let said = document
                .range(section.at + 1, section.own_end)
                .find(|(_, line)| line.kind == Kind::Text && line.raw.contains(['?', '？']) && is_said(line.raw));
            found.extend(
                said.filter(|(_, line)| !answered(line.raw))
                    .map(|(at, line)| gaps::open_question(line.raw, default(&document.text(section.at, section.own_end)), at + 1)),
            );
        }
        found.extend(asked);
    }
    found.truncate(MOST);
    found
}

/// Options side by side, as headings or as items, where nothing near them says which is taken.
fn options(document: &Document<'_>, sections: &[Section]) -> Vec<Gap> {
    static CHOSEN: Pattern = Pattern::new(
        r"(?i)\b(?:decision|decided|chosen|choose|chose|selected|we(?:'ll| will)? (?:use|go with|take)|going with|go with|picked|preferred|rejected|discarded|recommend(?:ed|ation)?|adopted|accepted)\b|✅|选择|采用|决定|採用|推奨",
    );
    let chosen = |text: &str| CHOSEN.is_in(text);
    let mut found: Vec<Gap> = Vec::new();
    let mut groups: std::collections::BTreeMap<(Option<usize>, usize), Vec<&Section>> = std::collections::BTreeMap::new();
    for section in sections.iter().filter(|section| is_option(&section.title)) {
        groups.entry((section.parent, section.level)).or_default().push(section);
    }
    for ((parent, _), members) in groups {
        let (start, end) =
            parent.and_then(|parent| sections.get(parent)).map_or((0, document.lines.len()), |parent| (parent.at, parent.end));
        let last = members.last().map_or(end, |section| section.end.min(end));
        let around = document.text(
            members.first().map_or(start, |first| if parent.is_some() { start } else { first.at }),
            if parent.is_some() { end } else { last },
        );
        if members.len() >= 2
            && !chosen(&around)
            && let Some(first) = members.first()
        {
            found.push(gaps::options(&members.iter().map(|section| section.title.clone()).collect::<Vec<_>>(), first.at + 1));
        }
    }
    for section in sections {
        let listed: Vec<_> =
            entries(document, section.at + 1, section.own_end).into_iter().filter(|entry| is_option(&entry.text)).collect();
        if listed.len() >= 2
            && !chosen(&document.text(section.at, section.end))
            && let Some(first) = listed.first()
        {
            found.push(gaps::options(&listed.iter().map(|entry| entry.text.clone()).collect::<Vec<_>>(), first.line + 1));
        }
    }
    found.truncate(MOST);
    found
}
