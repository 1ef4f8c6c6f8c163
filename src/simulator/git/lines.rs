//! Lines within a file's hunks: where one stands in the diff, and where lines went between two commits.

/// The numbers in `@@ -old,count +new,count @@`: the first line of either side that the hunk shows.
fn starts(header: &str) -> Option<(u64, u64)> {
    let mut words = header.strip_prefix("@@ -")?.split(' ');
    let first = |text: &str| {
        let (line, count) = text.split_once(',').unwrap_or((text, "1"));
        let line = line.parse::<u64>().ok()?;
        // A side of no lines is named by the line before.
        Some(if count == "0" { line + 1 } else { line })
    };
    Some((first(words.next()?)?, first(words.next()?.strip_prefix('+')?)?))
}

/// Where a line of the new side (or of the old one) stands: how many lines below the first `@@`, and its hunk down to it.
pub(in super::super) fn find(patch: &str, new_side: bool, line: u64) -> Option<(u64, String)> {
    let (mut old, mut new, mut hunk) = (0, 0, 0);
    let lines: Vec<&str> = patch.lines().collect();
    for (at, text) in lines.iter().enumerate() {
        let (in_old, in_new) = match text.as_bytes().first() {
            Some(b'@') => {
                (old, new) = starts(text)?;
                hunk = at;
                continue;
            }
            Some(b'-') => (true, false),
            Some(b'+') => (false, true),
            Some(b'\\') => continue,
            _ => (true, true),
        };
        if (new_side && in_new && new == line) || (!new_side && in_old && old == line) {
            return Some((u64::try_from(at).ok()?, lines[hunk..=at].join("\n")));
        }
        (old, new) = (old + u64::from(in_old), new + u64::from(in_new));
    }
    None
}

/// The number that line `first` has after the patch, if no line from `first` to `last` was touched.
pub(in super::super) fn moved(patch: &str, first: u64, last: u64) -> Option<u64> {
    let (mut old, mut shift) = (0_u64, 0_i64);
    for text in patch.lines() {
        match text.as_bytes().first() {
            Some(b'@') => old = starts(text)?.0,
            Some(b'-') if (first..=last).contains(&old) => return None,
            Some(b'-') => {
                shift -= i64::from(old < first);
                old += 1;
            }
            Some(b'+') if old > first && old <= last => return None,
            Some(b'+') => shift += i64::from(old <= first),
            Some(b'\\') => {}
            _ => old += 1,
        }
    }
    first.checked_add_signed(shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &str = "@@ -1,4 +1,5 @@\n one\n-two\n+zwei\n+more\n three\n four\n@@ -10,2 +11,1 @@\n ten\n-eleven";

    #[test]
    fn a_line_is_found_on_either_side_with_its_hunk() {
        assert_eq!(find(PATCH, true, 2), Some((3, "@@ -1,4 +1,5 @@\n one\n-two\n+zwei".to_owned())));
        assert_eq!(find(PATCH, false, 2), Some((2, "@@ -1,4 +1,5 @@\n one\n-two".to_owned())));
        assert_eq!(find(PATCH, false, 11), Some((9, "@@ -10,2 +11,1 @@\n ten\n-eleven".to_owned())));
        assert_eq!((find(PATCH, true, 8), find(PATCH, true, 12)), (None, None));
    }

    #[test]
    fn lines_move_with_what_changed_above_them_and_are_lost_when_they_changed() {
        assert_eq!((moved(PATCH, 1, 1), moved(PATCH, 3, 4), moved(PATCH, 7, 7)), (Some(1), Some(4), Some(8)));
        assert_eq!((moved(PATCH, 2, 2), moved(PATCH, 1, 3), moved(PATCH, 11, 11)), (None, None, None));
        assert_eq!(moved("@@ -0,0 +1,2 @@\n+a\n+b", 1, 1), Some(3));
        assert_eq!((moved("@@ -2,0 +3 @@\n+x", 2, 3), moved("@@ -2,0 +3 @@\n+x", 3, 3)), (None, Some(4)));
    }
}
