//! Other people's words as GitHub renders them: a Markdown parser is the judge of what is code, what is a link and what is HTML.

use proptest::prelude::*;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag};

use crate::prose::text::{cell, code, inline, paragraph};

/// What can do harm when it is echoed, and what can make the harmless harmful.
const PARTS: &[&str] = &[
    "@ada",
    "@octo/team",
    "#12",
    "GH-12",
    "gh-7",
    "octo/hello#1",
    "octo/hello@0123456789abcdef0123456789abcdef01234567",
    "https://github.com/octo/hello/issues/5",
    "https://github.com/octo/hello/pull/5#issuecomment-1",
    "github.com/octo/hello/issues/5",
    "https://github.com/octo/hello/discussions/5",
    "fixes #1",
    "Closes: octo/hello#1",
    "resolves https://github.com/o/r/issues/3",
    "0123456789abcdef0123456789abcdef01234567",
    "<!-- journeyman:status octo/hello#12.1 -->",
    "<!--",
    "-->",
    "`",
    "``",
    "```",
    "~~~",
    "\n",
    "\n\n",
    "<details>",
    "</details>",
    "<b>",
    "<img src=x>",
    "<a href='https://github.com/o/r/issues/1'>",
    "</sub>",
    "| a | b |",
    "|",
    "|---|",
    "# H",
    "## ",
    "- [ ] x",
    "- [x] **1.** y",
    "[ ]",
    "![i](https://e.example/p.png)",
    "[l](https://github.com/o/r/issues/2)",
    "[r]: https://e.example",
    "[r]",
    "\r",
    "\r\n",
    "\0",
    "\u{2028}",
    "\u{202e}",
    "\u{200b}",
    "\u{feff}",
    "\\",
    "&",
    "&#64;ada",
    "&commat;ada",
    "&lt;",
    "&#35;1",
    "*",
    "**",
    "_",
    "~~",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ".",
    ",",
    "/",
    "-",
    "+",
    " ",
    "  ",
    "    ",
    "a",
    "1",
    "1. ",
    "> ",
    "é",
    "漢",
    "$x$",
    "<https://x.y>",
    "<ada@e.example>",
    "=",
    "---",
    "@",
    "#",
    "!",
    "'",
    "\"",
    "\t",
    "[^1]",
    "[^1]: x",
    ":tada:",
    "http://",
    "www.e.example/@ada",
];

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_GFM
}

/// What GitHub would act on when it shows this Markdown; nothing if all is well.
fn harm(markdown: &str) -> Option<String> {
    let mut words = String::new();
    let mut in_code_block = false;
    for event in Parser::new_ext(markdown, options()) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the parser's events are many, and most do no harm")]
        match event {
            Event::Html(html) | Event::InlineHtml(html) => return Some(format!("HTML {html:?}")),
            Event::Start(Tag::Image { .. }) => return Some("an image".into()),
            Event::Start(Tag::Heading { .. } | Tag::Item | Tag::Table(_) | Tag::BlockQuote(_) | Tag::FootnoteDefinition(_))
            | Event::Rule => {
                return Some(format!("a block {event:?}"));
            }
            Event::Start(Tag::CodeBlock(_)) => in_code_block = true,
            Event::Start(Tag::Link { dest_url, .. }) if refers(&dest_url) => return Some(format!("a link to {dest_url}")),
            Event::TaskListMarker(_) => return Some("a box".into()),
            Event::Code(_) => words.push('\u{fffc}'),
            Event::Text(text) if !in_code_block => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => words.push('\n'),
            _ => {}
        }
    }
    if in_code_block {
        return Some("a block of code".into());
    }
    acted_on(&words).map(|what| format!("{what} in {words:?}"))
}

fn refers(address: &CowStr<'_>) -> bool {
    ["/issues/", "/pull/", "/discussions/", "/commit/"].iter().any(|part| address.contains(part))
}

/// GitHub's references in shown text (docs: "Autolinked references and URLs", "Mentioning people and teams").
fn acted_on(words: &str) -> Option<&'static str> {
    let chars: Vec<char> = words.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or(' ');
    let word = |i: usize| i > 0 && (at(i - 1).is_alphanumeric() || at(i - 1) == '_');
    for i in 0..chars.len() {
        let number = |from: usize| at(from).is_ascii_digit();
        match at(i) {
            '@' if !word(i) && at(i + 1).is_ascii_alphanumeric() => return Some("a mention"),
            '#' if number(i + 1) => return Some("an issue"),
            'g' | 'G' if !word(i) && at(i + 1).eq_ignore_ascii_case(&'h') && at(i + 2) == '-' && number(i + 3) => return Some("an issue"),
            _ => {}
        }
    }
    if ["/issues/", "/pull/", "/discussions/"].iter().any(|part| words.contains(part)) {
        return Some("an address of an issue");
    }
    let shas = words.split(|c: char| !c.is_ascii_alphanumeric());
    shas.into_iter()
        .any(|word| (7..=40).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit()) && word.contains(char::is_numeric))
        .then_some("a commit")
}

#[test]
fn the_judge_sees_harm() {
    for harmful in [
        "@ada",
        "(@ada)",
        "x #12",
        "GH-1",
        "o/r#1",
        "<b>",
        "<!-- x -->",
        "![a](b)",
        "# H",
        "- a",
        "1. a",
        "[a](https://github.com/o/r/issues/2)",
        "https://github.com/o/r/pull/2",
        "&#64;ada",
        "`a` @ada",
        "    code",
        "```\na",
        "| a |\n|---|",
        "> a",
        "***",
        "01234567",
        "\\#1",
        "**@ada**",
    ] {
        assert!(harm(harmful).is_some(), "{harmful:?}");
    }
    for harmless in ["a@b.example", "`@ada`", "C# and #", "a &lt;b> c", "feed", "\\- a", "`` ` ``"] {
        assert_eq!(harm(harmless), None, "{harmless:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn echoed_text_pings_nobody_closes_nothing_and_forges_no_marker(parts in proptest::collection::vec(proptest::sample::select(PARTS), 0..14)) {
        let text = parts.concat();
        for (how, shown) in [("inline", inline(&text)), ("paragraph", paragraph(&text)), ("code", code(&text))] {
            prop_assert_eq!(harm(&shown), None, "{}: {:?} from {:?}", how, shown, text);
            // Where our own words stand before and after it on the line.
            let around = format!("Step 2: {shown} · done, `main`");
            prop_assert_eq!(harm(&around), None, "around {}: {:?} from {:?}", how, shown, text);
            prop_assert!(!shown.contains("<!--") && !shown.contains(['\n', '\r', '\0', '\u{2028}', '\u{202e}']), "{}: {:?}", how, shown);
            let row = format!("| a | b |\n|---|---|\n| {} | x |\n", cell(&shown));
            let cells = Parser::new_ext(&row, options()).filter(|event| matches!(event, Event::Start(Tag::TableCell))).count();
            prop_assert_eq!(cells, 4, "{}: {:?}", how, row);
        }
    }
}
