//! What is talk and no answer. The rules are few and English; what they do not know is taken for an answer, as its author can say more.

/// Whether a text says anything at all: it has a letter or a digit, and is more than thanks.
pub fn says_something(text: &str) -> bool {
    text.contains(char::is_alphanumeric) && !is_thanks(text)
}

/// Whether every sentence of a text asks. "Per user? Yes." answers, "What do you mean by that?" does not.
pub fn asks_back(text: &str) -> bool {
    let own: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('>')).collect();
    let mut asked = false;
    let mut sentence = String::new();
    for c in own.join("\n").chars() {
        if matches!(c, '?' | '？') {
            asked |= sentence.contains(char::is_alphanumeric);
            sentence.clear();
        } else if matches!(c, '.' | '!' | '。' | '\n') && says_something(&sentence) {
            // A sentence may go on in the next line.
            if c != '\n' {
                return false;
            }
            sentence.push(' ');
        } else {
            sentence.push(c);
        }
    }
    asked && !says_something(&sentence)
}

/// Thanks, or a promise to look, and nothing else: a few words, all of them of that kind.
fn is_thanks(text: &str) -> bool {
    const MOST: usize = 12;
    const SAY_SO: &str =
        " thanks thank thx ty cheers look looking check checking think thinking noted hm hmm hmmm sorry later cool nice great ";
    const AND_SO: &str = " you will i ll i'll we we'll am i'm about it this that these them at into have a an let me us get back to soon today tomorrow \
        good question questions for the asking and so very much again all now first second moment need must of ";
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
        .filter(|word| !word.is_empty())
        .take(MOST + 1)
        .map(|word| format!(" {} ", word.to_lowercase().replace('’', "'")))
        .collect();
    let is = |list: &str, word: &String| list.contains(word.as_str());
    words.len() <= MOST && words.iter().any(|word| is(SAY_SO, word)) && words.iter().all(|word| is(SAY_SO, word) || is(AND_SO, word))
}
