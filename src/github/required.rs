//! What a branch requires before anything is merged into it: by its protection, and by rulesets.
//!
//! https://docs.github.com/en/rest/branches/branches#get-a-branch and https://docs.github.com/en/rest/repos/rules: both are read with
//! what every App has. The protection's own route wants an administrator.

use serde::Deserialize;

use super::error::Error;
use super::repository::Repository;
use crate::domain::BranchName;
use crate::workflow::verdict::RequiredCheck;

#[derive(Deserialize)]
struct Branch {
    protection: Option<Protection>,
}

#[derive(Deserialize)]
struct Protection {
    required_status_checks: Option<Statuses>,
}

#[derive(Deserialize)]
struct Statuses {
    #[serde(default)]
    contexts: Vec<String>,
    #[serde(default)]
    checks: Vec<Check>,
}

#[derive(Deserialize)]
struct Check {
    context: String,
    #[serde(alias = "integration_id")]
    app_id: Option<i64>,
}

#[derive(Deserialize)]
struct Rule {
    r#type: String,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    #[serde(default)]
    required_status_checks: Vec<Check>,
}

impl Repository {
    /// Every check that the branch requires; empty where it requires none, or is not there.
    pub async fn required_checks(&self, branch: &BranchName) -> Result<Vec<RequiredCheck>, Error> {
        let found: Option<Branch> = self.found(&self.get("/repos/{owner}/{repo}/branches/{branch}", &[branch])).await?;
        let statuses = found.and_then(|branch| branch.protection).and_then(|protection| protection.required_status_checks);
        let mut required: Vec<RequiredCheck> = Vec::new();
        let mut add = |context: String, app: Option<i64>| {
            let check = RequiredCheck { context, app: app.and_then(|app| u64::try_from(app).ok()) };
            if !required.contains(&check) {
                required.push(check);
            }
        };
        if let Some(statuses) = statuses {
            let named: Vec<String> = statuses.checks.iter().map(|check| check.context.clone()).collect();
            statuses.checks.into_iter().for_each(|check| add(check.context, check.app_id));
            statuses.contexts.into_iter().filter(|context| !named.contains(context)).for_each(|context| add(context, None));
        }
        let rules = self.get("/repos/{owner}/{repo}/rules/branches/{branch}", &[branch]);
        let rules: Vec<Vec<Rule>> = match self.pages(rules).await {
            Ok(rules) => rules,
            // Servers before rulesets do not know them.
            Err(Error::NotFound { .. }) => Vec::new(),
            Err(error) => return Err(error),
        };
        let checks = rules.into_iter().flatten().filter(|rule| rule.r#type == "required_status_checks").filter_map(|rule| rule.parameters);
        checks.flat_map(|parameters| parameters.required_status_checks).for_each(|check| add(check.context, check.app_id));
        Ok(required)
    }
}
