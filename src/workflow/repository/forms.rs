//! What texts may look like, as regular expressions: the reader holds a text to them, and the schema hands them to editors.
//!
//! So they say nothing that one of both reads otherwise: no flags, no looking ahead, no classes whose members differ.

use regex::Regex;

/// A text is of a form when it is not too long, every pattern of `must` is found in it, and `never` is not.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// For people: "expected …".
    pub what: &'static str,
    /// What several of them are called.
    pub several: &'static str,
    /// Characters.
    pub most: usize,
    pub must: &'static [&'static str],
    pub never: Option<&'static str>,
}

impl Form {
    pub fn fits(&self, text: &str) -> bool {
        let found = |pattern: &str| Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text));
        text.chars().count() <= self.most && self.must.iter().all(|pattern| found(pattern)) && !self.never.is_some_and(found)
    }
}

/// GitHub cuts labels at 50 characters: https://docs.github.com/en/rest/issues/labels
pub const LABEL: Form = Form {
    what: "a label's name of 1 to 50 characters",
    several: "labels",
    most: 50,
    must: &[r"^[^\x00-\x1f\x7f]+$"],
    never: Some("^ | $"),
};

/// Accounts, those of enterprises with their underscore, and Apps. `ghost` stands for everybody who has left GitHub.
pub const LOGIN: Form = Form {
    what: "a login such as `ada`, or an App's such as `renovate[bot]`",
    several: "logins",
    most: 60,
    must: &[r"^[A-Za-z0-9][A-Za-z0-9_-]*(?:\[bot\])?$"],
    never: Some("^[Gg][Hh][Oo][Ss][Tt]$"),
};

/// What `git check-ref-format --branch` takes, short of GitHub's 255 bytes, and no name that git would read as something else.
pub const BRANCH: Form = Form {
    what: "the name of a branch, as git takes it",
    several: "branches",
    most: 200,
    must: &[r"^[^\x00-\x20\x7f~^:?*\[\\]+$"],
    never: Some(r"(?:^|/)\.|\.\.|//|@\{|\.lock(?:/|$)|^[-/]|[/.]$|^@$|^HEAD$|^refs/|^[0-9a-f]{40}$"),
};

/// Whatever issue and title stand in it, a name of a branch comes out.
pub const BRANCH_PATTERN: Form = Form {
    what: "a branch's name with `{issue}` in it, and `{title}` if wanted, each once",
    several: "patterns",
    most: 100,
    must: &[r"^(?:[A-Za-z0-9._/+=#-]|\{issue\}|\{title\})+$", r"\{issue\}"],
    never: Some(r"(?:^|/)\.|\.\.|\.\{|//|\.lock(?:/|$)|^[-/]|[/.]$|^refs/|\{issue\}.*\{issue\}|\{title\}.*\{title\}"),
};

/// Patterns of which each is also one to the library that matches them; a test tries.
const GLOB: &[&str] =
    &[r"^(?:[^\[\]{}\\\x00-\x1f\x7f]|\\[\[\]{}*?\\]|\[!?(?:0-9|a-z|A-Z|[A-Za-z0-9_.])+\]|\{[^\[\]{}\\\x00-\x1f\x7f]+\})+$"];

pub const CHECK: Form = Form {
    what: "a check's name or a pattern such as `test*`, with `\\` before a bracket that is meant",
    several: "names of checks",
    most: 200,
    must: GLOB,
    never: Some("^ | $"),
};

pub const PATH: Form = Form {
    what: "a pattern of paths such as `infra/**`, with `\\` before a bracket that is meant",
    several: "patterns of paths",
    most: 200,
    must: GLOB,
    never: Some(r"^ | $|(?:^|/)\.\.?(?:/|$)"),
};

pub const COMMAND: Form =
    Form { what: "a command of at most 4000 characters", several: "commands", most: 4000, must: &["[^ \\t\\r\\n]"], never: Some(r"\x00") };

pub const MODEL: Form = Form {
    what: "a model as `provider:model`",
    several: "models",
    most: 200,
    must: &[r"^[a-z][a-z0-9-]*:[^\x00-\x20\x7f]+$"],
    never: None,
};

/// A reference as engines take it: https://pkg.go.dev/github.com/distribution/reference
pub const IMAGE: Form = Form {
    what: "an image such as `rust:1.90` or `registry.example/team/image@sha256:…`",
    several: "images",
    most: 300,
    must: &[r"^[A-Za-z0-9][A-Za-z0-9._:/@-]*$"],
    never: Some(r"//|[:/@.-]$"),
};
