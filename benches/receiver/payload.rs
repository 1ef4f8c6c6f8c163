//! A body like those that GitHub sends: much of it addresses that repeat, some of it prose.

use serde_json::{Map, Value, json};

const LENGTH: usize = 12_000;

/// 12,000 bytes of JSON in the shape of an `issues` event.
pub fn body() -> Vec<u8> {
    let without = event("").to_string().len();
    let body = event(&prose(LENGTH.saturating_sub(without)));
    body.to_string().into_bytes()
}

fn event(text: &str) -> Value {
    let mut issue =
        addresses("https://api.github.com/repos/octo-org/widgets/issues/1347", &["labels{/name}", "comments", "events", "timeline"]);
    let label = |n: u32| {
        json!({ "id": 208_045_946 + n, "url": format!("https://api.github.com/repos/octo-org/widgets/labels/area-{n}"), "color": "f29513",
                "name": format!("area-{n}"), "description": "Something is not working", "default": false })
    };
    issue.extend(
        [
            ("labels", (0..5).map(label).collect()),
            ("assignee", user("builder")),
            ("assignees", json!([user("builder"), user("second"), user("third")])),
        ]
        .map(named),
    );
    issue.extend(
        [("number", json!(1347)), ("title", json!("Widgets lose their colour")), ("body", json!(text)), ("user", user("architect"))]
            .map(named),
    );
    let parts = [
        "keys{/key_id}",
        "collaborators{/collaborator}",
        "teams",
        "hooks",
        "issues/events{/number}",
        "events",
        "assignees{/user}",
        "branches{/branch}",
        "tags",
        "git/blobs{/sha}",
        "git/tags{/sha}",
        "git/refs{/sha}",
        "git/trees{/sha}",
        "statuses/{sha}",
        "languages",
        "stargazers",
        "contributors",
        "subscribers",
        "subscription",
        "commits{/sha}",
        "git/commits{/sha}",
        "comments{/number}",
        "issues/comments{/number}",
        "contents/{+path}",
        "compare/{base}...{head}",
        "merges",
        "{archive_format}{/ref}",
        "downloads",
        "issues{/number}",
        "pulls{/number}",
        "milestones{/number}",
        "notifications{?since,all,participating}",
        "labels{/name}",
        "releases{/id}",
        "deployments",
    ];
    let mut repository = addresses("https://api.github.com/repos/octo-org/widgets", &parts);
    repository.extend(
        [("id", json!(1296269)), ("full_name", json!("octo-org/widgets")), ("owner", user("octo-org")), ("private", json!(true))]
            .map(named),
    );
    json!({ "action": "labeled", "issue": issue, "label": { "id": 208045946, "name": "implement" }, "repository": repository,
            "organization": user("octo-org"), "installation": { "id": 5 }, "sender": user("architect") })
}

fn user(login: &str) -> Value {
    let parts = [
        "followers",
        "following{/other_user}",
        "gists{/gist_id}",
        "starred{/owner}{/repo}",
        "subscriptions",
        "orgs",
        "repos",
        "events{/privacy}",
        "received_events",
    ];
    let mut user = addresses(&format!("https://api.github.com/users/{login}"), &parts);
    user.extend([("login", json!(login)), ("id", json!(583231)), ("type", json!("User")), ("site_admin", json!(false))].map(named));
    user.into()
}

fn addresses(base: &str, parts: &[&str]) -> Map<String, Value> {
    let name =
        |part: &str| part.chars().take_while(|c| c.is_ascii_alphanumeric() || "/_".contains(*c)).collect::<String>().replace('/', "_");
    parts.iter().map(|part| (format!("{}_url", name(part)), json!(format!("{base}/{part}")))).collect()
}

fn named((name, value): (&str, Value)) -> (String, Value) {
    (name.to_owned(), value)
}

/// Words in no order.
fn prose(length: usize) -> String {
    const SYLLABLES: [&str; 32] = [
        "wid", "get", "col", "our", "pan", "el", "lay", "er", "test", "ing", "mod", "ule", "con", "fig", "ser", "vice", "hand", "ler",
        "que", "ue", "read", "write", "par", "ser", "tok", "en", "ren", "der", "sto", "re", "ca", "che",
    ];
    let mut state = 88_172_645_463_325_252_u64;
    let mut text = String::new();
    while text.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (0..1 + state % 4).for_each(|n| text.push_str(SYLLABLES[usize::try_from(state >> (8 + 5 * n) & 31).unwrap_or(0)]));
        text.push(' ');
    }
    text.truncate(length);
    text
}
