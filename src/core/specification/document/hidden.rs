//! What a Markdown text holds that its page does not show: comments, hidden elements, words in attributes and titles, definitions
//! that nothing refers to. The Markdown parser decides, as it is the page that people see.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::html::{self, Markup, comment_end};
use super::lines::starts;
use crate::specification::seen::UnseenKind;

/// A range of the text that the page does not show; of a collapsed block, its first tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub range: Range<usize>,
    pub kind: UnseenKind,
}

/// What the page of a text hides, and where it shows code.
#[derive(Debug, Default)]
pub struct Page {
    /// In order.
    pub parts: Vec<Part>,
    /// In order.
    pub code: Vec<Range<usize>>,
    /// Character references (`&#8203;`) to characters that nobody sees, with those characters.
    pub references: Vec<(Range<usize>, String)>,
}

/// How the page of a text shows it.
pub fn page(text: &str) -> Page {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    let parser = Parser::new_ext(text, options);
    let definitions: Vec<Definition> = parser
        .reference_definitions()
        .iter()
        .map(|(label, found)| Definition { label: folded(label), titled: found.title.is_some(), span: found.span.clone() })
        .collect();
    let mut reader = Reader { text, ..Reader::default() };
    for (event, range) in parser.into_offset_iter() {
        reader.event(event, range);
    }
    reader.finish(&definitions)
}

/// `[label]: address "title"`.
struct Definition {
    label: String,
    titled: bool,
    span: Range<usize>,
}

/// A link or an image whose end is still to come.
struct Open {
    range: Range<usize>,
    image: bool,
    titled: bool,
    words_end: usize,
}

#[derive(Default)]
struct Reader<'a> {
    text: &'a str,
    page: Page,
    /// Ranges that are on the page in some way.
    shown: Vec<Range<usize>>,
    links: Vec<Open>,
    used: BTreeSet<String>,
    footnotes: Vec<(String, Range<usize>)>,
    noted: Vec<(String, usize)>,
    /// HTML that is not yet taken apart, and for each of its pieces where it stands there and in the text.
    html: String,
    pieces: Vec<(usize, usize)>,
    /// Where a comment begins that goes on in a later piece of HTML.
    comment: Option<usize>,
    hiding: Option<(String, usize, usize)>,
}

impl<'a> Reader<'a> {
    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        if !matches!(event, Event::Html(_) | Event::InlineHtml(_)) {
            self.take_html_apart();
        }
        if let Some(open) = self.links.last_mut()
            && !matches!(event, Event::End(_))
        {
            open.words_end = open.words_end.max(range.end);
        }
        let container =
            |tag: &Tag<'_>| matches!(tag, Tag::BlockQuote(_) | Tag::List(_) | Tag::Item | Tag::FootnoteDefinition(_) | Tag::HtmlBlock);
        let around = matches!(&event, Event::End(_)) || matches!(&event, Event::Start(tag) if container(tag));
        if !around {
            self.shown.push(range.clone());
        }
        #[expect(clippy::wildcard_enum_match_arm, reason = "the parser's events are many, and only some hide anything")]
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                self.pieces.push((self.html.len(), range.start));
                self.html.push_str(&html);
            }
            Event::Start(Tag::CodeBlock(_)) | Event::Code(_) => self.page.code.push(range),
            Event::Text(words) if self.is_reference(&range, &words) => self.page.references.push((range, words.into_string())),
            Event::Start(Tag::Link { link_type, title, id, .. } | Tag::Image { link_type, title, id, .. }) if !is_bare(link_type) => {
                if !matches!(link_type, LinkType::Inline) {
                    self.used.insert(folded(&id));
                }
                let image = self.text.get(range.start..).is_some_and(|rest| rest.starts_with('!'));
                let titled = matches!(link_type, LinkType::Inline) && !title.is_empty();
                self.links.push(Open { words_end: range.start + 1 + usize::from(image), range, image, titled });
            }
            Event::End(TagEnd::Link | TagEnd::Image) => self.end_link(&range),
            Event::Start(Tag::FootnoteDefinition(name)) => self.footnotes.push((folded(&name), range)),
            Event::FootnoteReference(name) => self.noted.push((folded(&name), range.start)),
            _ => {}
        }
    }

    fn is_reference(&self, range: &Range<usize>, words: &str) -> bool {
        let source = self.text.get(range.clone()).unwrap_or_default();
        source.starts_with('&') && source.ends_with(';') && source != words && words.chars().count() <= 2
    }

    fn end_link(&mut self, range: &Range<usize>) {
        if self.links.last().is_none_or(|open| open.range != *range) {
            return;
        }
        let Some(open) = self.links.pop() else { return };
        let words = open.range.start + 2..open.words_end;
        let alt = self.text.get(words.clone()).unwrap_or_default().trim();
        if open.image && !alt.is_empty() && !alt.eq_ignore_ascii_case("image") {
            self.add(words, UnseenKind::ImageText);
        }
        let tail = self.text.get(open.words_end..open.range.end).unwrap_or_default();
        if open.titled
            && let Some(address) = tail.find("](").map(|at| open.words_end + at + 2)
        {
            let start = address_end(self.text, address);
            self.add(start..open.range.end - 1, UnseenKind::LinkTitle);
        }
        if let Some(around) = self.links.last_mut() {
            around.words_end = around.words_end.max(open.range.end);
        }
    }

    fn add(&mut self, range: Range<usize>, kind: UnseenKind) {
        if range.start < range.end {
            self.page.parts.push(Part { range, kind });
        }
    }

    /// Where in the text a place in the gathered HTML is.
    fn place(&self, at: usize) -> usize {
        let piece = self.pieces.partition_point(|(here, _)| *here <= at).saturating_sub(1);
        self.pieces.get(piece).map_or(at, |(here, there)| there + at.saturating_sub(*here))
    }

    /// Where in the text a range of the gathered HTML ends.
    fn place_end(&self, end: usize) -> usize {
        self.place(end.saturating_sub(1)) + usize::from(end > 0)
    }

    fn take_html_apart(&mut self) {
        if self.html.is_empty() {
            return;
        }
        let html = std::mem::take(&mut self.html);
        let mut from = 0;
        if let Some(start) = self.comment {
            match comment_end(&html) {
                None => {
                    self.pieces.clear();
                    return;
                }
                Some(end) => {
                    from = end;
                    self.comment = None;
                    self.add(start..self.place_end(end), UnseenKind::HtmlComment);
                }
            }
        }
        for markup in html::markup(html.get(from..).unwrap_or_default()) {
            match markup {
                Markup::Comment { range, open: true } => self.comment = Some(self.place(from + range.start)),
                Markup::Comment { range, open: false } => {
                    self.add(self.place(from + range.start)..self.place_end(from + range.end), UnseenKind::HtmlComment);
                }
                Markup::Start(tag) => self.start_tag(&tag, from),
                Markup::End { name, range } => self.end_tag(&name, self.place_end(from + range.end)),
            }
        }
        self.pieces.clear();
    }

    fn start_tag(&mut self, tag: &html::Tag, from: usize) {
        let range = self.place(from + tag.range.start)..self.place_end(from + tag.range.end);
        match &mut self.hiding {
            Some((name, _, depth)) if *name == tag.name => *depth += 1,
            None if tag.hides() => self.hiding = Some((tag.name.clone(), range.start, 1)),
            Some(_) | None => {}
        }
        if tag.folds() {
            self.add(range, UnseenKind::CollapsedBlock);
        }
        for attribute in tag.attributes.iter().filter(|attribute| attribute.is_unseen()) {
            let range = self.place(from + attribute.range.start)..self.place_end(from + attribute.range.end);
            self.add(range, UnseenKind::HiddenAttribute);
        }
    }

    fn end_tag(&mut self, name: &str, end: usize) {
        if let Some((hiding, start, depth)) = &mut self.hiding
            && *hiding == name
        {
            *depth -= 1;
            if *depth == 0 {
                let range = *start..end;
                self.hiding = None;
                self.add(range, UnseenKind::HiddenElement);
            }
        }
    }

    fn finish(mut self, definitions: &[Definition]) -> Page {
        self.take_html_apart();
        // A comment without an end hides everything after it. An element without one is taken for a slip: the page shows its words.
        if let Some(start) = self.comment {
            self.add(start..self.text.len(), UnseenKind::HtmlComment);
        }
        let mut known = BTreeSet::new();
        for (name, range) in std::mem::take(&mut self.footnotes) {
            let elsewhere = self.noted.iter().any(|(noted, at)| *noted == name && !range.contains(at));
            if !known.insert(name) || !elsewhere {
                self.add(range, UnseenKind::UnusedDefinition);
            }
        }
        self.definitions(definitions);
        self.page.parts.sort_by_key(|part| (part.range.start, std::cmp::Reverse(part.range.end)));
        self.page
    }

    /// Definitions are the one thing of which the page shows nothing at all: lines that belong to nothing else.
    fn definitions(&mut self, definitions: &[Definition]) {
        self.shown.sort_by_key(|range| range.start);
        let mut furthest = 0;
        let reach: Vec<(usize, usize)> = self
            .shown
            .iter()
            .map(|range| {
                furthest = furthest.max(range.end);
                (range.start, furthest)
            })
            .collect();
        let is_shown = |at: usize| {
            let before = reach.partition_point(|(start, _)| *start <= at);
            before > 0 && reach.get(before - 1).is_some_and(|(_, end)| *end > at)
        };
        let mut by_place: Vec<&Definition> = definitions.iter().collect();
        by_place.sort_by_key(|definition| definition.span.start);
        let line_starts = starts(self.text);
        let mut going_on = false;
        for (line, start) in line_starts.iter().enumerate() {
            let end = line_starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
            let whole = self.text.get(*start..end).unwrap_or_default();
            let at = start + whole.len() - without_containers(whole).len();
            let rest = self.text.get(at..end).unwrap_or_default().trim_end();
            if rest.is_empty() || is_shown(at) || !(going_on || rest.starts_with('[')) || rest.starts_with("[!") {
                going_on = false;
                continue;
            }
            let before = by_place.partition_point(|definition| definition.span.start <= at);
            let own = by_place.get(before.wrapping_sub(1)).filter(|definition| definition.span.contains(&at));
            match own {
                Some(definition) if self.used.contains(&definition.label) => {
                    if definition.titled && at == definition.span.start {
                        let span = self.text.get(definition.span.clone()).unwrap_or_default();
                        let address = span.find("]:").map_or(span.len(), |found| found + 2);
                        let skipped = span.get(address..).unwrap_or_default();
                        let address = definition.span.start + address + skipped.len() - skipped.trim_start().len();
                        self.add(address_end(self.text, address)..definition.span.start + span.trim_end().len(), UnseenKind::LinkTitle);
                    }
                }
                Some(_) | None => {
                    let last = self.page.parts.last_mut();
                    match last.filter(|part| going_on && part.kind == UnseenKind::UnusedDefinition) {
                        Some(part) => part.range.end = at + rest.len(),
                        None => self.add(at..at + rest.len(), UnseenKind::UnusedDefinition),
                    }
                }
            }
            going_on = true;
        }
    }
}

/// Addresses that are words of the text themselves.
fn is_bare(link: LinkType) -> bool {
    matches!(link, LinkType::Autolink | LinkType::Email | LinkType::WikiLink { .. })
}

fn folded(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Where the address ends that begins here: `<…>`, or up to white space.
fn address_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let space = rest.len() - rest.trim_start().len();
    let rest = rest.get(space..).unwrap_or_default();
    let length = match rest.strip_prefix('<') {
        Some(inner) => inner.find('>').map_or(rest.len(), |end| end + 2),
        None => rest.find(char::is_whitespace).unwrap_or(rest.len()),
    };
    at + space + length
}

/// A line without the marks of the quotations and lists that it stands in.
fn without_containers(line: &str) -> &str {
    let mut rest = line.trim_start();
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let mark = match rest.as_bytes() {
            [b'>', ..] => 1,
            [b'-' | b'*' | b'+', b' ' | b'\t', ..] => 2,
            _ if (1..=9).contains(&digits) && matches!(rest.as_bytes().get(digits..), Some([b'.' | b')', b' ' | b'\t', ..])) => digits + 2,
            _ if rest.starts_with("[^") => match rest.find("]:") {
                Some(end) => end + 2,
                None => return rest,
            },
            _ => return rest,
        };
        rest = rest.get(mark..).unwrap_or_default().trim_start();
    }
}
