//! What an implementer is given of the documents: whole, as far as they fit.

use super::shapes::{Part, part};

/// The documents one after the other, what is wanted and how before the list of steps, each below a line with its path. At most `most`
/// bytes: what does not fit is cut off at a line and said to be.
pub fn context<P: AsRef<str>, T: AsRef<str>>(files: &[(P, T)], most: usize) -> String {
    let mut order: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_ref(), text.as_ref())).collect();
    order.sort_by_key(|(path, _)| match part(path) {
        Part::Requirements => 0,
        Part::Design => 1,
        Part::Tasks => 2,
        Part::Background => 3,
    });
    let mut out = String::new();
    for (path, text) in order {
        let text = text.trim_start_matches('\u{feff}').trim();
        let heading = format!("{}===== {path} =====\n\n", if out.is_empty() { "" } else { "\n\n" });
        let room = most.saturating_sub(out.len() + heading.len() + CUT.len());
        if text.len() <= room {
            out = out + &heading + text;
        } else if room > 0 {
            let end = (0..=room).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
            let kept = text.get(..end).unwrap_or_default();
            let kept = kept.rsplit_once('\n').map_or(kept, |(lines, _)| lines);
            return out + &heading + kept + CUT;
        } else {
            return out;
        }
    }
    out
}

const CUT: &str = "\n(cut off here)";
