//! HTML within Markdown, as a browser takes it apart: comments, and tags with their attributes.

use std::ops::Range;

/// A piece of markup; what lies between two of them is text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Markup {
    /// A comment, a processing instruction or a declaration. `open`: it has no end.
    Comment {
        range: Range<usize>,
        open: bool,
    },
    Start(Tag),
    End {
        name: String,
        range: Range<usize>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// In small letters.
    pub name: String,
    pub range: Range<usize>,
    pub attributes: Vec<Attribute>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// In small letters.
    pub name: String,
    pub value: String,
    /// With the white space before it.
    pub range: Range<usize>,
}

/// The markup of a piece of HTML, in order.
pub fn markup(html: &str) -> Vec<Markup> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = html.get(at..).and_then(|rest| rest.find('<')).map(|offset| at + offset) {
        let rest = html.get(start + 1..).unwrap_or_default();
        let next = if rest.starts_with('!') || rest.starts_with('?') {
            let (length, open) = comment(rest);
            let range = start..start + 1 + length;
            found.push(Markup::Comment { range: range.clone(), open });
            range.end
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let tag = tag(html, start);
            let end = tag.range.end;
            found.push(Markup::Start(tag));
            end
        } else if rest.strip_prefix('/').is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())) {
            let end = rest.find('>').map_or(html.len(), |offset| start + offset + 2);
            let name = rest.get(1..).unwrap_or_default().split(|c: char| c.is_whitespace() || c == '>' || c == '/').next();
            found.push(Markup::End { name: name.unwrap_or_default().to_ascii_lowercase(), range: start..end });
            end
        } else {
            start + 1
        };
        at = next;
    }
    found
}

/// Where a comment ends whose beginning lies in another piece of HTML: after `-->` or `--!>`.
pub fn comment_end(html: &str) -> Option<usize> {
    let ends = ["-->", "--!>"].into_iter().filter_map(|end| html.find(end).map(|at| at + end.len()));
    ends.min()
}

/// How long what begins with `<!` or `<?` is after its `<`, and whether it lacks an end.
fn comment(rest: &str) -> (usize, bool) {
    let end = match rest.strip_prefix("!--") {
        Some(inner) if inner.starts_with('>') => Some(4),
        Some(inner) if inner.starts_with("->") => Some(5),
        Some(inner) => comment_end(inner).map(|end| end + 3),
        None if rest.starts_with("![CDATA[") => rest.find("]]>").map(|end| end + 3),
        None => rest.find('>').map(|end| end + 1),
    };
    (end.unwrap_or(rest.len()), end.is_none() && rest.starts_with("!--"))
}

fn tag(html: &str, start: usize) -> Tag {
    let bytes = html.as_bytes();
    let byte = |at: usize| bytes.get(at).copied();
    let text = |range: Range<usize>| html.get(range).unwrap_or_default();
    let run = |from: usize, stops: &[u8]| {
        (from..bytes.len()).find(|at| byte(*at).is_some_and(|b| b.is_ascii_whitespace() || stops.contains(&b))).unwrap_or(bytes.len())
    };
    let name_end = run(start + 1, b"/>");
    let mut attributes = Vec::new();
    let mut at = name_end;
    loop {
        let from = at;
        while byte(at).is_some_and(|b| b.is_ascii_whitespace() || b == b'/') {
            at += 1;
        }
        match byte(at) {
            None => break,
            Some(b'>') => {
                at += 1;
                break;
            }
            Some(_) => {}
        }
        // A `=` in the first place is part of the name.
        let key_end = run(at + 1, b"=/>").min(bytes.len());
        let name = text(at..key_end).to_ascii_lowercase();
        at = key_end;
        let mut value_at = at;
        while byte(value_at).is_some_and(|b| b.is_ascii_whitespace()) {
            value_at += 1;
        }
        let mut value = String::new();
        if byte(value_at) == Some(b'=') {
            value_at += 1;
            while byte(value_at).is_some_and(|b| b.is_ascii_whitespace()) {
                value_at += 1;
            }
            let quote = byte(value_at).filter(|b| matches!(b, b'"' | b'\''));
            let (inner, end) = match quote {
                Some(quote) => {
                    let close = (value_at + 1..bytes.len()).find(|at| byte(*at) == Some(quote)).unwrap_or(bytes.len());
                    (value_at + 1..close, (close + 1).min(bytes.len()))
                }
                None => (value_at..run(value_at, b">"), run(value_at, b">")),
            };
            value = text(inner).to_owned();
            at = end;
        }
        attributes.push(Attribute { name, value, range: from..at });
    }
    Tag { name: text(start + 1..name_end).to_ascii_lowercase(), range: start..at, attributes }
}

impl Tag {
    fn value(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.value.as_str())
    }

    /// Whether what it holds is shown to nobody.
    pub fn hides(&self) -> bool {
        let style: String = self.value("style").unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect();
        let style = style.to_ascii_lowercase();
        let nothing = |property: &str| {
            let after = style.match_indices(property).filter_map(|(at, _)| style.get(at + property.len()..));
            after.into_iter().any(|rest| !rest.starts_with(|c: char| c == '.' || c.is_ascii_digit()))
        };
        matches!(self.name.as_str(), "script" | "style" | "template")
            || self.value("hidden").is_some()
            || ["display:none", "visibility:hidden", "color:transparent"].iter().any(|hidden| style.contains(hidden))
            || nothing("font-size:0")
            || nothing("opacity:0")
    }

    /// Whether it folds what it holds away until somebody clicks.
    pub fn folds(&self) -> bool {
        self.name == "details" && self.value("open").is_none()
    }
}

impl Attribute {
    /// Whether it holds words that are read out or shown on pointing, and not on the page. What GitHub itself writes for an image
    /// that was dropped on the page tells nothing.
    pub fn is_unseen(&self) -> bool {
        let named = matches!(self.name.as_str(), "alt" | "title" | "placeholder" | "label" | "summary" | "content");
        let named = named || self.name.starts_with("aria-") || self.name.starts_with("data-");
        named && !self.value.trim().is_empty() && !self.value.trim().eq_ignore_ascii_case("image")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_taken_apart_as_a_browser_does() {
        let html = "<!-->a<!---->b<!-- c --!>d<? e ?><p title='x > y' hidden aria-label = z/>f</p  >";
        let found: Vec<_> = markup(html)
            .into_iter()
            .map(|markup| match markup {
                Markup::Comment { range, .. } | Markup::End { range, .. } => html[range].to_owned(),
                Markup::Start(tag) => {
                    format!("{} {:?}", tag.name, tag.attributes.iter().map(|a| &html[a.range.clone()]).collect::<Vec<_>>())
                }
            })
            .collect();
        let start = r#"p [" title='x > y'", " hidden", " aria-label = z/"]"#;
        assert_eq!(found, ["<!-->", "<!---->", "<!-- c --!>", "<? e ?>", start, "</p  >"]);
    }

    #[test]
    fn only_what_shows_nothing_is_hidden() {
        let hides = |tag: &str| matches!(markup(tag).first(), Some(Markup::Start(tag)) if tag.hides());
        for tag in ["<p hidden>", "<p style='a:b; Display : none'>", "<i style=font-size:0px>", "<script>", "<i style='opacity:0'>"] {
            assert!(hides(tag), "{tag}");
        }
        for tag in ["<p>", "<p style='font-size:0.9em'>", "<task name='hidden'>", "<i style='opacity:0.5'>"] {
            assert!(!hides(tag), "{tag}");
        }
    }

    #[test]
    fn tags_without_an_end_end_with_the_text() {
        for html in ["<a b=\"c", "<a b=", "<a ", "<a", "<!--", "</a", "<a b=é", "<a\u{a0}é='"] {
            let ends = markup(html).into_iter().map(|markup| match markup {
                Markup::Comment { range, .. } | Markup::End { range, .. } => range.end,
                Markup::Start(tag) => tag.range.end,
            });
            assert!(ends.into_iter().all(|end| end == html.len()), "{html}");
        }
    }
}
