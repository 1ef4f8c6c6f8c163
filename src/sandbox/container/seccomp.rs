//! An engine's own seccomp profile, narrowed: what the floor refuses a command is taken out of what the engine would allow it, above
//! all user namespaces, in which it could do to the kernel what root can. Pure.
//!
//! The format is that of containers-common (`seccomp.json(5)`), which is Docker's.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::sandbox::syscalls::{self, NAMESPACES, Sockets};

/// Newer than any Landlock that hides something from the table.
const ANY_LANDLOCK: i32 = i32::MAX;

/// The same profile without it. The error says what is wrong with the text.
pub fn narrowed(text: &str) -> Result<String, String> {
    let mut profile: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let rules = profile.get_mut("syscalls").and_then(Value::as_array_mut).ok_or("it has no list of calls")?;
    let name = |refusal: &syscalls::Refusal| refusal.name.trim_start_matches("SYS_").to_owned();
    let mut refused: BTreeSet<String> =
        syscalls::refused(Sockets::Inside, ANY_LANDLOCK).iter().filter(|refusal| refusal.when.is_empty()).map(name).collect();
    refused.insert("unshare".into());
    let missing: BTreeSet<String> = syscalls::missing().iter().map(name).collect();
    let is_ours = |name: &Value| name.as_str().is_some_and(|name| name == "clone" || refused.contains(name) || missing.contains(name));
    for rule in rules.iter_mut() {
        if let Some(names) = rule.get_mut("names").and_then(Value::as_array_mut) {
            names.retain(|name| !is_ours(name));
        }
    }
    rules.retain(|rule| rule.get("names").and_then(Value::as_array).is_some_and(|names| !names.is_empty()));
    let none_of_these: u64 = NAMESPACES.iter().sum();
    rules.push(json!({"names": ["clone"], "action": "SCMP_ACT_ALLOW",
                      "args": [{"index": 0, "value": none_of_these, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]}));
    rules.push(json!({"names": refused, "action": "SCMP_ACT_ERRNO", "errnoRet": libc::EPERM}));
    rules.push(json!({"names": missing, "action": "SCMP_ACT_ERRNO", "errnoRet": libc::ENOSYS}));
    Ok(profile.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_floor_refuses_is_allowed_by_no_rule_and_everything_else_stays() {
        let text = json!({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
            {"names": ["read", "clone", "clone3", "unshare", "keyctl"], "action": "SCMP_ACT_ALLOW", "args": []},
            {"names": ["modify_ldt"], "action": "SCMP_ACT_ALLOW", "includes": {"arches": ["amd64"]}},
            {"names": ["mount"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN"]}},
        ]});
        let narrow: Value = serde_json::from_str(&narrowed(&text.to_string()).unwrap()).unwrap();
        let rules = narrow["syscalls"].as_array().unwrap();
        assert_eq!(rules[0], json!({"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": []}));
        let allowed = |name: &str| {
            let named = |rule: &&Value| rule["names"].as_array().unwrap().contains(&json!(name)) && rule["action"] == "SCMP_ACT_ALLOW";
            rules.iter().filter(named).collect::<Vec<_>>()
        };
        for name in ["clone3", "unshare", "keyctl", "mount", "io_uring_setup", "setns"] {
            assert!(allowed(name).is_empty(), "{name}");
        }
        assert_eq!(allowed("clone")[0]["args"][0]["value"], 0x7e02_0000_u64);
        assert_eq!(narrow["defaultAction"], "SCMP_ACT_ERRNO");
        for broken in ["", "[]", "{}", "{\"syscalls\": 1}"] {
            assert!(narrowed(broken).is_err(), "{broken}");
        }
    }
}
