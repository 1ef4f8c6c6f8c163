//! A text that looks like an edit of a form that is not read: written as it stands, it would destroy its file.

use super::omission::is_prose;
use crate::specification::pattern::Pattern;

/// What the text of a file looks like instead, as a reason; `None` where it looks like the file.
pub fn of(path: &str, body: &str) -> Option<&'static str> {
    if has_markers(path, body) {
        return Some(
            "it looks like the search/replace markers of a tool: the lines `<<<<<<< SEARCH`, `=======` and `>>>>>>> REPLACE` are read",
        );
    }
    has_changed_lines(path, body).then_some("its lines look like those of a diff: a block of the language `diff` is read as one")
}

/// Whether a text begins with a mark of what is to be found, and has one of what is to stand there.
fn has_markers(path: &str, body: &str) -> bool {
    static FOUND: Pattern = Pattern::new(
        r"(?i)^\s*(?:[/#;*-]{0,3}\s*)?(?:(?:<|&lt;|@|-|=|\[|\*){0,12}\s*)(?:search|find|original|old_str(?:ing)?|old_text)\s*(?:[\]>:*=-]{0,12})\s*$",
    );
    static PUT: Pattern = Pattern::new(
        r"(?i)^\s*(?:[/#;*-]{0,3}\s*)?(?:(?:>|&gt;|<|@|-|=|\+|\[|\*){0,12}\s*)(?:replace|updated|new_str(?:ing)?|new_text|replacement)\s*(?:[\]>:*=-]{0,12})\s*$",
    );
    let mut lines = body.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or_default();
    let marked = FOUND.is_in(first) || (first.trim_start().starts_with("<search>") || first.trim_start().starts_with("<old_str>"));
    let bare = first.trim().chars().all(char::is_alphanumeric);
    let ends = |line: &str| PUT.is_in(line) || line.trim_start().starts_with("<replace>") || line.trim_start().starts_with("<new_str>");
    marked && !bare && !is_prose(path) && lines.any(ends)
}

/// Whether a line that goes stands right above one that comes, nearly the same, in a language in which no line begins with such a sign.
fn has_changed_lines(path: &str, body: &str) -> bool {
    const CODE: &str = " js jsx mjs cjs ts tsx mts cts java rs go py rb c h cc cpp hpp cs kt swift scala php dart sh bash sql css scss vue svelte html \
        json toml ";
    const FEWEST_SAME: usize = 4;
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    if !CODE.contains(&format!(" {ending} ")) {
        return false;
    }
    let lines: Vec<&str> = body.lines().collect();
    lines.windows(2).any(|pair| {
        let [gone, come] = pair else { return false };
        let parts = gone.strip_prefix('-').zip(come.strip_prefix('+'));
        parts.is_some_and(|(gone, come)| {
            let (gone, come) = (gone.trim_start(), come.trim_start());
            let same = gone.chars().zip(come.chars()).take_while(|(gone, come)| gone == come).count();
            same >= FEWEST_SAME && !gone.starts_with(['-', '+'])
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_another_form_of_edit_is_no_file() {
        for markers in [
            "<<<< SEARCH\na\n====\nb\n>>>> REPLACE\n",
            "// <<<<<<< SEARCH\na\n// =======\nb\n// >>>>>>> REPLACE\n",
            "<search>a</search>\n<replace>b</replace>\n",
            "old_string:\na\nnew_string:\nb\n",
            "[SEARCH]\na\n[REPLACE]\nb\n",
            "&lt;&lt;&lt;&lt; SEARCH\na\n====\nb\n&gt;&gt;&gt;&gt; REPLACE\n",
        ] {
            assert!(of("src/a.js", markers).is_some(), "{markers}");
        }
        assert!(of("src/a.js", " const a = 1;\n-const b = 2;\n+const b = 20;\n").is_some());
        for file in ["search\nreplace\n", "x();\n", "a\n-b\n+c\n", "const find = 1;\nconst replace = 2;\n"] {
            assert_eq!(of("src/a.js", file), None, "{file}");
        }
        assert_eq!(of("a.md", "-const b = 2;\n+const b = 20;\n"), None);
    }
}
