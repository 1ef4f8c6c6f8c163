use super::*;

async fn page(github: &Client, path: &str) -> (u16, String) {
    let response = github.http.get(format!("{}{path}", github.simulator.base_url())).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn the_addresses_that_the_api_names_are_pages() {
    let github = github_with(Options { ci: Ci::Commands(vec!["echo '<b>done</b>'".into()]), ..options() }).await;
    let body = "Do *this*.\n\n- [x] one\n- [ ] two\n\n<script>alert(1)</script>";
    let number = github.ada().create_issue(&repository(), "Build <it>", body).unwrap();
    github.ada().comment(&repository(), number, "go on").unwrap();
    let sha = github.branch("work", "a.txt", "added <line>\n").await;
    let pull =
        github.post("/repos/acme/widgets/pulls", json!({ "title": "P", "head": "work", "base": "main", "draft": true })).await.expect(201);
    github.simulator.settle(SOON).await.unwrap();
    let runs = github.get(&format!("/repos/acme/widgets/commits/{sha}/check-runs")).await.expect(200);
    let run = runs["check_runs"][0]["html_url"].as_str().unwrap().replace(&github.simulator.base_url(), "");
    for (path, shown) in [
        ("/".to_owned(), vec!["acme/widgets", "1 open issue", "1 open pull request"]),
        ("/acme/widgets".to_owned(), vec!["Build &#60;it&#62;", "Draft", "work"]),
        (format!("/acme/widgets/issues/{number}"), vec!["<em>this</em>", "checked=\"\"", "&lt;script&gt;", "go on"]),
        (format!("/acme/widgets/pull/{}", pull["number"]), vec!["Write a.txt", "Verified", "The one check passed", "No conflicts"]),
        (format!("/acme/widgets/commit/{sha}"), vec!["+added &#60;line&#62;", "journeyman[bot]"]),
        ("/acme/widgets/commits/work".to_owned(), vec!["Write a.txt", "Begin"]),
        (run, vec!["success", "All steps passed"]),
    ] {
        let (status, text) = page(&github, &path).await;
        assert_eq!(status, 200, "{path}");
        for part in shown {
            assert!(text.contains(part), "{part} is not in {path}: {text}");
        }
        assert!(!text.contains("<script>alert"), "{path}");
    }
    for path in ["/acme/nowhere", "/acme/widgets/issues/77", "/acme/widgets/commit/zzz", "/acme/widgets/runs/x"] {
        assert_eq!(page(&github, path).await.0, 404, "{path}");
    }
}
