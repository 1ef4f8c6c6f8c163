//! What is kept of a command's output: its head and its tail, in bounded memory.

use std::collections::VecDeque;

/// Takes bytes as they come.
#[derive(Debug)]
pub struct Capture {
    half: usize,
    head: Vec<u8>,
    tail: VecDeque<u8>,
    all: usize,
}

impl Capture {
    /// `bound` is how many bytes are kept.
    pub fn new(bound: usize) -> Self {
        Self { half: bound / 2, head: Vec::new(), tail: VecDeque::new(), all: 0 }
    }

    pub fn push(&mut self, bytes: &[u8]) {
        self.all = self.all.saturating_add(bytes.len());
        let (first, rest) = bytes.split_at(bytes.len().min(self.half - self.head.len()));
        self.head.extend_from_slice(first);
        let rest = &rest[rest.len().saturating_sub(self.half)..];
        let over = (self.tail.len() + rest.len()).saturating_sub(self.half);
        self.tail.drain(..over.min(self.tail.len()));
        self.tail.extend(rest);
    }

    /// The text, and how many bytes were cut out of it. What is no UTF-8 is shown as the replacement character.
    pub fn finish(mut self) -> (String, usize) {
        let cut = self.all - self.head.len() - self.tail.len();
        let mut text = std::mem::take(&mut self.head);
        if cut > 0 {
            text.extend_from_slice(format!("\n[{cut} bytes of output cut out here]\n").as_bytes());
        }
        text.extend(&self.tail);
        (String::from_utf8_lossy(&text).into_owned(), cut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captured(bound: usize, pieces: &[&[u8]]) -> (String, usize) {
        let mut capture = Capture::new(bound);
        pieces.iter().for_each(|piece| capture.push(piece));
        capture.finish()
    }

    #[test]
    fn short_output_is_kept_whole() {
        assert_eq!(captured(10, &[b"abc", b"defghij"]), ("abcdefghij".into(), 0));
        assert_eq!(captured(10, &[]), (String::new(), 0));
    }

    #[test]
    fn of_long_output_head_and_tail_are_kept_however_it_comes() {
        let all: Vec<u8> = (0..100).map(|n| b'a' + n % 26).collect();
        let expected = ("abcde\n[90 bytes of output cut out here]\nrstuv".to_owned(), 90);
        assert_eq!(captured(10, &[&all]), expected);
        assert_eq!(captured(10, &all.chunks(1).collect::<Vec<_>>()), expected);
        assert_eq!(captured(10, &all.chunks(7).collect::<Vec<_>>()), expected);
    }

    #[test]
    fn what_is_no_text_is_shown_as_such() {
        assert_eq!(captured(10, &[b"a\xff\xfeb"]).0, "a\u{fffd}\u{fffd}b");
        assert_eq!(captured(0, &[b"abc"]).1, 3);
    }
}
