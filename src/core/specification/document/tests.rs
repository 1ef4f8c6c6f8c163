use super::*;

fn one(text: &str) -> Fence {
    let mut all = fences(text);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn the_body_of_a_block_is_kept_to_the_byte() {
    let fence = one("x\n\n`src/a.rs`\n\n```rust\na \t\n\u{c}b\rc\u{2028}d\r\n\n  e\n```\n");
    assert_eq!(fence.body, "a \t\n\u{c}b\rc\u{2028}d\r\n\n  e\n");
    assert_eq!((fence.line, fence.info.as_str(), fence.preceding.as_str(), fence.closed), (5, "rust", "`src/a.rs`", true));
}

#[test]
fn carriage_returns_are_a_web_forms_only_where_every_line_has_one() {
    assert_eq!(one("a\r\n```\r\nb\r\n```\r\n").body, "b\n");
    assert_eq!(one("a\r\n```\r\nb\r\n```").body, "b\n");
    assert_eq!(one("a\n```\nb\r\n```\r\n").body, "b\r\n");
}

#[test]
fn a_block_ends_at_a_fence_as_long_and_of_the_same_character() {
    assert_eq!(one("````md\n```\nx\n```\n~~~~\n````\n").body, "```\nx\n```\n~~~~\n");
    assert_eq!(one("~~~ a`b\n```\n   ~~~~~\n").body, "```\n");
    assert_eq!(one("```\n    ```\n```").body, "    ```\n");
}

#[test]
fn a_block_of_markdown_goes_on_after_the_examples_in_it() {
    let fence = one("```markdown\n# A\n```sh\nls\n```\n## B\n```\n\n## C\n");
    assert_eq!(fence.body, "# A\n```sh\nls\n```\n## B\n");
    assert_eq!(fences("```markdown\n# A\n```sh\nls\n```\n\n## C\n").len(), 1);
    assert_eq!(fences("```text\na\n```sh\nls\n```\nb\n```\n").first().map(|fence| fence.body.clone()), Some("a\n```sh\nls\n".into()));
}

#[test]
fn a_block_without_an_end_is_told() {
    let fence = one("```diff\n--- a\n");
    assert_eq!((fence.closed, fence.body.as_str()), (false, "--- a\n"));
    assert_eq!(one("```\nlast").body, "last");
}

#[test]
fn the_indentation_of_an_item_is_taken_off() {
    assert_eq!(one("1. do\n\n   ```py\n   a\n     b\n\n   ```\n2. next\n").body, "a\n  b\n\n");
    assert_eq!(one("- ```\n  a\n  ```\n").body, "a\n");
    assert_eq!(one("- x\n        ```\n        a\n        ```\n").body, "a\n");
}

#[test]
fn what_is_quoted_commented_or_in_front_matter_is_no_block() {
    assert_eq!(fences("---\na: b\nc: |\n  ```\n---\n> ```\n> x\n> ```\n<!--\n```\n-->\n").len(), 0);
    assert_eq!(fences("`a` ```b``` c\n```inline```\n").len(), 0);
}

#[test]
fn lines_know_what_they_are() {
    let document = Document::read("\u{feff}Title\n=====\n- [ ] - [X] a\n  1) b\n- [ ]* 2.3 c\n    # code\n### H ##\n    code\n");
    let kinds: Vec<_> = document.lines.iter().map(|line| line.kind).collect();
    assert_eq!(kinds.first(), Some(&Kind::Heading { level: 1, text: "Title" }));
    let item = |at: usize| match kinds.get(at) {
        Some(Kind::Item(item)) => *item,
        other => panic!("{other:?}"),
    };
    assert_eq!((item(2).tick, item(2).text, item(2).depth), (Some('X'), "a", 0));
    assert_eq!((item(3).number, item(3).depth), (Some("1"), 1));
    assert_eq!((item(4).starred, item(4).text), (true, "2.3 c"));
    assert_eq!(kinds.get(6), Some(&Kind::Heading { level: 3, text: "H" }));
}

#[test]
fn a_line_is_read_as_words_and_code() {
    assert_eq!(plain("**Add** `a_b` to _the_ [list](x) <!-- y --> and __init__.py"), "Add `a_b` to the list  and __init__.py");
    assert_eq!(code_spans("- `` a`b `` and `c`"), ["a`b", "c"]);
}

#[test]
fn time_stays_small_on_hostile_input() {
    for text in ["[".repeat(65_536), "- ```x\n".repeat(20_000), "> ".repeat(30_000), "  * a\n".repeat(9_000), "`".repeat(65_000)] {
        let document = Document::read(&text);
        assert!(document.lines.len() <= 20_001);
        plain(&text);
    }
    let deep: String = (0..2_000).map(|depth| format!("{}- a\n", " ".repeat(depth * 2))).collect();
    assert_eq!(Document::read(&deep).lines.len(), 2_000);
}

#[test]
fn a_block_without_an_end_does_not_swallow_the_next_step() {
    let all = fences("### Step 1: a\n```js\nx\n\n### Step 2: b\n\n`c`\n```js\ny\n```\n");
    assert_eq!(all.iter().map(|fence| (fence.body.as_str(), fence.closed)).collect::<Vec<_>>(), [("x\n\n", false), ("y\n", true)]);
}

#[test]
fn an_inner_fence_without_a_language_makes_the_end_a_guess() {
    let fence = one("`a.md`\n```markdown\n# A\n\n```\nx\n```\n\nb\n```\n");
    assert_eq!((fence.body.as_str(), fence.ambiguous), ("# A\n\n```\nx\n```\n\nb\n", true));
}

#[test]
fn a_block_at_the_left_edge_of_an_item_keeps_its_indentation() {
    assert_eq!(one("1. do\n\n   ```py\ndef f():\n    x\n   ```\n").body, "def f():\n    x\n");
}
