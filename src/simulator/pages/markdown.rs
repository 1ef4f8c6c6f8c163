//! Markdown as GitHub shows it, safely: anybody may have written it.
//!
//! Of raw HTML a few harmless tags survive, comments vanish, and everything else is shown as the text it is. Addresses that are not
//! web, mail or this server are taken out; images become links, for pages load nothing from outside.

use std::sync::LazyLock;

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};
use regex::Regex;

/// HTML of the Markdown; `repository` is where `#7` and commit ids lead.
pub(super) fn render(text: &str, repository: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM;
    let mut events = Vec::new();
    let (mut raw, mut in_link, mut in_code) = (String::new(), 0_u32, false);
    for event in Parser::new_ext(text, options) {
        if let Event::Html(part) | Event::InlineHtml(part) = &event {
            raw.push_str(part);
            continue;
        }
        if matches!(event, Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock)) {
            continue;
        }
        if !raw.is_empty() {
            events.push(Event::Html(CowStr::from(harmless(&raw))));
            raw.clear();
        }
        if let Event::Start(Tag::CodeBlock(_)) | Event::End(TagEnd::CodeBlock) = &event {
            in_code = !in_code;
        }
        events.push(if let Event::Start(Tag::Link { link_type, dest_url, title, id }) = event {
            in_link += 1;
            Event::Start(Tag::Link { link_type, dest_url: safe_address(dest_url), title, id })
        } else if let Event::Start(Tag::Image { dest_url, title, id, .. }) = event {
            in_link += 1;
            Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url: safe_address(dest_url), title, id })
        } else if let Event::End(TagEnd::Link | TagEnd::Image) = event {
            in_link = in_link.saturating_sub(1);
            Event::End(TagEnd::Link)
        } else if let (Event::Text(text), 0, false) = (&event, in_link, in_code) {
            Event::Html(linked(text, repository).into())
        } else {
            event
        });
    }
    if !raw.is_empty() {
        events.push(Event::Html(CowStr::from(harmless(&raw))));
    }
    let mut page = String::new();
    html::push_html(&mut page, events.into_iter());
    page
}

fn safe_address(address: CowStr<'_>) -> CowStr<'_> {
    let lower = address.trim().to_ascii_lowercase();
    let known = ["http://", "https://", "mailto:", "#"].iter().any(|start| lower.starts_with(start));
    let here = lower.starts_with('/') && !lower.starts_with("//");
    if known || here { address } else { CowStr::Borrowed("#") }
}

static HARMLESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?si)<!--.*?(?:-->|\z)|</?(?:details|summary|br|sub|sup|kbd|b|i|em|strong|p|hr)(?:\s+open)?\s*/?>").ok());

/// Comments gone, harmless tags kept, the rest escaped.
fn harmless(raw: &str) -> String {
    let Some(pattern) = &*HARMLESS else { return escape(raw) };
    let (mut safe, mut from) = (String::new(), 0);
    for found in pattern.find_iter(raw) {
        safe += &escape(&raw[from..found.start()]);
        if !found.as_str().starts_with("<!--") {
            safe += found.as_str();
        }
        from = found.end();
    }
    safe + &escape(&raw[from..])
}

static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b[0-9a-f]{40}\b|(?:^|[\s(])#([0-9]{1,7})\b").ok());

/// Text with its `#7` and commit ids as links.
fn linked(text: &str, repository: &str) -> String {
    let Some(pattern) = &*REFERENCE else { return escape(text) };
    let (mut page, mut from) = (String::new(), 0);
    for found in pattern.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        page += &escape(&text[from..whole.start()]);
        match found.get(1) {
            Some(number) => {
                page += &escape(&text[whole.start()..number.start() - 1]);
                page += &format!("<a href=\"/{repository}/issues/{0}\">#{0}</a>", number.as_str());
            }
            None => page += &format!("<a class=\"mono\" href=\"/{repository}/commit/{0}\">{1}</a>", whole.as_str(), &whole.as_str()[..7]),
        }
        from = whole.end();
    }
    page + &escape(&text[from..])
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn task_lists_tables_and_folds_are_shown() {
        let page = render("- [x] one\n- [ ] two\n\n<details><summary>More</summary>\n\nHidden\n\n</details>\n", "a/b");
        assert!(page.contains("checked=\"\"") && page.matches("checkbox").count() == 2, "{page}");
        assert!(page.contains("<details><summary>More</summary>") && page.contains("</details>"), "{page}");
    }

    #[test]
    fn nothing_that_acts_gets_through() {
        let evil = "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> <details onclick=x>\n\n[a](javascript:alert(1)) ![p](http://x/p.png) [b](//evil)\n\n<!-- hidden\nmore --> shown";
        let page = render(evil, "a/b");
        for gone in ["<script", "<img", "<details", "javascript:", "hidden", "href=\"//"] {
            assert!(!page.contains(gone), "{gone} in {page}");
        }
        assert!(page.contains("&lt;script&gt;") && page.contains("shown"), "{page}");
    }

    #[test]
    fn numbers_and_commits_lead_to_their_pages() {
        let page = render(&format!("See #7 and {} but not a#8 or `#9`", "0123456789".repeat(4)), "a/b");
        assert!(page.contains("<a href=\"/a/b/issues/7\">#7</a>") && page.contains("/a/b/commit/0123456789"), "{page}");
        assert!(!page.contains("issues/8") && !page.contains("issues/9"), "{page}");
    }
}
