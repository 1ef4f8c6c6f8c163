//! What a person may do in the repository.

use serde::Deserialize;

use super::error::Error;
use super::repository::Repository;
use crate::domain::Login;

/// From nothing to everything, in order, so that `>= Permission::Write` can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    None,
    Read,
    Triage,
    Write,
    Maintain,
    Admin,
}

#[derive(Deserialize)]
struct Wire {
    /// `none`, `read`, `write` or `admin`: what every role amounts to.
    permission: String,
    /// GitHub's finer roles, or the name of an organisation's own.
    role_name: Option<String>,
}

impl Repository {
    /// The person's permission; `None` for a stranger and for a login that does not exist.
    pub async fn permission(&self, login: &Login) -> Result<Permission, Error> {
        let call = self.get("/repos/{owner}/{repo}/collaborators/{username}/permission", &[login]);
        let wire: Option<Wire> = self.found(&call).await?;
        Ok(wire.map_or(Permission::None, |wire| read(&wire)))
    }
}

/// The role where it is one of GitHub's; an organisation's own role counts as what it is based on.
fn read(wire: &Wire) -> Permission {
    let named = |name: &str| match name {
        "none" => Some(Permission::None),
        "read" => Some(Permission::Read),
        "triage" => Some(Permission::Triage),
        "write" => Some(Permission::Write),
        "maintain" => Some(Permission::Maintain),
        "admin" => Some(Permission::Admin),
        _ => None,
    };
    wire.role_name.as_deref().and_then(named).or_else(|| named(&wire.permission)).unwrap_or(Permission::None)
}
