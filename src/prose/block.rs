//! Other people's words of several lines inside our Markdown: paragraphs, items and code, and nothing that acts.

use super::text::inline_to;
use crate::domain::is_invisible;

/// Characters of one line.
const LINE: usize = 4000;

/// Markdown of several lines. Paragraphs, items and fenced code stay what they are; headings, tables, HTML and mentions are shown as they
/// were written.
pub fn block(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let bare = line.trim();
        let ticks = bare.bytes().take_while(|byte| *byte == b'`').count();
        if ticks >= 3 && !bare.get(ticks..).unwrap_or_default().contains('`') {
            let closes = |line: &str| line.trim().len() >= ticks && line.trim().bytes().all(|byte| byte == b'`');
            out.push(fence(&lines.by_ref().take_while(|line| !closes(line)).collect::<Vec<_>>().join("\n")));
            continue;
        }
        let (mark, rest) = item(bare).unwrap_or(("", bare));
        let indent = if mark.is_empty() { 0 } else { (line.len() - line.trim_start().len()).min(6) };
        out.push(format!("{}{mark}{}", " ".repeat(indent), inline_to(rest, LINE)));
    }
    out.join("\n")
}

/// Lines of code, whatever they hold, without what nobody sees.
pub fn fence(code: &str) -> String {
    let clean = |c: &char| *c == '\n' || *c == '\t' || !c.is_control() && !is_invisible(*c);
    let code: String = code.trim_end_matches('\n').chars().filter(clean).collect();
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let mark = "`".repeat(longest.max(2) + 1);
    format!("{mark}\n{code}\n{mark}")
}

/// Finished Markdown as a quotation: whatever it holds, its lines are no headings, items or fences of the text around it.
pub fn quoted(markdown: &str) -> String {
    markdown.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// The mark of an item, and what follows it.
fn item(line: &str) -> Option<(&str, &str)> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let width = if digits == 0 { 0 } else { digits + 1 };
    let is_number = (1..=4).contains(&digits) && line.get(digits..width).is_some_and(|mark| mark == ".");
    let end = if is_number { width + 1 } else { 2 };
    let mark = line.get(..end)?;
    (is_number && mark.ends_with(' ') || matches!(mark, "- " | "* " | "+ ")).then(|| (mark, line.get(end..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_items_and_code_stay_and_nothing_acts() {
        let text = "# Big\nfor @ada:\n\n- see #5 <b>\n  - [x] `a`\n2. two\n\n````sh\n```\n<!-- x -->\n````\n| a |";
        expect_test::expect![[r#"
            \# Big
            for `@ada`:

            - see `#5` &lt;b>
              - \[x] `a`
            2. two

            ````
            ```
            <!-- x -->
            ````
            | a |"#]]
        .assert_eq(&block(text));
    }

    #[test]
    fn every_line_of_a_quotation_is_quoted() {
        assert_eq!(quoted("a\n\n# b\n"), "> a\n>\n> # b");
        assert_eq!(fence("a\n"), "```\na\n```");
    }
}
