//! A file's header: git's lines, or plain `---` and `+++`.

use super::quoting;
use super::{Origin, Unreadable};
use journeyman_domain::Mode;

/// What the header lines say, names as they are written (with or without `a/` and `b/`).
#[derive(Debug, Default)]
pub struct Header {
    /// The two names of `diff --git`, where they can be told apart.
    git: Option<(String, String)>,
    is_git: bool,
    /// `---` and `+++`; the inner `None` is `/dev/null`.
    sides: Option<(Option<String>, Option<String>)>,
    moved: Option<Origin>,
    from: Option<String>,
    to: Option<String>,
    created: bool,
    deleted: bool,
    pub old_mode: Option<Mode>,
    pub new_mode: Option<Mode>,
    pub index: Option<(String, String)>,
}

/// The names of a header once `a/` and `b/` are off.
pub struct Names {
    pub old: Option<String>,
    pub new: Option<String>,
    pub origin: Origin,
}

/// Reads the header that begins at `lines[at]`; answers it and the index of the first line of its body.
pub fn read(lines: &[&str], at: usize) -> Result<(Header, usize), Unreadable> {
    let mut header = Header::default();
    let mut next = at;
    if let Some(names) = lines.get(at).and_then(|line| line.strip_prefix("diff --git ")) {
        header.is_git = true;
        header.git = git_names(names.trim_end_matches('\r'));
        next += 1;
        while let Some(line) = lines.get(next).map(|line| line.trim_end_matches('\r')) {
            let known = header.take(line).map_err(|reason| header.fault(next, &reason))?;
            if !known {
                break;
            }
            next += 1;
        }
    }
    let side = |at: usize, mark: &str| lines.get(at).and_then(|line| line.trim_end_matches('\r').strip_prefix(mark));
    if let (Some(old), Some(new)) = (side(next, "--- "), side(next + 1, "+++ ")) {
        let read = |text: &str| quoting::timed_name(text).map(|(name, _)| Some(name).filter(|name| name != "/dev/null"));
        let fault = |at| header.fault(at, "the file's name cannot be read: it is quoted wrongly, or not UTF-8");
        header.sides = Some((read(old).ok_or_else(|| fault(next))?, read(new).ok_or_else(|| fault(next + 1))?));
        // `diff -N` writes a file that is not there with the beginning of time.
        let emptied = lines.get(next + 2).is_some_and(|hunk| hunk.starts_with("@@ -") && hunk.contains(" +0,0 @@"));
        header.deleted |= emptied && quoting::is_epoch(new);
        next += 2;
    }
    Ok((header, next))
}

impl Header {
    /// Takes in one of git's extended lines; `false` if it is none.
    fn take(&mut self, line: &str) -> Result<bool, String> {
        let mode = |text: &str| Mode::from_git(text.trim()).ok_or(format!("`{}` is no file mode", text.trim()));
        let name = |text: &str| match quoting::name(text) {
            Some((name, "")) => Ok(name),
            _ => Err("the file's name cannot be read: it is quoted wrongly, or not UTF-8".to_owned()),
        };
        if let Some(rest) = line.strip_prefix("old mode ") {
            self.old_mode = Some(mode(rest)?);
        } else if let Some(rest) = line.strip_prefix("new mode ") {
            self.new_mode = Some(mode(rest)?);
        } else if let Some(rest) = line.strip_prefix("new file mode ") {
            (self.created, self.new_mode) = (true, Some(mode(rest)?));
        } else if let Some(rest) = line.strip_prefix("deleted file mode ") {
            (self.deleted, self.old_mode) = (true, Some(mode(rest)?));
        } else if let Some(rest) = line.strip_prefix("rename from ") {
            (self.moved, self.from) = (Some(Origin::Renamed), Some(name(rest)?));
        } else if let Some(rest) = line.strip_prefix("rename to ") {
            self.to = Some(name(rest)?);
        } else if let Some(rest) = line.strip_prefix("copy from ") {
            (self.moved, self.from) = (Some(Origin::Copied), Some(name(rest)?));
        } else if let Some(rest) = line.strip_prefix("copy to ") {
            self.to = Some(name(rest)?);
        } else if let Some(rest) = line.strip_prefix("index ") {
            let (ids, mode) = rest.split_once(' ').unwrap_or((rest, ""));
            if !mode.is_empty() {
                self.old_mode = self.old_mode.or(Mode::from_git(mode));
            }
            self.index = ids.split_once("..").map(|(old, new)| (old.to_owned(), new.to_owned()));
        } else {
            return Ok(line.starts_with("similarity index ") || line.starts_with("dissimilarity index "));
        }
        Ok(true)
    }

    /// Any name in it, for a message.
    pub fn some_name(&self) -> String {
        let side = self.sides.as_ref().and_then(|(old, new)| new.clone().or_else(|| old.clone()));
        let git = self.git.as_ref().map(|(_, new)| new.clone());
        let name = self.to.clone().or_else(|| self.from.clone()).or(side).or(git).unwrap_or_default();
        let prefixed =
            self.git.as_ref().is_some_and(|(old, new)| are_prefixed(old, new, true)) || name.starts_with("a/") || name.starts_with("b/");
        unprefixed(&name, prefixed)
    }

    /// Whether its names have `a/` and `b/` before them, or another pair of git's; `None` where that cannot be told.
    pub fn prefixed(&self) -> Option<bool> {
        let moved = self.moved.is_some();
        let git = self.git.as_ref().map(|(old, new)| are_prefixed(old, new, moved));
        let Some(sides) = &self.sides else { return git };
        match sides {
            (None, None) => None,
            (Some(name), None) | (None, Some(name)) if name.starts_with('/') => None,
            (Some(old), Some(new)) if old.starts_with('/') && new.starts_with('/') => None,
            (Some(old), Some(new)) => Some(git.unwrap_or(true) && are_prefixed(old, new, moved)),
            (Some(name), None) => git.map(|git| git && has_prefix(name)).or_else(|| self.lone(name, "a/")),
            (None, Some(name)) => git.map(|git| git && has_prefix(name)).or_else(|| self.lone(name, "b/")),
        }
    }

    /// Of one name alone: a folder of one letter may be a prefix of git's.
    fn lone(&self, name: &str, usual: &str) -> Option<bool> {
        if name.starts_with(usual) { Some(true) } else { (!has_prefix(name)).then_some(false) }
    }

    /// Whether nothing in it says if its only name begins with a prefix.
    pub fn is_doubtful(&self) -> bool {
        let lone = match &self.sides {
            Some((Some(name), None) | (None, Some(name))) => has_prefix(name),
            Some((Some(_), Some(_)) | (None, None)) | None => false,
        };
        lone && self.prefixed().is_none()
    }

    /// The files before and after.
    pub fn names(&self, prefixed: bool) -> Result<Names, String> {
        let strip = |name: &String| unprefixed(name, prefixed);
        let git = self.git.as_ref().map(|(old, new)| (strip(old), strip(new)));
        let sides = self.sides.as_ref().map(|(old, new)| (old.as_ref().map(strip), new.as_ref().map(strip)));
        let (old, new) = match (self.moved, &self.from, &self.to, sides) {
            (Some(_), Some(from), Some(to), sides) => {
                if sides.is_some_and(|sides| sides != (Some(from.clone()), Some(to.clone()))) {
                    return Err("its header lines name different files".into());
                }
                (Some(from.clone()), Some(to.clone()))
            }
            (Some(_), ..) => return Err("a rename or copy needs both `from` and `to`".into()),
            (None, _, _, Some(sides)) => sides,
            (None, _, _, None) => match git {
                Some((old, new)) if old == new => (Some(old), Some(new)),
                _ => return Err("the file's name cannot be read from its `diff --git` line".into()),
            },
        };
        let old = old.filter(|_| !self.created);
        let new = new.filter(|_| !self.deleted);
        match (&old, &new) {
            (None, None) => Err("its header lines contradict each other".into()),
            (Some(old), Some(new)) if old != new && self.moved.is_none() => {
                Err(format!("it names two files, `{old}` and `{new}`, and does not say that one becomes the other"))
            }
            _ => Ok(Names { old, new, origin: self.moved.unwrap_or(Origin::Same) }),
        }
    }

    /// Whether a header alone, without any body, says something.
    pub fn stands_alone(&self) -> bool {
        self.moved.is_some() || self.created || self.deleted || (self.old_mode.is_some() && self.new_mode.is_some())
    }

    pub fn is_git(&self) -> bool {
        self.is_git
    }

    fn fault(&self, at: usize, reason: &str) -> Unreadable {
        Unreadable { line: at + 1, path: self.some_name(), reason: reason.into() }
    }
}

/// What git writes before the names of both sides, also with `diff.mnemonicPrefix` and in reverse.
const PREFIXES: [(&str, &str); 12] = [
    ("a/", "b/"),
    ("b/", "a/"),
    ("i/", "w/"),
    ("w/", "i/"),
    ("c/", "i/"),
    ("i/", "c/"),
    ("c/", "w/"),
    ("w/", "c/"),
    ("o/", "w/"),
    ("w/", "o/"),
    ("1/", "2/"),
    ("2/", "1/"),
];

fn has_prefix(name: &str) -> bool {
    PREFIXES.iter().any(|(prefix, _)| name.starts_with(prefix))
}

/// Other letters than `a` and `b` may be folders, so that the rest of both names has to be the same, but for a file that `moved`.
fn are_prefixed(old: &str, new: &str, moved: bool) -> bool {
    PREFIXES.iter().any(|(first, second)| {
        let usual = *first == "a/";
        let fit = old.starts_with(first) && new.starts_with(second);
        fit && (usual || moved || old.get(2..) == new.get(2..))
    })
}

fn unprefixed(name: &str, prefixed: bool) -> String {
    name.get(2..).filter(|_| prefixed && has_prefix(name)).unwrap_or(name).to_owned()
}

/// `a/x b/x`: quoted names end at their quotes; others are told apart by being the same but for their first folder.
fn git_names(text: &str) -> Option<(String, String)> {
    if text.starts_with('"') {
        let (old, rest) = quoting::name(text)?;
        let (new, end) = quoting::name(rest.strip_prefix(' ')?)?;
        return end.is_empty().then_some((old, new));
    }
    if text.ends_with('"') {
        let (old, quoted) = text.split_once(" \"")?;
        let (new, end) = quoting::name(&text[text.len() - quoted.len() - 1..])?;
        return end.is_empty().then_some((old.to_owned(), new));
    }
    let halves = || text.match_indices(' ').map(|(at, _)| (&text[..at], &text[at + 1..]));
    let same = |(old, new): &(&str, &str)| are_prefixed(old, new, false) && old.get(2..) == new.get(2..) || old == new;
    let either = |(old, new): &(&str, &str)| old.starts_with("a/") && new.starts_with("b/");
    let found = halves().find(same).or_else(|| halves().find(either)).or_else(|| halves().next())?;
    Some((found.0.to_owned(), found.1.to_owned()))
}
