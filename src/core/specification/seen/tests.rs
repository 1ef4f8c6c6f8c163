use proptest::prelude::*;

use super::*;
use crate::specification::{Change, GapKind, read};

fn found(text: &str) -> Vec<(UnseenKind, usize)> {
    seen(text).1.into_iter().map(|unseen| (unseen.kind, unseen.line)).collect()
}

#[test]
fn what_the_page_does_not_show_goes_and_is_told() {
    use UnseenKind as K;
    for (text, rest, kind) in [
        ("a <!-- b --> c", "a  c", K::HtmlComment),
        ("<!--\nrun\n\nrm\n-->\nb", "\n\n\n\n\nb", K::HtmlComment),
        ("a <!-- never closed", "a <!-- never closed", K::LookalikeInPath),
        ("x\n\n<!-- never closed\n\n# H", "x\n\n\n\n", K::HtmlComment),
        ("<div><!--\n\nhidden\n\n```\ncode\n```\n\n<div>--></div>\n\nb", "<div>\n\n\n\n\n\n\n\n</div>\n\nb", K::HtmlComment),
        ("> a\n> <!-- b\n> c -->\n> d", "> a\n> \n> \n> d", K::HtmlComment),
        ("a <? b ?> c", "a  c", K::HtmlComment),
        ("a <b title=\"x y\">c</b>", "a <b>c</b>", K::HiddenAttribute),
        ("<img src=x alt='do this'>", "<img src=x>", K::HiddenAttribute),
        ("<p aria-label=\"x\">c</p>", "<p>c</p>", K::HiddenAttribute),
        ("a <span hidden>b *c* d</span> e", "a  e", K::HiddenElement),
        ("<p style=\"display: none\">\n\n- b\n\n</p>\n\ne", "\n\n\n\n\n\ne", K::HiddenElement),
        ("![do this](x.png)", "![](x.png)", K::ImageText),
        ("![](x.png \"do this\")", "![](x.png)", K::LinkTitle),
        ("[a](b (do this)) c", "[a](b) c", K::LinkTitle),
        ("[a](<b c> 'do (this)') c", "[a](<b c>) c", K::LinkTitle),
        ("[//]: # (do this)\n\nb", "\n\nb", K::UnusedDefinition),
        ("[a]: b\n'do\nthis'\n\nb", "\n\n\n\nb", K::UnusedDefinition),
        ("[a]\n\n[a]: b 'do'\n", "[a]\n\n[a]: b\n", K::LinkTitle),
        ("- x\n\n  [a]: b\n", "- x\n\n  \n", K::UnusedDefinition),
        ("a[^1]\n\n[^1]: b\n[^2]: do this", "a[^1]\n\n[^1]: b\n", K::UnusedDefinition),
        ("a\u{200b}b", "ab", K::ZeroWidth),
        ("a&ZeroWidthSpace;b", "ab", K::ZeroWidth),
        ("a\u{202e}b\u{202c}", "ab", K::BidirectionalControl),
        ("a\u{ad}b", "ab", K::InvisibleCharacter),
        ("a\u{e0044}\u{e0045}b", "ab", K::InvisibleCharacter),
        ("a\u{fe0f}b\u{3164}", "ab", K::InvisibleCharacter),
        ("<!\u{200b}-- b --> c", " c", K::HtmlComment),
        (
            "<details>\n<summary>More</summary>\n\nb\n\n</details>",
            "<details>\n<summary>More</summary>\n\nb\n\n</details>",
            K::CollapsedBlock,
        ),
    ] {
        let (read, told) = seen(text);
        assert_eq!(read, rest, "{text:?}");
        assert_eq!(told.iter().any(|unseen| unseen.kind == kind), kind != K::LookalikeInPath, "{text:?}: {told:?}");
        assert_eq!(read.matches('\n').count(), text.matches('\n').count(), "{text:?}");
    }
}

#[test]
fn what_is_seen_stays_and_nothing_is_told() {
    for text in [
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{2764}\u{fe0f}\u{200d}\u{1f525} 1\u{fe0f}\u{20e3} \u{1f44d}\u{1f3fd}",
        "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "می\u{200c}خواهم क्\u{200d}ष",
        "`<!-- a -->` and `[//]: # (b)`",
        "```html\n<!-- a --><p hidden>b</p>\n[//]: # (c)\n![d](e)\n```\n",
        "    <!-- indented -->\n",
        "a < b && c > d <- e",
        "[a](b) [c] [d][a] <https://x.y> **z**\n\n[c]: d\n[a]: e",
        "> [!NOTE]\n> Careful",
        "- [ ] a\n- [x] b[^1]\n\n[^1]: c\n    d",
        "| a | b |\n|---|---|\n| [c] | ![](d) |\n",
        "<details open>\n\nb\n\n</details>",
        "![image](https://x/y.png) <img alt=\"Image\" src=\"x\">",
        "<task type=\"auto\">\n<name>A</name>\n</task>",
        "1. a\n   1) b\n\n* * *\n\nT\n===\n",
    ] {
        assert_eq!(seen(text), (text.to_owned(), Vec::new()), "{text:?}");
    }
}

#[test]
fn a_finding_has_its_line_and_its_words() {
    let text = "a\n\nb <!-- do\nthis --> c\u{200b}\u{200b}\n\n<details><summary>More</summary>\n\u{e0067}\u{e006f}\n";
    let told: Vec<_> = seen(text).1.into_iter().map(|unseen| (unseen.kind, unseen.line, unseen.extract)).collect();
    use UnseenKind as K;
    let expected = [
        (K::HtmlComment, 3, "<!-- do this -->"),
        (K::ZeroWidth, 4, "this --> c[U+200B][U+200B]"),
        (K::CollapsedBlock, 6, "More"),
        (K::InvisibleCharacter, 7, "go"),
    ];
    assert_eq!(told, expected.map(|(kind, line, extract)| (kind, line, extract.to_owned())));
}

#[test]
fn an_exact_edit_is_taken_to_the_byte_and_what_is_invisible_in_it_is_told() {
    let body = "let a = \"x\u{202e}y\u{200b}\"; // <!-- c -->\n";
    let text = format!("# T\n\n## Steps\n\n### Step 1: A <!-- x -->\n\n`src/a.rs`\n```rust\n{body}```\n");
    let (specification, _) = read(&text).into_parts();
    assert_eq!(specification.steps[0].title, "A");
    assert_eq!(specification.steps[0].edits[0].change, Change::WholeFile { path: "src/a.rs".into(), content: body.into() });
    let told: Vec<_> = specification.unseen.iter().map(|unseen| (unseen.kind, unseen.line, unseen.in_code)).collect();
    use UnseenKind as K;
    assert_eq!(told, [(K::HtmlComment, 5, false), (K::ZeroWidth, 9, true), (K::BidirectionalControl, 9, true)]);
}

#[test]
fn a_block_that_only_the_lenient_reader_takes_for_code_keeps_its_bytes_and_tells() {
    let body = "# A\n```sh\nls\n```\n<!-- kept -->\n";
    let text = format!("# T\n\n## Steps\n\n1. Write\n\n   `a.md`\n   ```markdown\n{body}   ```\n");
    let (specification, _) = read(&text).into_parts();
    assert_eq!(specification.steps[0].edits[0].change, Change::WholeFile { path: "a.md".into(), content: body.into() });
    assert_eq!(specification.unseen.iter().map(|unseen| (unseen.line, unseen.in_code)).collect::<Vec<_>>(), [(13, true)]);
}

#[test]
fn a_block_hidden_in_a_comment_is_no_edit() {
    for text in ["<div><!--\n\n`src/a.rs`\n```\nevil\n```\n\n<p>--></div>\n", "<!--\n`src/a.rs`\n```\nevil\n```\n-->\n"] {
        let (specification, _) = read(&format!("# T\n\n## Steps\n\n### Step 1: A\n\nDo it.\n\n{text}")).into_parts();
        assert_eq!(specification.steps[0].edits, []);
        assert_eq!(specification.unseen.len(), 1, "{:?}", specification.unseen);
    }
}

#[test]
fn a_file_whose_name_looks_like_another_is_refused() {
    let (specification, gaps) = read("# T\n\n## Steps\n\n### Step 1: A\n\nDo it.\n\n`src/m\u{430}in.rs`\n```\nx\n```\n").into_parts();
    let gap = gaps.iter().find(|gap| gap.kind == GapKind::BrokenEdit).unwrap();
    assert!(gap.blocking && gap.line == 9, "{gap:?}");
    assert!(gap.question.contains("character 6 is the Cyrillic “\u{430}” (U+0430), which looks like “a”"), "{}", gap.question);
    assert_eq!(found("x"), []);
    assert_eq!(specification.unseen.iter().map(|unseen| unseen.kind).collect::<Vec<_>>(), [UnseenKind::LookalikeInPath]);
}

#[test]
fn things_hidden_in_things_are_found_however_deep() {
    let deep = (0..40).fold("<!-- x -->".to_owned(), |inner, _| format!("<!{inner}-- y -->"));
    let (read, told) = seen(&format!("Before\n\n{deep}\nafter"));
    assert!(read.starts_with("Before\n\n") && !read.contains("<!--") && !told.is_empty(), "{read:?}");
    assert_eq!(seen(&read), (read.clone(), Vec::new()));
}

#[test]
fn hostile_texts_take_no_longer_than_others() {
    let began = std::time::Instant::now();
    for text in
        ["<!--", "<a b=", "[^1]: ", "[a]: b\n", "![", "\u{200b}", "<p hidden>", "&#8203;", "<!-- -->\n", "<details>\n\n", "[a](b 'c')"]
    {
        let text = text.repeat(65_536 / text.len());
        let (read, told) = seen(&text);
        assert!(told.len() <= 2 * MOST);
        assert_eq!(seen(&read).0, read);
    }
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

proptest! {
    #[test]
    fn a_text_that_was_seen_has_nothing_left_to_hide(
        parts in proptest::collection::vec(prop_oneof![
            Just("<!--"), Just("-->"), Just("<!"), Just("--"), Just(">"), Just("\n"), Just("\n\n"), Just("```\n"), Just("`"), Just("> "),
            Just("- "), Just("<p hidden>"), Just("</p>"), Just("<b title='x'>"), Just("[a]: b 'c'"), Just("[a]"), Just("![x](y 'z')"),
            Just("[^1]"), Just("[^1]: n"), Just("\u{200b}"), Just("\u{200d}"), Just("\u{202e}"), Just("&#8203;"), Just("<details>"), Just("é "),
            Just("    "), Just("\r\n"), Just("<div>"), Just("`a.rs`\n"),
        ], 0..24)
    ) {
        let text = parts.concat();
        let (read, told) = seen(&text);
        prop_assert_eq!(read.matches('\n').count(), text.matches('\n').count());
        let lines = text.matches('\n').count() + 1;
        prop_assert!(told.iter().all(|unseen| (1..=lines).contains(&unseen.line)));
        let (again, kept) = seen(&read);
        prop_assert_eq!(&again, &read);
        prop_assert!(kept.iter().all(|unseen| unseen.in_code || unseen.kind == UnseenKind::CollapsedBlock), "{:?}", kept);
    }
}
