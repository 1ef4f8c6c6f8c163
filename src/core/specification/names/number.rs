//! Numbers as people write them: Roman, in words, as ideographs, as emoji.

/// The number in digits, where it is one; else as it stands.
pub fn arabic(number: &str) -> String {
    let value = in_words(number).or_else(|| roman(number)).or_else(|| ideographs(number));
    value.map_or_else(|| number.to_owned(), |value| value.to_string())
}

fn in_words(number: &str) -> Option<usize> {
    const WORDS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    const ORDINALS: [&str; 10] = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    let low = number.to_lowercase();
    [WORDS, ORDINALS].iter().find_map(|list| list.iter().position(|word| *word == low)).map(|at| at + 1)
}

/// `I` to `XXXIX`, in its usual form only.
fn roman(number: &str) -> Option<usize> {
    const SIGNS: [(&str, usize); 5] = [("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1)];
    let (mut rest, mut value) = (number, 0);
    while !rest.is_empty() {
        let (sign, worth) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign))?;
        rest = rest.get(sign.len()..)?;
        value += worth;
        if value > 39 {
            return None;
        }
    }
    (value > 0 && of(value) == number).then_some(value)
}

fn of(mut value: usize) -> String {
    const SIGNS: [(&str, usize); 5] = [("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1)];
    let mut text = String::new();
    for (sign, worth) in SIGNS {
        while value >= worth {
            text.push_str(sign);
            value -= worth;
        }
    }
    text
}

fn ideographs(number: &str) -> Option<usize> {
    const DIGITS: &str = "一二三四五六七八九";
    let value = |char: char| DIGITS.chars().position(|digit| digit == char).map(|at| at + 1);
    let chars: Vec<char> = number.chars().collect();
    match chars.as_slice() {
        ['十'] => Some(10),
        ['十', ones] => Some(10 + value(*ones)?),
        [tens, '十'] => Some(10 * value(*tens)?),
        [tens, '十', ones] => Some(10 * value(*tens)? + value(*ones)?),
        [one] => value(*one),
        _ => None,
    }
}

/// The text with a number that is drawn (`1️⃣`, `①`) as digits and a full stop.
pub fn plain_digits(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '0'..='9' => {
                plain.push(char);
                let mut ahead = chars.clone();
                let keycap = match ahead.next() {
                    Some('\u{fe0f}') => ahead.next() == Some('\u{20e3}'),
                    other => other == Some('\u{20e3}'),
                };
                if keycap {
                    chars = ahead;
                    // Two of them are one number.
                    if !chars.peek().is_some_and(char::is_ascii_digit) {
                        plain.push('.');
                    }
                }
            }
            '🔟' => plain.push_str("10."),
            '①'..='⑳' => plain.push_str(&format!("{}.", u32::from(char) - u32::from('①') + 1)),
            _ => plain.push(char),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_however_they_are_written() {
        for (written, number) in [("II", "2"), ("IX", "9"), ("IIII", "IIII"), ("three", "3"), ("二十一", "21"), ("十二", "12"), ("A", "A")]
        {
            assert_eq!(arabic(written), number);
        }
        assert_eq!(plain_digits("1\u{fe0f}\u{20e3} One"), "1. One");
        assert_eq!(plain_digits("1\u{20e3}0\u{20e3} Ten"), "10. Ten");
        assert_eq!(plain_digits("③ Three"), "3. Three");
    }
}
