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
        let read = |text: &str| quoting::name(text).map(|(name, _)| Some(name).filter(|name| name != "/dev/null"));
        let fault = |at| header.fault(at, "the file's name cannot be read: it is quoted wrongly, or not UTF-8");
        header.sides = Some((read(old).ok_or_else(|| fault(next))?, read(new).ok_or_else(|| fault(next + 1))?));
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
        name.strip_prefix("b/").or_else(|| name.strip_prefix("a/")).map(str::to_owned).unwrap_or(name)
    }

    /// Whether its names have `a/` and `b/` before them; `None` where that cannot be told.
    pub fn prefixed(&self) -> Option<bool> {
        if let Some((old, new)) = &self.sides {
            let absolute = |name: &Option<String>| name.as_ref().is_none_or(|name| name.starts_with('/'));
            if absolute(old) && absolute(new) {
                return None;
            }
            let fits = |name: &Option<String>, prefix| name.as_ref().is_none_or(|name| name.starts_with(prefix));
            let git = self.git.as_ref().is_none_or(|(old, new)| old.starts_with("a/") && new.starts_with("b/"));
            return Some(git && fits(old, "a/") && fits(new, "b/"));
        }
        self.git.as_ref().map(|(old, new)| old.starts_with("a/") && new.starts_with("b/"))
    }

    /// The files before and after.
    pub fn names(&self, prefixed: bool) -> Result<Names, String> {
        let strip = |name: &String, prefix: &str| -> String {
            let stripped = if prefixed { name.strip_prefix(prefix) } else { None };
            stripped.unwrap_or(name).to_owned()
        };
        let git = self.git.as_ref().map(|(old, new)| (strip(old, "a/"), strip(new, "b/")));
        let sides = self.sides.as_ref().map(|(old, new)| {
            let (old, new) = (old.as_ref().map(|name| strip(name, "a/")), new.as_ref().map(|name| strip(name, "b/")));
            (old, new)
        });
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
    let same = |(old, new): &(&str, &str)| old.strip_prefix("a/").is_some_and(|old| new.strip_prefix("b/") == Some(old)) || old == new;
    let either = |(old, new): &(&str, &str)| old.starts_with("a/") && new.starts_with("b/");
    let found = halves().find(same).or_else(|| halves().find(either)).or_else(|| halves().next())?;
    Some((found.0.to_owned(), found.1.to_owned()))
}
