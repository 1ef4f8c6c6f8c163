use super::*;

#[tokio::test]
async fn a_commit_without_author_fields_is_the_apps_own_and_verified() {
    let github = github().await;
    let sha = github.branch("feature/é", "new/file name.txt", "content\n").await;
    let commit = github.get(&format!("/repos/acme/widgets/commits/{sha}")).await.expect(200);
    assert_eq!(
        (commit["commit"]["verification"]["verified"].as_bool(), commit["author"]["login"].as_str()),
        (Some(true), Some("journeyman[bot]"))
    );
    assert_eq!(
        (commit["commit"]["committer"]["name"].as_str(), commit["files"][0]["filename"].as_str()),
        (Some("GitHub"), Some("new/file name.txt"))
    );
    let named = github.get("/repos/acme/widgets/git/ref/heads/feature/%C3%A9").await.expect(200);
    assert_eq!(named["object"]["sha"], sha.as_str());
    let body = json!({ "message": "m", "tree": commit["commit"]["tree"]["sha"], "author": { "name": "X", "email": "x@example.com" } });
    let given = github.post("/repos/acme/widgets/git/commits", body).await.expect(201);
    assert_eq!((given["verification"]["verified"].as_bool(), given["committer"]["name"].as_str()), (Some(false), Some("X")));
}

#[tokio::test]
async fn trees_keep_modes_links_names_and_what_was_there() {
    let github = github().await;
    let blob = github.post("/repos/acme/widgets/git/blobs", json!({ "content": "AAEC/w==", "encoding": "base64" })).await.expect(201);
    let main = github.get("/repos/acme/widgets/git/trees/main?recursive=1").await.expect(200);
    let entries = json!([
        { "path": "bin/ü", "mode": "100755", "type": "blob", "sha": blob["sha"] },
        { "path": "link", "mode": "120000", "type": "blob", "content": "bin/ü" },
        { "path": "README.md", "mode": "100644", "type": "blob", "sha": null }
    ]);
    let tree = github.post("/repos/acme/widgets/git/trees", json!({ "base_tree": main["sha"], "tree": entries })).await.expect(201);
    let all = github.get(&format!("/repos/acme/widgets/git/trees/{}?recursive=1", tree["sha"].as_str().unwrap())).await.expect(200);
    let told: Vec<String> = all["tree"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| format!("{} {}", e["mode"].as_str().unwrap(), e["path"].as_str().unwrap()))
        .collect();
    assert_eq!(told, ["040000 bin", "100755 bin/ü", "120000 link", "100755 run.sh", "040000 src", "100644 src/widget.txt"]);
    let read = github.get(&format!("/repos/acme/widgets/git/blobs/{}", blob["sha"].as_str().unwrap())).await.expect(200);
    assert_eq!((read["content"].as_str(), read["size"].as_u64()), (Some("AAEC/w==\n"), Some(4)));
}

#[tokio::test]
async fn trees_that_github_refuses_are_refused() {
    let github = github().await;
    let none = "0123456789012345678901234567890123456789";
    for (entry, because) in [
        (json!({ "path": "../a", "mode": "100644", "type": "blob", "content": "" }), "tree.path contains a malformed path component"),
        (json!({ "path": "/a", "mode": "100644", "type": "blob", "content": "" }), "tree.path contains a malformed path component"),
        (
            json!({ "path": "a/.git/config", "mode": "100644", "type": "blob", "content": "" }),
            "tree.path contains a malformed path component",
        ),
        (json!({ "path": "a", "mode": "100600", "type": "blob", "content": "" }), "tree.mode"),
        (json!({ "path": "a", "mode": "100644", "type": "blob", "sha": none }), "tree.sha"),
        (json!({ "path": "gone", "mode": "100644", "type": "blob", "sha": null }), "GitRPC::BadObjectState"),
    ] {
        let got = github.post("/repos/acme/widgets/git/trees", json!({ "base_tree": "main", "tree": [entry] })).await;
        assert_eq!(got.status, 422);
        assert!(got.message().starts_with(because), "{} is not {because}", got.message());
    }
    let good = json!({ "path": "a/b", "mode": "100644", "type": "blob", "content": "" });
    github.post("/repos/acme/widgets/git/trees", json!({ "base_tree": "main", "tree": [good] })).await.expect(201);
}

#[tokio::test]
async fn references_move_forward_and_by_force_only_back() {
    let github = github().await;
    let first = github.branch("work", "a.txt", "a").await;
    let second = github.commit(&first, "b.txt", "b").await;
    let other = github.commit(&first, "c.txt", "c").await;
    let refs = "/repos/acme/widgets/git/refs";
    let move_to = |sha: &str, force: bool| github.patch("/repos/acme/widgets/git/refs/heads/work", json!({ "sha": sha, "force": force }));
    move_to(&second, false).await.expect(200);
    assert_eq!(move_to(&other, false).await.message(), "Update is not a fast forward");
    move_to(&other, true).await.expect(200);
    let sha = json!(first);
    assert_eq!(github.post(refs, json!({ "ref": "refs/heads/work", "sha": sha })).await.message(), "Reference already exists");
    assert_eq!(github.post(refs, json!({ "ref": "refs/heads/new", "sha": "0".repeat(40) })).await.message(), "Object does not exist");
    github.post(refs, json!({ "ref": "refs/heads/work/below", "sha": sha })).await.expect(422);
    github.post(refs, json!({ "ref": "heads/new", "sha": sha })).await.expect(422);
    github.post(refs, json!({ "ref": "refs/heads/a..b", "sha": sha })).await.expect(422);
    let listed = github.get("/repos/acme/widgets/git/matching-refs/heads/wo").await.expect(200);
    assert_eq!(listed[0]["ref"], "refs/heads/work");
    github.delete("/repos/acme/widgets/git/refs/heads/work").await.expect(204);
    assert_eq!(github.delete("/repos/acme/widgets/git/refs/heads/work").await.message(), "Reference does not exist");
    github.get("/repos/acme/widgets/git/ref/heads/work").await.expect(404);
}

#[tokio::test]
async fn history_is_compared_and_listed() {
    let github = github().await;
    let first = github.branch("work", "a.txt", "a\n").await;
    let ahead = github.get("/repos/acme/widgets/compare/main...work").await.expect(200);
    assert_eq!(
        (ahead["status"].as_str(), ahead["ahead_by"].as_u64(), ahead["commits"][0]["sha"].as_str()),
        (Some("ahead"), Some(1), Some(first.as_str()))
    );
    assert!(ahead["files"][0]["patch"].as_str().unwrap().contains("+a"));
    github.ada().push(&repository(), "main", "Move on", &[("m.txt", Some("m"))]).unwrap();
    let diverged = github.get("/repos/acme/widgets/compare/main...work").await.expect(200);
    assert_eq!((diverged["status"].as_str(), diverged["behind_by"].as_u64()), (Some("diverged"), Some(1)));
    let listed = github.get("/repos/acme/widgets/commits?sha=work&per_page=1").await;
    assert!(listed.header("link").contains("rel=\"next\""));
    assert_eq!(listed.expect(200)[0]["sha"], first.as_str());
    let branch = github.get("/repos/acme/widgets/branches/work").await.expect(200);
    assert_eq!(branch["commit"]["sha"], first.as_str());
    let file = github.get("/repos/acme/widgets/contents/a.txt?ref=work").await.expect(200);
    assert_eq!(file["content"], "YQo=\n");
    assert_eq!(github.get("/repos/acme/widgets/contents/").await.expect(200).as_array().unwrap().len(), 4);
    github.get("/repos/acme/widgets/contents/a.txt").await.expect(404);
    assert_eq!(github.get("/repos/acme/widgets/rules/branches/main").await.expect(200), json!([]));
}

fn git(directory: &Path, arguments: &[&str]) -> std::process::Output {
    super::super::git::command(directory).args(arguments).output().unwrap()
}

#[tokio::test]
async fn the_repository_is_cloned_over_http_with_a_token_only() {
    let github = github().await;
    let sha = github.branch("work", "a.txt", "a").await;
    let hidden = github.commit(&sha, "b.txt", "b").await;
    let place = tempfile::tempdir().unwrap();
    let url = format!("{}/acme/widgets.git", github.simulator.base_url());
    let basic = |token: &str| {
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("x-access-token:{token}"));
        format!("http.extraHeader=Authorization: Basic {pair}")
    };
    let (with, without) = (basic(&github.token), basic("wrong"));
    let run = |arguments: Vec<String>| {
        let place = place.path().to_owned();
        tokio::task::spawn_blocking(move || git(&place, &arguments.iter().map(String::as_str).collect::<Vec<_>>()))
    };
    let clone = |header: &str, to: &str| ["-c", header, "clone", "-q", "--depth=1", "--branch=work", &url, to].map(str::to_owned).to_vec();
    let done = run(clone(&with, "a")).await.unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(std::fs::read_to_string(place.path().join("a/a.txt")).unwrap(), "a");
    assert!(!run(clone(&without, "b")).await.unwrap().status.success(), "a wrong token clones nothing");
    let by_id = ["-C", "a", "-c", &with, "fetch", "-q", "--filter=blob:none", &url, &hidden].map(str::to_owned).to_vec();
    let done = run(by_id).await.unwrap();
    assert!(done.status.success(), "a commit is fetched by its id: {}", String::from_utf8_lossy(&done.stderr));
    let push = ["-C", "a", "-c", &with, "push", "-q", &url, "HEAD:refs/heads/x"].map(str::to_owned).to_vec();
    assert!(!run(push).await.unwrap().status.success(), "a push over HTTP is refused");
    let blind = github.new_token(json!({ "permissions": { "issues": "write" } })).await;
    assert!(!run(clone(&basic(&blind), "c")).await.unwrap().status.success(), "reading needs contents: read");
}
