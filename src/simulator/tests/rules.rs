use super::*;

#[tokio::test]
async fn a_branch_says_which_checks_it_requires_and_of_whom() {
    let github = github().await;
    let (branch, rules) = ("/repos/acme/widgets/branches/main", "/repos/acme/widgets/rules/branches/main");
    let bare = github.get(branch).await.expect(200);
    assert_eq!((bare["protected"].as_bool(), bare["protection"]["enabled"].as_bool()), (Some(false), Some(false)));
    github.simulator.protect(&repository(), "main", &[("build", Some(15_368)), ("review/deploy", None)], true).unwrap();
    let told = github.get(branch).await.expect(200);
    let required = &told["protection"]["required_status_checks"];
    assert_eq!((told["protected"].as_bool(), required["contexts"].clone()), (Some(true), json!(["build", "review/deploy"])));
    let checks = json!([{ "context": "build", "app_id": 15_368 }, { "context": "review/deploy", "app_id": null }]);
    assert_eq!(required["checks"], checks);
    assert_eq!(github.get(rules).await.expect(200), json!([]), "classic protection is no rule of a ruleset");

    let path = format!("{branch}/protection");
    let refused = github.get(&path).await;
    assert_eq!((refused.status, refused.header("x-accepted-github-permissions")), (403, "administration=read"));
    github.simulator.set_permission("administration", Some("read")).unwrap();
    let github = github.authorised(json!({})).await;
    let full = github.get(&path).await.expect(200);
    assert_eq!((full["required_status_checks"]["strict"].as_bool(), &full["required_status_checks"]["checks"]), (Some(true), &checks));
    github.simulator.unprotect(&repository(), "main").unwrap();
    assert_eq!(github.get(&path).await.message(), "Branch not protected");
    assert_eq!(github.get("/repos/acme/widgets/branches/none/protection").await.message(), "Branch not found");
}

#[tokio::test]
async fn a_ruleset_is_told_apart_from_protection() {
    let github = github().await;
    let id = github.simulator.add_ruleset(&repository(), "main", &[("build", Some(15_368)), ("lint", None)]).unwrap();
    let rules = github.get("/repos/acme/widgets/rules/branches/main").await.expect(200);
    assert_eq!((rules[0]["type"].as_str(), rules[0]["ruleset_id"].as_u64()), (Some("required_status_checks"), Some(id)));
    let required = json!([{ "context": "build", "integration_id": 15_368 }, { "context": "lint" }]);
    assert_eq!(rules[0]["parameters"]["required_status_checks"], required);
    let branch = github.get("/repos/acme/widgets/branches/main").await.expect(200);
    assert_eq!((branch["protected"].as_bool(), branch["protection"]["enabled"].as_bool()), (Some(true), Some(false)));
    assert_eq!(github.get("/repos/acme/widgets/rules/branches/other").await.expect(200), json!([]));
}
