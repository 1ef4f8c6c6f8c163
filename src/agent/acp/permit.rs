//! What an agent may do when it asks: whatever stays inside the workspace, once. Pure.
//!
//! The fence is the sandbox, not this: an agent that does not ask reaches no further than one that does. What is refused here is refused
//! early and with words, so that the agent can do otherwise.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use agent_client_protocol::v1::schema::{
    PermissionOption, PermissionOptionId, PermissionOptionKind, RequestPermissionRequest, ToolCallContent, ToolKind,
};
use serde_json::Value;

use crate::guard::paths;

/// The workspace, as paths are judged.
#[derive(Debug, Clone)]
pub struct Ground {
    /// The spellings of its root: as configured, and without links.
    pub roots: Vec<PathBuf>,
    /// Files that are not to be changed.
    pub given: BTreeSet<String>,
}

impl Ground {
    /// A path of the agent's as one from the root, or what is wrong with it. Nothing is looked up on disk.
    pub fn within(&self, path: &Path) -> Result<String, String> {
        let shown = path.display();
        let plain = normal(path).ok_or_else(|| format!("{shown} leads out of the working directory"))?;
        let inner = if plain.is_absolute() {
            let found = self.roots.iter().find_map(|root| plain.strip_prefix(root).ok());
            found.ok_or_else(|| format!("{shown} is outside the working directory"))?.to_owned()
        } else {
            plain
        };
        inner.to_str().map(str::to_owned).ok_or_else(|| format!("the path {shown} is not UTF-8"))
    }

    /// The same for a file that is read.
    pub fn readable(&self, path: &Path) -> Result<String, String> {
        let inner = self.within(path)?;
        match paths::fault(&inner) {
            Some(fault) => Err(format!("the path {} {fault}", path.display())),
            None => Ok(inner),
        }
    }

    /// The same for a file that is written.
    pub fn writable(&self, path: &Path) -> Result<String, String> {
        let inner = self.readable(path)?;
        if self.given.contains(&inner) {
            return Err(format!("{inner} is as the specification gives it, and must stay so"));
        }
        Ok(inner)
    }
}

/// Without `.` and `..`; nothing if it climbs above its beginning.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                if !plain.pop() {
                    return None;
                }
            }
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => plain.push(part),
        }
    }
    Some(plain)
}

/// The option that is chosen, if one fits, and why it is a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// `None`: the request is answered as cancelled.
    pub option: Option<PermissionOptionId>,
    pub refused: Option<String>,
}

/// Decides by the call's kind and the paths that it names.
pub fn decide(request: &RequestPermissionRequest, ground: &Ground) -> Decision {
    let choose = |kinds: &[PermissionOptionKind]| {
        let of_kind = |kind: &PermissionOptionKind| request.options.iter().find(|option: &&PermissionOption| option.kind == *kind);
        kinds.iter().find_map(of_kind).map(|option| option.option_id.clone())
    };
    let refusal = objection(request, ground);
    let allowed = if refusal.is_none() { choose(&[PermissionOptionKind::AllowOnce]) } else { None };
    if let Some(option) = allowed {
        return Decision { option: Some(option), refused: None };
    }
    let refused = refusal.unwrap_or_else(|| "it can only be allowed for always".into());
    Decision { option: choose(&[PermissionOptionKind::RejectOnce, PermissionOptionKind::RejectAlways]), refused: Some(refused) }
}

fn objection(request: &RequestPermissionRequest, ground: &Ground) -> Option<String> {
    let fields = &request.tool_call.fields;
    let kind = fields.kind.unwrap_or_default();
    if kind == ToolKind::Fetch {
        return Some("there is no network".into());
    }
    let changes = matches!(kind, ToolKind::Edit | ToolKind::Delete | ToolKind::Move);
    let mut named: Vec<(PathBuf, bool)> = Vec::new();
    named.extend(fields.locations.iter().flatten().map(|location| (location.path.clone(), changes)));
    for content in fields.content.iter().flatten() {
        if let ToolCallContent::Diff(diff) = content {
            named.push((diff.path.clone(), true));
        }
    }
    // The agents' own names for the path in a call's arguments.
    for key in ["file_path", "filePath", "filepath", "path", "abs_path", "notebook_path", "cwd", "workdir", "directory"] {
        if let Some(path) = fields.raw_input.as_ref().and_then(|input| input.get(key)).and_then(Value::as_str) {
            named.push((path.into(), changes));
        }
    }
    named.iter().find_map(|(path, changes)| {
        let inner = match ground.within(path) {
            Ok(inner) if inner.is_empty() => return None,
            Ok(inner) => inner,
            Err(outside) => return Some(outside),
        };
        let judged = if *changes { ground.writable(Path::new(&inner)) } else { ground.readable(Path::new(&inner)) };
        judged.err()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use agent_client_protocol::v1::schema::{ToolCallLocation, ToolCallUpdate, ToolCallUpdateFields};

    fn ground() -> Ground {
        Ground { roots: vec!["/srv/site".into()], given: BTreeSet::from(["given.rs".to_owned()]) }
    }

    fn request(kind: ToolKind, path: &str, options: &[PermissionOptionKind]) -> RequestPermissionRequest {
        let fields = ToolCallUpdateFields::new().kind(kind).locations(vec![ToolCallLocation::new(path)]);
        let options = options.iter().map(|kind| PermissionOption::new(format!("{kind:?}"), "x", *kind)).collect();
        RequestPermissionRequest::new("s", ToolCallUpdate::new("t", fields), options)
    }

    #[test]
    fn what_stays_inside_is_allowed_once_and_the_rest_refused() {
        use PermissionOptionKind::{AllowAlways, AllowOnce, RejectAlways, RejectOnce};
        let all = [AllowAlways, RejectAlways, RejectOnce, AllowOnce];
        let chosen = |kind, path, options: &[_]| decide(&request(kind, path, options), &ground()).option.map(|id| id.0.to_string());
        let cases = [
            (ToolKind::Edit, "/srv/site/src/a.rs", "AllowOnce"),
            (ToolKind::Edit, "src/a.rs", "AllowOnce"),
            (ToolKind::Execute, "/srv/site", "AllowOnce"),
            (ToolKind::Read, "/srv/site/given.rs", "AllowOnce"),
            (ToolKind::Edit, "/srv/site/given.rs", "RejectOnce"),
            (ToolKind::Edit, "/srv/site/./x/../given.rs", "RejectOnce"),
            (ToolKind::Edit, "/srv/other/a.rs", "RejectOnce"),
            (ToolKind::Edit, "/srv/site/../other/a.rs", "RejectOnce"),
            (ToolKind::Read, "../../etc/passwd", "RejectOnce"),
            (ToolKind::Edit, "/srv/site/.git/config", "RejectOnce"),
            (ToolKind::Edit, "/srv/sited/a.rs", "RejectOnce"),
            (ToolKind::Fetch, "/srv/site/a.rs", "RejectOnce"),
        ];
        for (kind, path, expected) in cases {
            assert_eq!(chosen(kind, path, &all).as_deref(), Some(expected), "{kind:?} {path}");
        }
        assert_eq!(chosen(ToolKind::Edit, "a", &[AllowAlways, RejectAlways]).as_deref(), Some("RejectAlways"), "once, or not at all");
        assert_eq!(chosen(ToolKind::Edit, "/x", &[AllowOnce]), None);
    }

    #[test]
    fn paths_in_the_arguments_count_as_well() {
        let mut asked = request(ToolKind::Execute, "/srv/site", &[PermissionOptionKind::AllowOnce]);
        asked.tool_call.fields.raw_input = Some(serde_json::json!({"command": "ls", "workdir": "/etc"}));
        let decision = decide(&asked, &ground());
        assert!(decision.option.is_none() && decision.refused.unwrap().contains("/etc"));
    }
}
