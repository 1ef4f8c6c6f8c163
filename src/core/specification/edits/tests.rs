use super::*;
use crate::specification::document::fences;

/// The one block of a text.
fn read(text: &str) -> Option<Change> {
    let found = fences(text);
    assert_eq!(found.len(), 1, "{text}");
    of_fence(&found[0])
}

fn whole(path: &str, content: &str) -> Option<Change> {
    Some(Change::WholeFile { path: path.into(), content: content.into() })
}

fn reason(text: &str) -> String {
    match read(text) {
        Some(Change::Broken { reason, .. }) => reason,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn a_file_is_named_by_the_info_string_or_by_the_line_before() {
    for (head, path) in [
        ("```rust title=\"src/a.rs\"", "src/a.rs"),
        ("```rust title=\"my notes/a b.md\"", "my notes/a b.md"),
        ("```js filename='web/x.js' {1,2}", "web/x.js"),
        ("```rust src/a.rs", "src/a.rs"),
        ("```text Makefile", "Makefile"),
        ("```rust:src/a.rs", "src/a.rs"),
        ("```src/a.rs", "src/a.rs"),
        ("`src/a.rs`\n```rust", "src/a.rs"),
        ("`src/a.rs`:\n\n```rust", "src/a.rs"),
        ("**src/a.rs**\n```rust", "src/a.rs"),
        ("**`src/a.rs`:**\n```", "src/a.rs"),
        ("**__init__.py**\n~~~python", "__init__.py"),
        ("`go.mod`\n```", "go.mod"),
        ("`LICENSE-MIT`\n```", "LICENSE-MIT"),
        ("`../evil.txt`\n```", "../evil.txt"),
        ("`.git/hooks/post-checkout`\n```", ".git/hooks/post-checkout"),
    ] {
        let fence = if head.contains("~~~") { "~~~" } else { "```" };
        assert_eq!(read(&format!("{head}\nx = 1\n{fence}\n")), whole(path, "x = 1\n"), "{head}");
    }
}

#[test]
fn a_block_that_names_no_file_is_an_illustration() {
    for head in [
        "```rust",
        "Put this into `src/a.rs`:\n```rust",
        "- `src/a.rs` (modified)\n```rust",
        "#### `src/a.rs`\n```rust",
        "**Example**\n```rust",
        "**Usage:**\n```bash",
        "`UserService`:\n```rust",
        "`response.body`:\n```json",
        "`cargo test --test edits`\n```text",
        "`GET /users`:\n```json",
        "`/api/users`:\n```json",
        "`foo()`\n```python",
        "```bash run",
        "```rust,ignore",
        "```json title=\"Example answer\"",
        "```application/json",
        "```mermaid {theme=dark}",
    ] {
        assert_eq!(read(&format!("{head}\nx = 1\n```\n")), None, "{head}");
    }
}

#[test]
fn a_plain_word_names_a_script_and_nothing_else() {
    for head in ["```text runner", "```bash title=\"runner\"", "`runner`\n```", "**runner**\n```bash"] {
        assert_eq!(read(&format!("{head}\n#!/bin/sh\nls\n```\n")), whole("runner", "#!/bin/sh\nls\n"), "{head}");
        assert_eq!(read(&format!("{head}\nls\n```\n")), None, "{head}");
    }
}

#[test]
fn a_skeleton_is_not_an_exact_edit_but_a_text_about_one_is_a_file() {
    for line in
        ["// ... existing code ...", "# … rest of the file unchanged", "# Paste the handler here", "    // ... (remaining methods)", "..."]
    {
        let text = format!("`src/a.rs`\n```rust\nfn a() {{}}\n{line}\n```\n");
        assert_eq!(read(&text), None, "{line}");
    }
    assert!(read("`docs/a.md`\n```\n// ... existing code ...\n```\n").is_some());
    assert!(
        read("`src/a.rs`\n```\n// keep the existing code as it is, for the rest of us depends on it in many ways that nobody knows\n```\n")
            .is_some()
    );
}

#[test]
fn an_empty_block_is_an_empty_file_and_contents_may_hold_fences() {
    assert_eq!(read("`src/a.rs`\n```\n```\n"), whole("src/a.rs", ""));
    assert_eq!(read("`a.md`\n````\n```\nx\n```\n````\n"), whole("a.md", "```\nx\n```\n"));
}

#[test]
fn search_replace_parts_are_read_in_order_with_their_lines() {
    let text =
        "Edit:\n\nsrc/a.rs\n```rust\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n\n<<<<<<< SEARCH\nc\n=======\n>>>>>>> REPLACE\n```\n";
    let part =
        |line, search: &str, replace: &str| crate::specification::Replacement { line, search: search.into(), replace: replace.into() };
    let replacements = vec![part(5, "a\n", "b\n"), part(11, "c\n", "")];
    assert_eq!(read(text), Some(Change::SearchReplace { path: "src/a.rs".into(), replacements }));
}

#[test]
fn a_search_replace_block_finds_its_file_in_several_ways() {
    let block = "<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n```\n";
    for head in [
        "`x/y.py`\n```python\n",
        "1. **Edit `x/y.py`**\n```\n",
        "```python x/y.py\n",
        "```\nx/y.py\n",
        "x/y.py:\n```\n",
        "**x/y.py**\n```\n",
    ] {
        let found = read(&format!("{head}{block}"));
        assert!(matches!(&found, Some(Change::SearchReplace { path, .. }) if path == "x/y.py"), "{head}: {found:?}");
    }
}

#[test]
fn an_edit_that_was_meant_and_cannot_be_read_says_why() {
    let part = "<<<<<<< SEARCH\na\n=======\nb\n";
    assert!(reason(&format!("`a.py`\n```\n{part}```\n")).contains("has no `>>>>>>> REPLACE`"));
    assert!(reason(&format!("`a.py`\n```\n{part}<<<<<<< SEARCH\nc\n=======\nd\n>>>>>>> REPLACE\n```\n")).contains("before the next"));
    assert!(reason("`a.rst`\n```\n<<<<<<< SEARCH\na\n=======\nb\n=======\nc\n>>>>>>> REPLACE\n```\n").contains("second `=======`"));
    assert!(reason(&format!("`a.py`\n```\n{part}>>>>>>> REPLACE\nand so on\n```\n")).contains("line 8 stands outside"));
    assert!(reason(&format!("Then:\n```\n{part}>>>>>>> REPLACE\n```\n")).contains("names no file"));
    assert!(reason("Make a new file main.py\n```\n<<<<<<< SEARCH\n=======\nb\n>>>>>>> REPLACE\n```\n").contains("not clear which"));
    assert!(reason("`a.py`\n```python\nx\n").contains("never closed"));
    assert!(reason("```diff\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n").contains("never closed"));
    assert!(reason("```diff\n@@ -1 +1 @@\n-a\n+b\n```\n").contains("names no file"));
}

#[test]
fn a_diff_is_an_edit_when_it_has_a_header_and_an_illustration_when_it_has_none() {
    let body = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n";
    for head in ["diff", "", "patch", "text", "js"] {
        assert_eq!(read(&format!("```{head}\n{body}```\n")), Some(Change::Diff { text: body.into(), file: None }), "{head}");
    }
    assert_eq!(read("```diff\n-old\n+new\n```\n"), None);
    assert_eq!(read(&format!("`fix.patch`\n```patch\n{body}```\n")), whole("fix.patch", body));
}

#[test]
fn the_text_of_a_block_decides_as_much_as_its_tag() {
    let hunk = "@@ -1 +1 @@\n-a\n+b\n";
    for head in ["`x.js`\n```", "```js title=\"x.js\"", "`x.js`\n```diff"] {
        let file = Some("x.js".into());
        assert_eq!(read(&format!("{head}\n{hunk}```\n")), Some(Change::Diff { text: hunk.into(), file }), "{head}");
    }
    assert!(reason("`x.js`\n```diff\n--- a/y.js\n+++ b/y.js\n@@ -1 +1 @@\n-a\n+b\n```\n").contains("for another, `y.js`"));
    assert!(reason("`x.js`\n```\n@@@ -1 -1 +1 @@@\n--a\n++b\n```\n").contains("combined diff"));
    assert!(matches!(read("```\n*** Begin Patch\n*** Add File: a\n+x\n*** End Patch\n```\n"), Some(Change::Diff { file: None, .. })));
    assert_eq!(read("`x.rb`\n```\n@@count = 1\n```\n"), whole("x.rb", "@@count = 1\n"));
}

#[test]
fn markers_of_other_tools_are_read_and_those_of_git_are_asked_about() {
    for (open, end) in [("<<<<<<< ORIGINAL", ">>>>>>> UPDATED"), ("------- SEARCH", "+++++++ REPLACE"), ("<<<<<<< OLD", ">>>>>>> NEW")] {
        let text = format!("`a.js`\n```\n{open}\na\n=======\nb\n{end}\n```\n");
        assert!(matches!(read(&text), Some(Change::SearchReplace { .. })), "{open}");
    }
    assert!(reason("`a.js`\n```\nx\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> it\n```\n").contains("conflict markers"));
    assert_eq!(read("`a.js`\n```\nx = \"<<<<<<< HEAD\";\n```\n"), whole("a.js", "x = \"<<<<<<< HEAD\";\n"));
}

#[test]
fn a_name_with_lines_or_with_a_placeholder_is_asked_about() {
    for head in ["`a/b.js:2`\n```", "`a/b.js` (lines 3-5):\n```", "```2:2:a/b.js", "```js:a/b.js:2-2", "`b.js#L3-L5`\n```"] {
        assert!(reason(&format!("{head}\nx\n```\n")).contains("not the whole file"), "{head}");
    }
    assert!(reason("`a/<name>.js`\n```\nx\n```\n").contains("placeholder"));
    assert!(reason("`~/x.js`\n```\nx\n```\n").contains("home folder"));
    assert_eq!(read("`a\\b.js`\n```\nx\n```\n"), whole("a/b.js", "x\n"));
    assert_eq!(read("`a/[id].js`\n```\nx\n```\n"), whole("a/[id].js", "x\n"));
}

#[test]
fn a_sketch_is_told_in_many_languages_and_code_is_not_one() {
    for line in
        ["// ...", "[...]", "// (unchanged)", "// der Rest bleibt unverändert", "// 其余代码不变", "// … 既存のコード …", "/* snip */"]
    {
        assert_eq!(read(&format!("`a.js`\n```\na\n{line}\n```\n")), None, "{line}");
    }
    for line in ["f(...args);", "// Loading...", "// keep the order", "// REST API", "// existing users are kept in a map"] {
        assert_eq!(read(&format!("`a.js`\n```\n{line}\n```\n")), whole("a.js", &format!("{line}\n")), "{line}");
    }
    assert_eq!(read("`a.pyi`\n```\n...\n```\n"), whole("a.pyi", "...\n"));
    let part = "`a.js`\n```\n<<<<<<< SEARCH\na\n=======\nb\n// ... existing code ...\n>>>>>>> REPLACE\n```\n";
    assert!(reason(part).contains("line 7 leaves something out"), "{}", reason(part));
}

#[test]
fn two_whole_texts_for_one_file_are_asked_about() {
    let edits = of_step(fences("`a.js`\n```\na\n```\n\n`a.js`\n```\nb\n```\n\n`b.js`\n```\nb\n```\n").iter());
    let broken: Vec<bool> = edits.iter().map(|edit| matches!(edit.change, Change::Broken { .. })).collect();
    assert_eq!(broken, [false, true, false]);
}

#[test]
fn lines_of_a_hunk_below_a_files_name_are_one_also_without_its_header() {
    let hunk = " const a = 1;\n-const b = 2;\n+const b = 3;\n";
    let diff = Change::Diff { text: format!("@@\n{hunk}"), file: Some("src/a.js".into()) };
    assert_eq!(read(&format!("**src/a.js**\n\n```diff\n{hunk}```\n")), Some(diff));
    assert_eq!(read(&format!("Look at this:\n\n```diff\n{hunk}```\n")), None);
}
