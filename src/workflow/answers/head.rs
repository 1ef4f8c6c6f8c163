//! How people number their answers: `2: …`, `2. …`, `2) …`, `Q2: …`, `**2.** …`, `#2 …`, `1 and 3: …`, `1-3: …`, `all: …`, `yes to all`.

/// The beginning of a line that says which question it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub which: Which,
    /// It is written as Markdown writes a list: `1.` or `1)`.
    pub is_list: bool,
    /// No delimiter follows: `#2 yes` is an answer, `#12 has the same` speaks of an issue.
    pub is_bare: bool,
    /// White space before it, in characters.
    pub indent: usize,
    /// Where the answer begins, in bytes of the line.
    pub text_at: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    All,
    Numbers(Vec<usize>),
    /// Both ends included.
    Range(usize, usize),
}

/// At most so many numbers at the start of a line.
const MOST: usize = 50;

/// The head of a line, if it has one.
pub fn of(line: &str) -> Option<Head> {
    let indent = line.chars().take_while(|c| c.is_whitespace()).count();
    let mut rest = Rest { line, at: line.len() - line.trim_start().len() };
    if to_all(line) {
        return Some(Head { which: Which::All, is_list: false, is_bare: false, indent, text_at: rest.at });
    }
    if rest.takes(&["- ", "* ", "+ ", "• "]) {
        rest.spaces();
    }
    let bold = rest.run('*').max(rest.run('_'));
    let named = ["question", "answer to question", "answer to", "answer", "re", "q", "a"].iter().any(|word| rest.word(word));
    let sharp = rest.takes(&["#"]);
    let which = match rest.number() {
        Some(first) => rest.numbers(first)?,
        None if !named && !sharp && rest.word("all") => {
            rest.word("of them");
            Which::All
        }
        None => return None,
    };
    let closed = bold > 0 && rest.run('*').max(rest.run('_')) > 0;
    let before = rest.at;
    rest.spaces();
    let delimiter = rest.char();
    let is_list = matches!(delimiter, Some('.' | ')' | '．' | '）' | '。' | '、')) && !named && !sharp;
    let mut is_bare = false;
    match delimiter {
        Some(':' | '：' | '.' | ')' | '．' | '）' | '。' | '、') => rest.step(),
        Some('-' | '–' | '—' | '=' | '→') if rest.at > before && which != Which::All => {
            rest.step();
            if !rest.char().is_none_or(char::is_whitespace) {
                return None;
            }
        }
        // `#2 yes`, `Q2 yes`, `**2** yes`.
        Some(_) | None if (sharp || named || closed) && (rest.at > before || delimiter.is_none()) => is_bare = true,
        Some(_) | None => return None,
    }
    let colon = matches!(delimiter, Some(':' | '：'));
    let wide = matches!(delimiter, Some('：' | '．' | '）' | '。' | '、'));
    rest.run('*');
    rest.run('_');
    // `1.5 seconds` and `10:30` are no answers to a question.
    let after = rest.char();
    let apart = wide || bold > 0 || after.is_none_or(char::is_whitespace) || (colon && !after.is_some_and(|c| c.is_ascii_digit()));
    if matches!(delimiter, Some(':' | '：' | '.' | ')' | '．' | '）')) && !apart {
        return None;
    }
    rest.spaces();
    Some(Head { which, is_list, is_bare, indent, text_at: rest.at })
}

/// `yes to all`, `Same answer to all questions.`
fn to_all(line: &str) -> bool {
    const LONGEST: usize = 60;
    let line = line.trim();
    if line.len() > LONGEST {
        return false;
    }
    let words: Vec<String> =
        line.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ends = |ending: &[&str]| words.len() > ending.len() && words.ends_with(ending);
    words.len() <= 6
        && ["to", "for"]
            .iter()
            .any(|to| ends(&[to, "all"]) || ends(&[to, "all", "questions"]) || ends(&[to, "all", "of", "them"]) || ends(&[to, "both"]))
}

/// What is left of a line.
struct Rest<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Rest<'a> {
    fn text(&self) -> &'a str {
        self.line.get(self.at..).unwrap_or_default()
    }

    fn char(&self) -> Option<char> {
        self.text().chars().next()
    }

    fn step(&mut self) {
        self.at += self.char().map_or(0, char::len_utf8);
    }

    fn spaces(&mut self) {
        self.at += self.text().len() - self.text().trim_start().len();
    }

    fn takes(&mut self, starts: &[&str]) -> bool {
        let found = starts.iter().find(|start| self.text().starts_with(**start));
        self.at += found.map_or(0, |start| start.len());
        found.is_some()
    }

    /// Passes over a run of a mark of emphasis; answers how long it is.
    fn run(&mut self, mark: char) -> usize {
        let length = self.text().chars().take_while(|c| *c == mark).count();
        self.at += length * mark.len_utf8();
        length
    }

    /// Passes over a word and the white space after it. A word of several letters has to stand alone.
    fn word(&mut self, word: &str) -> bool {
        let text = self.text();
        let Some(found) = text.get(..word.len()).filter(|found| found.eq_ignore_ascii_case(word)) else { return false };
        let rest = text.get(found.len()..).unwrap_or_default();
        let alone = word.len() == 1 && rest.starts_with(|c: char| digit(c).is_some()) || !rest.starts_with(char::is_alphanumeric);
        if alone || rest.starts_with(|c: char| digit(c).is_some()) {
            self.at += found.len();
            self.spaces();
            return true;
        }
        false
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        let mut digits = 0;
        while let Some(value) = self.char().and_then(digit) {
            number = number * 10 + value;
            digits += 1;
            if digits > 4 {
                return None;
            }
            self.step();
        }
        (digits > 0).then_some(number)
    }

    /// The numbers that follow the first one.
    fn numbers(&mut self, first: usize) -> Option<Which> {
        let from = self.at;
        self.spaces();
        if self.takes(&["-", "–", "—", "~"]) || self.word("to") {
            self.spaces();
            self.takes(&["#"]);
            self.word("q");
            if let Some(to) = self.number() {
                return (first < to).then_some(Which::Range(first, to));
            }
        }
        self.at = from;
        let mut numbers = vec![first];
        loop {
            let from = self.at;
            self.spaces();
            let comma = self.takes(&[",", "&", "+", "/", "、", "，"]);
            self.spaces();
            let and = self.word("and");
            self.takes(&["#"]);
            self.word("q");
            match self.number().filter(|_| comma || and) {
                Some(number) if numbers.len() < MOST => numbers.push(number),
                Some(_) => return None,
                None => {
                    self.at = from;
                    break;
                }
            }
        }
        Some(Which::Numbers(numbers))
    }
}

fn digit(c: char) -> Option<usize> {
    let wide = u32::from(c).checked_sub(u32::from('０')).filter(|value| *value < 10);
    c.to_digit(10).or(wide).and_then(|value| usize::try_from(value).ok())
}
