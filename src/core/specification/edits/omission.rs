//! Lines that say that something is left out: `// … existing code …`, `<!-- the rest remains unchanged -->`, `# paste the handler here`.
//!
//! Written as it stands, a block with such a line would destroy its file, so it is a sketch and no exact edit. A text about code
//! (Markdown and the like) may show such a line as its content and is taken as it is.

mod inline;

/// What opens a comment in the languages people write, the longer ones first.
const COMMENT: [&str; 25] = [
    "{{!--", "<!--", "<%--", "{/*", "\"\"\"", "<%#", "@*", "//", "/*", "(*", "{-", "<#", "--", "dnl ", "REM ", "rem ", "#", ";;", ";",
    "%%", "%", "*", "! ", "' ", "\" ",
];
/// What ends one.
const COMMENT_END: [&str; 11] = ["--}}", "*/}", "*/", "--%>", "-->", "*)", "\"\"\"", "-}", "#>", "%>", "*@"];

/// How people say in one language that a text goes on as it was. A word that ends in `~` may go on.
struct Language {
    /// What is left out.
    parts: &'static [&'static str],
    /// What becomes of it.
    states: &'static [&'static str],
    /// What says all of it alone.
    alone: &'static [&'static str],
}

/// A row a language: English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Russian, Ukrainian, Turkish, Chinese, Japanese,
/// Korean.
#[rustfmt::skip]
const LANGUAGES: [Language; 14] = [
    Language {
        parts: &["rest of", "the rest", "remaining", "remainder", "existing", "previous code", "original code", "other methods", "other functions",
            "other code", "other imports", "everything else", "all other", "code above", "code below"],
        states: &["unchanged", "not changed", "no changes", "no change", "omitted", "elided", "snip", "snipped", "truncated", "same as before",
            "same as above", "as before", "as above", "as is", "as it is", "as it was", "as they are", "stays the same", "stay the same",
            "remains the same", "remain the same", "is the same", "remains", "keep as is", "not shown", "for brevity", "left out", "goes here"],
        alone: &["existing code", "existing code here", "existing content", "existing imports", "existing lines", "your existing code", "your code here", "previous code", "previous code here", "code continues", "code continues here", "unchanged", "unchanged lines", "unchanged code", "rest unchanged", "rest of the code", "rest of the file", "rest of file", "rest of code", "the rest", "no changes below", "no changes above", "no changes here", "implementation goes here", "implementation here", "omitted for brevity", "code omitted", "snip", "keep existing code", "keep the existing code", "keep the rest", "keep the rest as is", "existing code stays", "existing code unchanged"],
    },
    Language {
        parts: &["rest", "restlich~", "übrig~", "bestehend~", "vorhanden~", "bisherig~", "existierend~", "der code", "code"],
        states: &["unverändert", "bleibt gleich", "bleibt", "bleiben", "ausgelassen", "weggelassen", "gekürzt", "wie oben", "wie zuvor", "wie bisher", "wie vorher"],
        alone: &["vorhandener code", "bestehender code", "bisheriger code", "existierender code", "restlicher code", "sonst wie bisher", "rest wie bisher", "rest unverändert", "unverändert"],
    },
    Language {
        parts: &["le reste", "reste du", "code existant", "existant~", "autres"],
        states: &["inchangé~", "sans changement~", "omis", "omise~", "identique", "reste tel quel", "tel quel", "comme avant", "comme ci-dessus", "comme précédemment", "ne change pas"],
        alone: &["code existant", "le reste", "inchangé"],
    },
    Language {
        parts: &["el resto", "resto del", "código existente", "existente~", "restante~", "demás"],
        states: &["sin cambios", "sin cambio", "no cambia", "omitido~", "omitida~", "igual que antes", "igual que arriba", "como antes", "permanece igual", "se mantiene", "queda igual"],
        alone: &["código existente", "resto igual", "resto sin cambios", "sin cambios", "el resto igual"],
    },
    Language {
        parts: &["o resto", "resto do", "resto da", "código existente", "existente~", "restante~"],
        states: &["inalterad~", "sem alterações", "sem mudanças", "não muda", "omitid~", "igual ao anterior", "como antes", "como acima", "permanece igual", "mantém-se"],
        alone: &["código existente", "resto igual", "sem alterações"],
    },
    Language {
        parts: &["il resto", "resto del", "codice esistente", "esistent~", "rimanent~"],
        states: &["invariat~", "senza modifiche", "non cambia", "omess~", "come prima", "come sopra", "rimane uguale", "resta uguale"],
        alone: &["codice esistente", "resto invariato", "invariato"],
    },
    Language {
        parts: &["de rest", "rest van", "bestaande~", "overige~"],
        states: &["ongewijzigd", "onveranderd", "blijft gelijk", "blijft hetzelfde", "weggelaten", "zoals hierboven", "zoals voorheen", "zelfde als hierboven"],
        alone: &["bestaande code", "rest ongewijzigd", "ongewijzigd"],
    },
    Language {
        parts: &["reszta", "pozostał~", "istniejąc~"],
        states: &["bez zmian", "niezmienion~", "pominięt~", "jak wyżej", "jak poprzednio", "jak wcześniej"],
        alone: &["istniejący kod", "reszta bez zmian", "bez zmian"],
    },
    Language {
        parts: &["остальн~", "существующ~", "прежн~"],
        states: &["без изменений", "не изменя~", "не меня~", "пропущен~", "опущен~", "как раньше", "как выше", "как и раньше", "то же самое"],
        alone: &["существующий код", "остальное без изменений", "остальной код", "без изменений"],
    },
    Language {
        parts: &["решта", "інш~", "існуюч~", "наявн~"],
        states: &["без змін", "не зміню~", "пропущен~", "як раніше", "як вище", "те саме"],
        alone: &["існуючий код", "наявний код", "решта без змін", "без змін"],
    },
    Language {
        parts: &["geri kalan~", "kalan~", "mevcut~", "diğer~"],
        states: &["değişmedi", "değişmez", "değişmeden", "değişiklik yok", "aynı", "aynen", "atlandı", "yukarıdaki gibi", "önceki gibi"],
        alone: &["mevcut kod", "kalan kod", "gerisi aynı"],
    },
    Language {
        parts: &["其余", "其餘", "剩余", "剩餘", "其他", "现有", "現有", "原有", "已有", "既有", "原来", "原來"],
        states: &["不变", "不變", "省略", "同上", "同前", "略", "未更改", "未變更", "无变化", "無變化", "保留", "无需修改"],
        alone: &["现有代码", "現有程式碼", "原有代码", "既有代码", "其余代码", "其余不变"],
    },
    Language {
        parts: &["残り", "既存", "その他", "他の", "以降", "以下"],
        states: &["省略", "変更なし", "変更無し", "変わらず", "変更しない", "同じ", "同様", "そのまま", "略", "中略", "後略", "前略"],
        alone: &["既存のコード", "残りのコード", "以下同じ", "変更なし"],
    },
    Language {
        parts: &["나머지", "기존", "이하", "다른"],
        states: &["생략", "동일", "변경 없음", "변경없음", "변경되지", "그대로", "유지", "위와 같음", "이전과 같음"],
        alone: &["기존 코드", "나머지 코드", "나머지 동일", "이하 동일"],
    },
];

/// Endings of languages in which a line of three dots is no code.
const NO_CODE: &str = " js jsx mjs cjs ts tsx mts cts java rs rb go html htm css scss less json json5 sh bash kt kts swift cs scala toml sql xml vue \
    svelte php ini ";

/// The 1-based line within `content` that says in words that something is left out, if there is one.
pub fn skeleton_line(path: &str, content: &str) -> Option<usize> {
    if is_prose(path) {
        return None;
    }
    content.lines().position(says_so).map(|at| at + 1)
}

/// The same for the whole text of a file, where a comment of dots alone says it as well.
pub fn sketch_line(path: &str, content: &str) -> Option<usize> {
    if is_prose(path) {
        return in_prose(path, content);
    }
    let lines: Vec<&str> = content.lines().collect();
    let mut comment_to: Option<&str> = None;
    let found = lines.iter().enumerate().position(|(at, line)| {
        let within = comment_to.is_some();
        comment_to = open_comment(line, comment_to);
        says_so(line)
            || within && says_so(&format!("// {}", line.trim().trim_start_matches('*')))
            || is_dots(path, line) && !is_variadic(&lines, at)
            || inline::leaves_out(path, line)
    });
    found.map(|at| at + 1)
}

/// The end of the comment of several lines that is open after a line.
fn open_comment<'a>(line: &str, open: Option<&'a str>) -> Option<&'a str> {
    match open {
        Some(end) if line.contains(end) => None,
        Some(end) => Some(end),
        None => [("/*", "*/"), ("<!--", "-->")]
            .into_iter()
            .find(|(begin, end)| line.trim_start().strip_prefix(begin).is_some_and(|rest| !rest.contains(end)))
            .map(|(_, end)| end),
    }
}

/// In a text for people only what stands apart from its words: a comment, or a line in brackets; and no dots alone.
fn in_prose(path: &str, content: &str) -> Option<usize> {
    if [".patch", ".diff"].iter().any(|ending| path.to_ascii_lowercase().ends_with(ending)) {
        return None;
    }
    let mut fenced = false;
    let found = content.lines().position(|line| {
        let line = line.trim().trim_matches('_');
        fenced ^= line.starts_with("```") || line.starts_with("~~~");
        let apart = line.starts_with("<!--") || line.starts_with(['[', '(']) && line.ends_with([']', ')']);
        let words = line.chars().any(char::is_alphabetic);
        apart && words && !fenced && says_so(line) || !fenced && ["[...]", "[…]"].contains(&line)
    });
    found.map(|at| at + 1)
}

/// A text whose lines may be about code.
pub fn is_prose(path: &str) -> bool {
    let prose = [".md", ".mdx", ".markdown", ".rst", ".txt", ".adoc", ".patch", ".diff"];
    prose.iter().any(|ending| path.to_ascii_lowercase().ends_with(ending))
}

/// `// ...`, `/* … */`, `[...]`, and three dots alone where they are no code.
fn is_dots(path: &str, line: &str) -> bool {
    let line = line.trim();
    let dots = |text: &str| {
        !text.is_empty() && text.chars().all(|c| matches!(c, '.' | '…' | '⋮' | ' ')) && (text.contains("...") || text.contains(['…', '⋮']))
    };
    if let Some(said) = comment(line) {
        let bare = said.trim_matches(|c: char| matches!(c, '[' | ']' | '(' | ')' | '<' | '>' | '-' | '*' | '/' | '#'));
        return dots(bare.trim());
    }
    let bracketed = [
        "[...]",
        "[…]",
        "[....]",
        "(…)",
        "<...>",
        "[ ... ]",
        "{{ ... }}",
        "{ ... }",
        "…",
        "……",
        "⋮",
        "\"...\": \"...\"",
        "\"...\": \"...\",",
    ];
    let bracketed = bracketed.contains(&line);
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    bracketed || dots(line) && NO_CODE.contains(&format!(" {ending} "))
}

/// Three dots on a line of their own among the parameters of a function.
fn is_variadic(lines: &[&str], at: usize) -> bool {
    let is_bare = lines.get(at).is_some_and(|line| line.trim().starts_with("..."));
    let after = lines.iter().skip(at + 1).find(|line| !line.trim().is_empty());
    let before = lines.iter().take(at).rev().find(|line| !line.trim().is_empty());
    is_bare
        && before.is_some_and(|line| line.trim_end().ends_with([',', '(']))
        && after.is_some_and(|line| line.trim_start().starts_with(')'))
}

/// What stands in brackets that are the whole line: `(unchanged)`, `<existing code>`, `{{ ... }}`.
fn in_brackets(line: &str) -> Option<&str> {
    let pairs = [("{{", "}}"), ("(", ")"), ("[", "]"), ("<", ">")];
    pairs
        .into_iter()
        .find_map(|(open, close)| line.strip_prefix(open)?.strip_suffix(close))
        .filter(|inner| !inner.contains(['(', '[', '<', '{', '=', '"']))
}

/// What a comment says that is the whole line.
fn comment(line: &str) -> Option<&str> {
    let said = COMMENT.iter().find_map(|mark| line.strip_prefix(mark).filter(|rest| *mark != "*" || rest.starts_with(' ')))?.trim();
    Some(COMMENT_END.iter().find_map(|end| said.strip_suffix(end)).unwrap_or(said).trim())
}

fn says_so(line: &str) -> bool {
    let line = line.trim();
    let bare = line
        .strip_prefix("...")
        .or_else(|| line.strip_prefix('…'))
        .or_else(|| line.strip_prefix("[..."))
        .or_else(|| line.strip_prefix("[…"));
    let in_comment = comment(line).filter(|_| !line.starts_with("#[")).or_else(|| in_brackets(line));
    let Some(said) = in_comment.or(bare) else { return false };
    let words = said.split_whitespace().count();
    if words > 14 || said.chars().count() > 110 {
        return false;
    }
    let mark = |c: char| {
        c.is_whitespace()
            || matches!(c, '.' | '…' | '[' | ']' | '(' | ')' | '<' | '>' | '-' | '—' | '–' | '*' | '/' | '#' | '=' | '{' | '}')
    };
    let low = said.to_lowercase();
    let core = low.trim_matches(|c: char| mark(c) || !c.is_alphanumeric());
    let core = core.strip_prefix("todo").map_or(core, |rest| rest.trim_start_matches([':', ' ']));
    if core.starts_with("paste ") && core.contains(" here") || LANGUAGES.iter().any(|language| language.alone.contains(&core)) {
        return true;
    }
    let begins = |dots: &str| said.trim_start_matches(['[', '(', '<', '{']).starts_with(dots);
    let dotted = bare.is_some() || begins("..") || begins("…");
    let trails = said.trim_end_matches([']', ')', '>', '}', ' ']).ends_with("...")
        || said.trim_end_matches([']', ')', '>', '}', ' ']).ends_with('…');
    // "... more handlers ...", "... 20 lines"
    let counted = || core.split_whitespace().next().is_some_and(|word| word.chars().all(|c| c.is_ascii_digit())) && core.contains("line");
    if dotted && (trails || counted()) {
        return true;
    }
    let bracketed = said.starts_with(['(', '[', '<']) && said.trim_end_matches('.').ends_with([')', ']', '>']);
    LANGUAGES.iter().any(|language| {
        let part = language.parts.iter().filter_map(|word| place(core, word)).min();
        let state = language.states.iter().filter_map(|word| place(core, word)).min();
        let first = [part, state].into_iter().flatten().min();
        let Some(first) = first else { return false };
        let leads = core.get(..first).is_some_and(|before| before.split_whitespace().count() <= 1);
        let both = part.is_some() && state.is_some() && words <= 10 && leads;
        let whole = state.is_some_and(|_| language.states.iter().any(|word| core == word.trim_end_matches('~')));
        dotted
            || trails && words <= 8 && leads
            || bracketed && words <= 8
            || in_comment.is_some() && (both || whole && !["remains", "as is", "bleibt"].contains(&core))
    })
}

/// Where a word stands in a text, as a word of its own. Scripts without blanks have no such bounds.
fn place(text: &str, word: &str) -> Option<usize> {
    let (word, open) = word.strip_suffix('~').map_or((word, false), |word| (word, true));
    let bounded = word.chars().next().is_some_and(|c| c < '\u{1100}');
    text.match_indices(word).map(|(at, _)| at).find(|at| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|after| after.chars().next());
        !bounded || (!before.is_some_and(char::is_alphanumeric) && (open || !after.is_some_and(char::is_alphanumeric)))
    })
}
