//! What a repository configures for itself, in `.github/journeyman.yml` of its default branch. Within the server's limits: a repository
//! can choose less than the operator allows, never more.

use serde::{Deserialize, Serialize};

use super::Devcontainer;
use crate::domain::Allowance;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RepositorySettings {
    /// Who writes steps in prose; the server's choice where absent.
    pub implementer: Option<Chosen>,
    /// `provider:model`, one of those that the server allows.
    pub model: Option<String>,
    /// For one step, and for a whole run.
    pub step: Allowance,
    pub run: Allowance,
    /// Commands that fetch what the others need; they alone reach package registries.
    pub setup: Vec<String>,
    /// Commands that must pass on every step, beside those that the step names.
    pub verify: Vec<String>,
    /// Patterns of paths that change only when a step names them.
    pub protected: Vec<String>,
    /// The image in which its commands run, one of those that the server allows.
    #[serde(default)]
    pub image: Option<String>,
    /// Looked for at the base where no image is named and the server has an engine.
    #[serde(default)]
    pub devcontainer: Option<Devcontainer>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chosen {
    Model,
    Acp,
}

/// The file as people write it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    implementer: Option<Chosen>,
    model: Option<String>,
    budget: Budget,
    setup: Vec<String>,
    verify: Vec<String>,
    protected: Vec<String>,
    image: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Budget {
    step: AllowanceWritten,
    run: AllowanceWritten,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct AllowanceWritten {
    turns: Option<u32>,
    tokens: Option<u64>,
    dollars: Option<f64>,
    minutes: Option<u32>,
}

impl RepositorySettings {
    /// Where the file is.
    pub const PATH: &'static str = ".github/journeyman.yml";

    /// Reads the file. The error names the place and completes "`.github/journeyman.yml` cannot be read: …".
    pub fn read(text: &str) -> Result<Self, String> {
        if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            return Ok(Self::default());
        }
        let written: Written = serde_saphyr::from_str(text).map_err(|error| first_line(&error.to_string()))?;
        Ok(Self {
            implementer: written.implementer,
            model: written.model,
            step: allowance(&written.budget.step, "budget.step")?,
            run: allowance(&written.budget.run, "budget.run")?,
            setup: written.setup,
            verify: written.verify,
            protected: written.protected,
            image: written.image,
            devcontainer: None,
        })
    }
}

fn allowance(written: &AllowanceWritten, key: &str) -> Result<Allowance, String> {
    let micro_dollars = match written.dollars {
        Some(dollars) if !(dollars.is_finite() && (0.0..=1e9).contains(&dollars)) => {
            return Err(format!("{key}.dollars: expected an amount from 0, found {dollars}"));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 10^15")]
        Some(dollars) => Some((dollars * 1e6).round() as u64),
        None => None,
    };
    let millis = written.minutes.map(|minutes| u64::from(minutes) * 60_000);
    Ok(Allowance { turns: written.turns, tokens: written.tokens, micro_dollars, millis })
}

fn first_line(text: &str) -> String {
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or("it is no YAML").trim().chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_and_an_empty_one_sets_nothing() {
        let text = "# ours\nimplementer: acp\nmodel: anthropic:claude-x\nbudget:\n  step: {turns: 30, dollars: 1.5}\n  run:\n    minutes: 90\n\
                    setup: [npm ci]\nverify:\n  - npm test\nprotected: ['infra/**']\nimage: rust:1.90\n";
        let read = RepositorySettings::read(text).unwrap();
        assert_eq!(read.implementer, Some(Chosen::Acp));
        assert_eq!((read.step.turns, read.step.micro_dollars, read.run.millis), (Some(30), Some(1_500_000), Some(5_400_000)));
        assert_eq!(read.image.as_deref(), Some("rust:1.90"));
        assert_eq!((read.setup, read.verify), (vec!["npm ci".to_owned()], vec!["npm test".to_owned()]));
        assert_eq!(RepositorySettings::read("\n# nothing\n").unwrap(), RepositorySettings::default());
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, word) in [
            ("implementor: acp\n", "implementor"),
            ("budget: {step: {turns: many}}\n", "turns"),
            ("budget: {step: {dollars: -1}}\n", "budget.step.dollars"),
            ("setup: [\n", "line"),
        ] {
            let error = RepositorySettings::read(text).unwrap_err();
            assert!(error.contains(word) || error.contains("line 1"), "{text}: {error}");
        }
    }
}
