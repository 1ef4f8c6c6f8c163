//! What an agent does in the ordinary course of things, and what it may not do.

use journeyman::agent::transcript::Entry;
use journeyman::agent::{Ending, Report};
use serde_json::json;

use crate::bench::Bench;

#[tokio::test]
async fn a_step_is_done_and_everything_that_was_said_is_in_the_transcript() {
    let mut bench = Bench::new().await;
    bench.acts(&json!([
        {"think": "What is there?"},
        {"plan": ["write it", "look at it"]},
        {"write": ["src/new.txt", "new\n"]},
        {"disk": ["also.txt", "also\n"]},
        {"read": "README.md"},
        {"call": ["Edit README.md", "edit", "completed"]},
        {"say": "All "}, {"say": "done."},
    ]));
    let ending = bench.fake("", None).await.unwrap();
    assert_eq!(ending, Ending::Submitted(Report { done: vec!["All done.".into()], ..Report::default() }));
    assert_eq!((bench.file("src/new.txt").as_str(), bench.file("also.txt").as_str()), ("new\n", "also\n"));
    bench.has("note: the agent is fake-agent 1.0");
    bench.has("thought: What is there?");
    bench.has("plan: - [ ] write it\n- [ ] look at it");
    bench.has("read README.md: a project");
    bench.has("call: edit: Edit README.md\nresult: Edit README.md: done\nmessage: All done.");
    assert_eq!(bench.transcript.entries().next_back(), Some(&Entry::Ended(ending)));
    assert!(bench.transcript.spent().millis > 0, "the time counts, even without a turn of a model");
}

#[tokio::test]
async fn a_question_is_a_file_and_leaves_no_trace() {
    let mut bench = Bench::new().await;
    bench.acts(&json!([{"disk": ["half.txt", "half"]}, {"write": [".journeyman/question.md", "Which colour?\n"]}, {"say": "I asked."}]));
    assert_eq!(bench.fake("", None).await.unwrap(), Ending::Asks { question: "Which colour?".into() });
    assert!(!bench.site.root.join(".journeyman").exists());
    assert_eq!(bench.file("half.txt"), "half", "what was done so far stays");
    // The answer comes as further words, and the question is not found again.
    bench.acts(&json!([{"say": "Thanks."}]));
    assert_eq!(bench.fake("", None).await.unwrap(), Ending::Submitted(Report { done: vec!["Thanks.".into()], ..Report::default() }));
}

#[tokio::test]
async fn what_leads_outside_is_refused_and_what_stays_inside_is_allowed_once() {
    let mut bench = Bench::new().await;
    let (inside, secret) = (bench.site.root.join("a.txt").display().to_string(), bench.outside("secret"));
    bench.acts(&json!([
        {"permission": ["edit", inside]},
        {"permission": ["edit", secret]},
        {"permission": ["read", "../secret"]},
        {"permission": ["edit", ".git/hooks/pre-commit"]},
        {"permission": ["edit", "given.txt"]},
        {"permission": ["read", "given.txt"]},
    ]));
    bench.fake("", None).await.unwrap();
    bench.has(&format!("permission {inside}: id-allow_once"));
    bench.has(&format!("permission {secret}: id-reject_once"));
    bench.has("permission ../secret: id-reject_once");
    bench.has("permission .git/hooks/pre-commit: id-reject_once");
    bench.has("permission given.txt: id-reject_once\npermission given.txt: id-allow_once");
    bench.has("note: refused: edit given.txt: given.txt is as the specification gives it");
}

#[tokio::test]
async fn files_are_served_inside_the_workspace_only() {
    let mut bench = Bench::new().await;
    let secret = bench.outside("secret");
    std::os::unix::fs::symlink(&secret, bench.site.root.join("link")).unwrap();
    bench.acts(&json!([
        {"read": secret}, {"read": "../secret"}, {"read": "link"}, {"read": "absent"},
        {"write": [secret, "x"]}, {"write": ["link", "x"]}, {"write": [".git/config", "x"]}, {"write": ["given.txt", "x"]},
        {"write": ["fine.txt", "x"]},
    ]));
    bench.fake("", None).await.unwrap();
    for refused in [&format!("read {secret}"), "read ../secret", "read link", "read absent", &format!("write {secret}"), "write link"] {
        bench.has(&format!("{refused}: refused"));
    }
    bench.has("write .git/config: refused (the path .git/config is inside `.git`)");
    bench.has("write given.txt: refused");
    bench.has("write fine.txt: done");
    bench.has_not("not yours");
    assert_eq!(std::fs::read_to_string(bench.outside("secret")).unwrap(), "not yours\n");
    assert_eq!(bench.file("given.txt"), "as the specification prints it\n");
    assert!(!bench.site.root.join(".git").exists());
}

#[tokio::test]
async fn a_terminal_is_a_command_in_the_sandbox() {
    let mut bench = Bench::new().await;
    std::fs::create_dir(bench.site.root.join("sub")).unwrap();
    let env = json!([{"name": "GREETING", "value": "hello"}]);
    bench.acts(&json!([
        {"terminal": {"command": "sh", "args": ["-c", "pwd; echo $GREETING; echo oops >&2; exit 3"], "env": env, "cwd": bench.site.root.join("sub")}},
        {"terminal": {"command": "echo made > made.txt && cat made.txt"}},
        {"terminal": {"command": "yes", "outputByteLimit": 20, "kill": true}},
        {"terminal": {"command": "ls", "cwd": "/etc"}},
    ]));
    bench.fake("", None).await.unwrap();
    let sub = bench.site.root.join("sub");
    bench.has(&format!("\"exitCode\":3,\"output\":\"{}\\nhello\\noops\\n\"", sub.display()));
    bench.has("\"exitCode\":0,\"output\":\"made\\n\",\"truncated\":false}, released: refused");
    bench.has("\"signal\":\"signal 9\"");
    bench.has("terminal: refused (/etc is outside the working directory)");
    assert_eq!(bench.file("made.txt"), "made\n");
}

#[tokio::test]
async fn a_new_session_is_told_what_came_before() {
    let mut bench = Bench::new().await;
    bench.transcript.push(Entry::System("These are the rules.".into())).unwrap();
    bench.acts(&json!([{"disk": ["a.txt", "first"]}, {"die": 1}]));
    assert!(matches!(bench.fake("", None).await.unwrap(), Ending::GaveUp { .. }));
    bench.acts(&json!([{"look": "a.txt"}]));
    bench.fake("", None).await.unwrap();
    bench.has("look a.txt: first");
}
