//! One line of our own Markdown as HTML: words, code and emphasis. Whatever else it holds is shown as the text it is.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// Safe to stand in a page, whoever wrote parts of the line.
pub(super) fn line(markdown: &str) -> String {
    let mut html = String::with_capacity(markdown.len());
    for event in Parser::new(markdown) {
        match event {
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                escape(&text, &mut html);
            }
            Event::Code(text) => {
                html.push_str("<code>");
                escape(&text, &mut html);
                html.push_str("</code>");
            }
            Event::Start(Tag::Strong) => html.push_str("<b>"),
            Event::End(TagEnd::Strong) => html.push_str("</b>"),
            Event::Start(Tag::Emphasis) => html.push_str("<i>"),
            Event::End(TagEnd::Emphasis) => html.push_str("</i>"),
            Event::SoftBreak | Event::HardBreak | Event::Rule => html.push(' '),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) | Event::Start(_) | Event::End(_) => {}
        }
    }
    html
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_code_and_emphasis_are_shown_and_nothing_acts() {
        assert_eq!(line("add `a<b` to **all** files"), "add <code>a&lt;b</code> to <b>all</b> files");
        assert_eq!(line("&lt;b> & \\[x] 'q'"), "&lt;b&gt; &amp; [x] &#39;q&#39;");
        assert_eq!(line("<img src=x onerror=alert(1)> [a](javascript:x) ![b](http://c)"), "&lt;img src=x onerror=alert(1)&gt; a b");
        assert_eq!(line("<script>alert(1)</script>"), "&lt;script&gt;alert(1)&lt;/script&gt;");
    }
}
