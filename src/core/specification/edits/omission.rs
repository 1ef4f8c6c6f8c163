//! Lines that say that something is left out: `// … existing code …`, `<!-- the rest remains unchanged -->`, `# paste the handler here`.
//!
//! Written as it stands, a block with such a line would destroy its file, so it is a sketch and no exact edit. A text about code
//! (Markdown and the like) may show such a line as its content and is taken as it is.

/// What opens a comment in the languages people write.
const COMMENT: [&str; 12] = ["//", "#", "--", "/*", "<!--", ";", "%", "{/*", "\"\"\"", "(*", "<%--", "*"];
/// What ends one.
const COMMENT_END: [&str; 6] = ["*/}", "*/", "--%>", "-->", "*)", "\"\"\""];

/// How people say in one language that a text goes on as it was. A word that ends in `~` may go on.
struct Language {
    /// What is left out.
    parts: &'static [&'static str],
    /// What becomes of it.
    states: &'static [&'static str],
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
            "remains the same", "remain the same", "is the same", "remains", "keep", "not shown", "for brevity", "left out", "goes here"],
    },
    Language {
        parts: &["rest", "restlich~", "übrig~", "bestehend~", "vorhanden~", "bisherig~", "existierend~", "der code", "code"],
        states: &["unverändert", "bleibt gleich", "bleibt", "bleiben", "ausgelassen", "weggelassen", "gekürzt", "wie oben", "wie zuvor", "wie bisher", "wie vorher"],
    },
    Language {
        parts: &["le reste", "reste du", "code existant", "existant~", "autres"],
        states: &["inchangé~", "sans changement~", "omis", "omise~", "identique", "reste tel quel", "tel quel", "comme avant", "comme ci-dessus", "comme précédemment", "ne change pas"],
    },
    Language {
        parts: &["el resto", "resto del", "código existente", "existente~", "restante~", "demás"],
        states: &["sin cambios", "sin cambio", "no cambia", "omitido~", "omitida~", "igual que antes", "igual que arriba", "como antes", "permanece igual", "se mantiene", "queda igual"],
    },
    Language {
        parts: &["o resto", "resto do", "resto da", "código existente", "existente~", "restante~"],
        states: &["inalterad~", "sem alterações", "sem mudanças", "não muda", "omitid~", "igual ao anterior", "como antes", "como acima", "permanece igual", "mantém-se"],
    },
    Language {
        parts: &["il resto", "resto del", "codice esistente", "esistent~", "rimanent~"],
        states: &["invariat~", "senza modifiche", "non cambia", "omess~", "come prima", "come sopra", "rimane uguale", "resta uguale"],
    },
    Language {
        parts: &["de rest", "rest van", "bestaande~", "overige~"],
        states: &["ongewijzigd", "onveranderd", "blijft gelijk", "blijft hetzelfde", "weggelaten", "zoals hierboven", "zoals voorheen", "zelfde als hierboven"],
    },
    Language {
        parts: &["reszta", "pozostał~", "istniejąc~"],
        states: &["bez zmian", "niezmienion~", "pominięt~", "jak wyżej", "jak poprzednio", "jak wcześniej"],
    },
    Language {
        parts: &["остальн~", "существующ~", "прежн~"],
        states: &["без изменений", "не изменя~", "не меня~", "пропущен~", "опущен~", "как раньше", "как выше", "как и раньше", "то же самое"],
    },
    Language {
        parts: &["решта", "інш~", "існуюч~", "наявн~"],
        states: &["без змін", "не зміню~", "пропущен~", "як раніше", "як вище", "те саме"],
    },
    Language {
        parts: &["geri kalan~", "kalan~", "mevcut~", "diğer~"],
        states: &["değişmedi", "değişmez", "değişmeden", "değişiklik yok", "aynı", "aynen", "atlandı", "yukarıdaki gibi", "önceki gibi"],
    },
    Language {
        parts: &["其余", "其餘", "剩余", "剩餘", "其他", "现有", "現有", "原有", "已有", "既有", "原来", "原來"],
        states: &["不变", "不變", "省略", "同上", "同前", "略", "未更改", "未變更", "无变化", "無變化", "保留", "无需修改"],
    },
    Language {
        parts: &["残り", "既存", "その他", "他の", "以降", "以下"],
        states: &["省略", "変更なし", "変更無し", "変わらず", "変更しない", "同じ", "同様", "そのまま", "略", "中略", "後略", "前略"],
    },
    Language {
        parts: &["나머지", "기존", "이하", "다른"],
        states: &["생략", "동일", "변경 없음", "변경없음", "변경되지", "그대로", "유지", "위와 같음", "이전과 같음"],
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
        return None;
    }
    let lines: Vec<&str> = content.lines().collect();
    let found = lines.iter().enumerate().position(|(at, line)| says_so(line) || is_dots(path, line) && !is_variadic(&lines, at));
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
    let dots =
        |text: &str| !text.is_empty() && text.chars().all(|c| matches!(c, '.' | '…' | ' ')) && (text.contains("...") || text.contains('…'));
    if let Some(said) = comment(line) {
        let bare = said.trim_matches(|c: char| matches!(c, '[' | ']' | '(' | ')' | '<' | '>' | '-' | '*' | '/' | '#'));
        return dots(bare.trim());
    }
    let bracketed = ["[...]", "[…]", "[....]", "(…)", "<...>", "[ ... ]", "…", "……"].contains(&line);
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
    let in_comment = comment(line).filter(|_| !line.starts_with("#["));
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
    let core = low.trim_matches(mark);
    if core.starts_with("paste ") && core.contains(" here") {
        return true;
    }
    let begins = |dots: &str| said.trim_start_matches(['[', '(', '<', '{']).starts_with(dots);
    let dotted = bare.is_some() || begins("...") || begins("…");
    let trails = said.trim_end_matches([']', ')', '>', '}', ' ']).ends_with("...")
        || said.trim_end_matches([']', ')', '>', '}', ' ']).ends_with('…');
    let bracketed = said.starts_with(['(', '[', '<']) && said.trim_end_matches('.').ends_with([')', ']', '>']);
    LANGUAGES.iter().any(|language| {
        let part = language.parts.iter().filter_map(|word| place(core, word)).min();
        let state = language.states.iter().filter_map(|word| place(core, word)).min();
        let first = [part, state].into_iter().flatten().min();
        let Some(first) = first else { return false };
        let leads = core.get(..first).is_some_and(|before| before.split_whitespace().count() <= 1);
        let both = part.is_some() && state.is_some() && words <= 10 && leads;
        let whole = state.is_some_and(|_| language.states.iter().any(|word| core == word.trim_end_matches('~')));
        let known =
            ["existing code", "existing code here", "existing content", "omitted for brevity", "code omitted", "snip"].contains(&core);
        dotted
            || trails && words <= 8 && leads
            || bracketed && words <= 8
            || in_comment.is_some() && (both || whole && !["keep", "remains", "as is", "bleibt"].contains(&core) || known)
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
