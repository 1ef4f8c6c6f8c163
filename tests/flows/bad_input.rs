//! What no architect and no GitHub would send: each gets a clear answer and a line that people can read, nothing panics, and
//! the next delivery is handled as if nothing had been.

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use journeyman::domain::IssueNumber;
use journeyman::simulator::Ci;
use journeyman::workflow::{Phase, Stage};
use serde_json::json;
use sha2::Sha256;

use crate::harness::{SECRET, World};
use crate::samples::{TWO_STEPS, file};

const NOTES: [(&str, &str); 1] = [("README.md", "# Notes\n")];

async fn deliver(world: &World, id: &str, event: &str, payload: Vec<u8>) -> (u16, String) {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(&payload);
    let signature = mac.finalize().into_bytes().iter().fold(String::from("sha256="), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    });
    let request = reqwest::Client::new()
        .post(format!("{}/webhook", world.address()))
        .header("X-GitHub-Delivery", id)
        .header("X-GitHub-Event", event)
        .header("X-Hub-Signature-256", signature)
        .header("Content-Type", "application/json")
        .body(payload);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The next delivery is handled as if nothing had been.
async fn goes_on(mut world: World) {
    let issue = file(&world.github, &world.repo, "Take notes", TWO_STEPS);
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::Building { step: 0, stage: Stage::Verifying }, "{}", world.everything().await);
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn payloads_that_are_no_payloads_are_passed_over_with_a_reason() {
    let mut world = World::new(&NOTES, Ci::None).await;
    let deep = "[".repeat(65_536);
    let issue = json!({ "action": "labeled", "label": { "name": "implement" }, "sender": { "login": "ada", "type": "User" },
                        "issue": { "number": 7, "title": null, "body": null }, "installation": { "id": 1 } });
    let odd = json!({ "action": "labeled", "label": { "name": "implement" }, "sender": { "login": "ada" },
                      "issue": { "number": -7 }, "repository": { "full_name": "../../etc/passwd" }, "installation": { "id": 1 } });
    let cases: [(&str, Vec<u8>); 8] = [
        ("not JSON", b"payload=hello".to_vec()),
        ("cut off", b"{\"action\": \"labeled\", \"issue\": {".to_vec()),
        ("empty", Vec::new()),
        ("not UTF-8", vec![0xff, 0xfe, 0x00]),
        ("deep", deep.into_bytes()),
        ("a number", b"12".to_vec()),
        ("without a repository", issue.to_string().into_bytes()),
        ("with a path for a repository", odd.to_string().into_bytes()),
    ];
    for (n, (what, payload)) in cases.iter().enumerate() {
        let (status, answer) = deliver(&world, &format!("bad-{n}"), "issues", payload.clone()).await;
        assert_eq!(status, 202, "{what}: {answer}");
    }
    let (status, _) = deliver(&world, "unheard-of", "sub_issues_of_tomorrow", b"{}".to_vec()).await;
    assert_eq!(status, 202);
    world.settle().await;
    let passed = world.store().passed_over(100).await.unwrap();
    for (n, (what, _)) in cases.iter().enumerate() {
        let line = passed.iter().find(|p| p.id.as_str() == format!("bad-{n}"));
        let line = line.unwrap_or_else(|| panic!("no line for what is {what}"));
        assert!(line.reason.len() > 10, "{what}: {}", line.reason);
    }
    assert!(passed.iter().any(|p| p.id.as_str() == "unheard-of" && p.reason.contains("sub_issues_of_tomorrow")));
    goes_on(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_of_thirty_megabytes_is_refused_by_its_length() {
    let world = World::new(&NOTES, Ci::None).await;
    let (status, answer) = deliver(&world, "huge", "issues", vec![b' '; 30_000_000]).await;
    assert_eq!(status, 413, "{answer}");
    assert!(!answer.is_empty());
    goes_on(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strange_specifications_are_asked_about_and_built_nowhere() {
    let mut world = World::new(&NOTES, Ci::None).await;
    let mut ten_thousand = String::from("## Steps\n\n");
    for n in 1..=10_000 {
        writeln!(ten_thousand, "### Step {n}: Note {n}\n\n`notes/{n}.txt`\n```text\n{n}\n```\n").unwrap();
    }
    let file_named =
        |name: &str| format!("## Steps\n\n### Step 1: Write it\n\n`{name}`\n```text\nx\n```\n\n## Acceptance criteria\n\n- [ ] x\n");
    let cases = [
        ("brackets", "[".repeat(65_536)),
        ("brackets in a step", format!("## Steps\n\n### Step 1: {}\n\nDo it.\n", "[](".repeat(10_000))),
        ("quotes", ">".repeat(65_536)),
        ("ten thousand steps", ten_thousand),
        ("outside", file_named("../outside.txt")),
        ("absolute", file_named("/etc/passwd")),
        ("into git", file_named(".git/hooks/pre-commit")),
        ("NUL", file_named("a\0b.txt")),
        ("right to left", file_named("a\u{202e}txt.exe")),
        ("a link out", "## Steps\n\n### Step 1: Link\n\n```diff\ndiff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+../../etc/passwd\n\\ No newline at end of file\n```\n".to_owned()),
    ];
    for (what, body) in cases {
        let issue = file(&world.github, &world.repo, what, &body);
        world.settle().await;
        let run = world.run(issue).await;
        assert!(matches!(run.phase, Phase::Asking | Phase::Stuck { .. }), "{what}: {:?}\n{:?}", run.phase, world.journal(issue).await);
        let told = world.comment_names(issue);
        assert!(told.iter().any(|name| name == "questions" || name.starts_with("stuck")), "{what}: {told:?}");
        assert!(!world.journal(issue).await.is_empty());
    }
    assert_eq!(world.repository().branches.len(), 1);
    assert!(world.repository().pulls.is_empty());
    let longest = world.repository().issues.iter().flat_map(|issue| issue.comments.clone()).map(|c| c.body.chars().count()).max();
    assert!(longest.unwrap() <= 65_536);
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_a_file_of_fifty_megabytes_is_made_or_refused_with_words() {
    let line = "0123456789abcdefghijklmnopqrstuvwxyz\n";
    let big = format!("first\n{}last\n", line.repeat(50_000_000 / line.len()));
    let mut world = World::new(&[("big.txt", &big)], Ci::None).await;
    let specification = "## Steps\n\n### Step 1: Change the end\n\n`big.txt`\n```text\n<<<<<<< SEARCH\nlast\n=======\nthe last\n>>>>>>> REPLACE\n```\n\n## Acceptance criteria\n\n- [ ] Done (`test`)\n";
    let issue: IssueNumber = file(&world.github, &world.repo, "Change the end", specification);
    world.settle().await;
    let run = world.run(issue).await;
    let made = run.phase == Phase::Building { step: 0, stage: Stage::Verifying };
    assert!(made || matches!(run.phase, Phase::Asking | Phase::Stuck { .. }), "{:?}", world.journal(issue).await);
    println!("an edit of 50 MB ends in {:?}", run.phase);
    world.read_all();
    world.close().await;
}
