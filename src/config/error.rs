//! What is wrong with a configuration: all of it at once, a line each.

use std::fmt;

/// One thing to mend: where it stands, which key it is about, and what was expected. Never a secret's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `journeyman.toml:3` or `JOURNEYMAN_APP_ID`; absent when the thing stands nowhere.
    pub origin: Option<String>,
    /// The key in dotted form, or empty when the whole file is meant.
    pub key: String,
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [self.origin.as_deref().unwrap_or_default(), &self.key, &self.what];
        let line = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
        // A file's name or a value may hold a line break; the message stays one line.
        f.write_str(&line.replace(|c: char| c.is_control(), " "))
    }
}

/// The configuration cannot be used until a person has mended it. Shown as one line for each problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub problems: Vec<Problem>,
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}
