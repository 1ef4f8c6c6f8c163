//! Every key there is: its name, what it means, an example, what it takes and where that goes.

use super::forms::{self, Form};
use super::{Chosen, CommitForm, RepositorySettings};

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    pub name: &'static str,
    /// One sentence without its full stop, for people.
    pub about: &'static str,
    /// A value as it stands in the file; empty for a table, whose keys have their own.
    pub example: &'static str,
    pub kind: Kind,
}

type Settings = RepositorySettings;

/// A word, and what it sets.
type Word = (&'static str, fn(&mut Settings));

/// What a key takes, and where what was read goes.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// One of a few words.
    Word(&'static [Word]),
    Text(Form, fn(&mut Settings, String)),
    Texts(Form, fn(&mut Settings, Vec<String>)),
    Flag(fn(&mut Settings, bool)),
    /// From 1.
    Whole {
        most: u64,
        put: fn(&mut Settings, u64),
    },
    /// US dollars from 0; handed on as millionths.
    Dollars {
        most: u64,
        put: fn(&mut Settings, u64),
    },
    Table(&'static [Key]),
}

impl Kind {
    /// The keys of a table.
    pub fn inner(&self) -> Option<&'static [Key]> {
        if let Kind::Table(keys) = self { Some(keys) } else { None }
    }
}

/// The keys of an allowance, which go to the settings' field of this name.
macro_rules! allowance {
    ($field:ident) => {
        &[
            Key {
                name: "turns",
                about: "answers of the model",
                example: "40",
                kind: Kind::Whole { most: 1_000_000, put: |s, turns| s.$field.turns = u32::try_from(turns).ok() },
            },
            Key {
                name: "tokens",
                about: "tokens, those sent and those received",
                example: "3000000",
                kind: Kind::Whole { most: 1_000_000_000_000, put: |s, tokens| s.$field.tokens = Some(tokens) },
            },
            Key {
                name: "dollars",
                about: "US dollars",
                example: "2.50",
                kind: Kind::Dollars { most: 1_000_000, put: |s, millionths| s.$field.micro_dollars = Some(millionths) },
            },
            Key {
                name: "minutes",
                about: "minutes of work",
                example: "30",
                kind: Kind::Whole { most: 1_000_000, put: |s, minutes| s.$field.millis = Some(minutes * 60_000) },
            },
        ]
    };
}

/// In the order in which they are shown.
pub const KEYS: &[Key] = &[
    Key {
        name: "label",
        about: "the label that starts a run, instead of the server's",
        example: "implement",
        kind: Kind::Text(forms::LABEL, |s, label| s.label = Some(label)),
    },
    Key {
        name: "steer",
        about: "who may start and steer runs beside those who may write to the repository; Apps as `name[bot]`",
        example: "[ada, 'planner[bot]']",
        kind: Kind::Texts(forms::LOGIN, |s, logins| s.steer = logins.into_iter().map(crate::domain::Login::new).collect()),
    },
    Key {
        name: "base",
        about: "the branch to build on and to open pull requests against, instead of the default branch",
        example: "develop",
        kind: Kind::Text(forms::BRANCH, |s, name| s.base = Some(crate::domain::BranchName::new(name))),
    },
    Key {
        name: "branch",
        about: "the name of a run's branch, with the issue's number and words of its title; `journeyman/{issue}-{title}` if absent",
        example: "'feature/{issue}-{title}'",
        kind: Kind::Text(forms::BRANCH_PATTERN, |s, pattern| s.branch = Some(pattern)),
    },
    Key {
        name: "commit",
        about: "how commit messages begin: `plain` (the step's title, the default), or `conventional` (Conventional Commits 1.0)",
        example: "conventional",
        kind: Kind::Word(&[("plain", |s| s.commit = CommitForm::Plain), ("conventional", |s| s.commit = CommitForm::Conventional)]),
    },
    Key {
        name: "checks",
        about: "names or patterns of the checks that count for a verdict; all count if absent",
        example: "[build, 'test*']",
        kind: Kind::Texts(forms::CHECK, |s, patterns| s.checks = patterns),
    },
    Key {
        name: "ci",
        about: "how a run goes along with CI",
        example: "",
        kind: Kind::Table(&[Key {
            name: "wait",
            about: "`step`: a step's checks pass before the next is written (the default); `end`: all steps are written, and then waited for",
            example: "end",
            kind: Kind::Word(&[("step", |s| s.waits_at_end = false), ("end", |s| s.waits_at_end = true)]),
        }]),
    },
    Key {
        name: "approve_plan",
        about: "whether building waits until somebody who may steer comments `/journeyman approve`",
        example: "true",
        kind: Kind::Flag(|s, yes| s.approve_plan = yes),
    },
    Key {
        name: "setup",
        about: "commands that fetch what the others need; they alone reach package registries",
        example: "[npm ci]",
        kind: Kind::Texts(forms::COMMAND, |s, commands| s.setup = commands),
    },
    Key {
        name: "verify",
        about: "commands that must pass on every step in prose, beside those that the step names",
        example: "[npm test]",
        kind: Kind::Texts(forms::COMMAND, |s, commands| s.verify = commands),
    },
    Key {
        name: "image",
        about: "the image in whose containers commands run, one of those that the server allows",
        example: "rust:1.90",
        kind: Kind::Text(forms::IMAGE, |s, image| s.image = Some(image)),
    },
    Key {
        name: "protected",
        about: "patterns of paths that change only where a step names them",
        example: "['infra/**']",
        kind: Kind::Texts(forms::PATH, |s, patterns| s.protected = patterns),
    },
    Key {
        name: "implementer",
        about: "who writes steps in prose: `model`, or `acp`, the server's agent; the server's choice if absent",
        example: "model",
        kind: Kind::Word(&[("model", |s| s.implementer = Some(Chosen::Model)), ("acp", |s| s.implementer = Some(Chosen::Acp))]),
    },
    Key {
        name: "model",
        about: "the model, one of those that the server allows",
        example: "anthropic:MODEL",
        kind: Kind::Text(forms::MODEL, |s, name| s.model = Some(name)),
    },
    Key {
        name: "budget",
        about: "what models may cost here, within what the server allows",
        example: "",
        kind: Kind::Table(&[
            Key { name: "step", about: "what one step may cost", example: "", kind: Kind::Table(allowance!(step)) },
            Key { name: "run", about: "what a whole run may cost", example: "", kind: Kind::Table(allowance!(run)) },
        ]),
    },
];
