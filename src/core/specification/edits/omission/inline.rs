//! Words and dots within a line of code that leave something out: `fn f() { ... }`, `class A { /* unchanged */ }`, `a(); // ...`.

use super::says_so;
use crate::specification::pattern::Pattern;

/// Whether a line of code has a part that only stands for other code.
pub fn leaves_out(path: &str, line: &str) -> bool {
    static BODY: Pattern = Pattern::new(r"\{\s*(?:\.\.\.|…)\s*\}");
    static LIST: Pattern = Pattern::new(r"[\[(,]\s*(?:\.\.\.|…)\s*[\])]");
    static AFTER: Pattern = Pattern::new(r"[;{}),]\s*//\s*(?:\.\.\.|…)\s*$");
    static COMMENT: Pattern = Pattern::new(r"/\*(?P<said>.*?)\*/");
    const SPREADS: &str = " js jsx mjs cjs ts tsx mts cts json jsonc json5 ";
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let is = |endings: &str| endings.contains(&format!(" {ending} "));
    let quoted = |text: &str| text.contains(['"', '\'', '`']);
    if !line.contains("...") && !line.contains('…') && !line.contains("/*") {
        return false;
    }
    let dots = |said: &str| !said.trim().is_empty() && said.trim().chars().all(|c| matches!(c, '.' | '…' | ' '));
    !quoted(line) && (BODY.is_in(line) && is(super::NO_CODE) || LIST.is_in(line) && is(SPREADS))
        || AFTER.is_in(line)
        || COMMENT
            .all(line)
            .iter()
            .filter_map(|found| found.name("said"))
            .any(|said| dots(said.as_str()) || says_so(&format!("/* {} */", said.as_str())))
}
