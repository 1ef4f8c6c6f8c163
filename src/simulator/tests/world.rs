use super::*;

#[tokio::test]
async fn the_world_is_told_whole() {
    let github = github().await;
    let number = github.ada().create_issue(&repository(), "Build", "spec").unwrap();
    github.ada().label(&repository(), number, "implement").unwrap();
    github.ada().comment(&repository(), number, "go").unwrap();
    let sha = github.branch("work", "a.txt", "a").await;
    github.post("/repos/acme/widgets/pulls", json!({ "title": "t", "head": "work", "base": "main", "draft": true })).await.expect(201);
    let world = github.simulator.world().unwrap();
    let repo = world.repository("ACME/widgets").unwrap();
    let issue = repo.issue(number.0).unwrap();
    assert_eq!((issue.labels.as_slice(), issue.comments[0].body.as_str()), (["implement".to_owned()].as_slice(), "go"));
    let branch = repo.branch("work").unwrap();
    assert_eq!((branch.commits.len(), branch.commits[0].sha.as_str(), branch.commits[0].verified), (1, sha.as_str(), true));
    assert_eq!((repo.pulls[0].draft, repo.pulls[0].head_sha.as_str()), (true, sha.as_str()));
}

#[tokio::test]
async fn waiting_ends_with_the_change_or_shows_the_world() {
    let github = github().await;
    let waiting = github.simulator.wait_until(|world| world.repositories[0].issues.len() == 1, SOON);
    let acting = async { github.ada().create_issue(&repository(), "t", "b") };
    let (world, made) = tokio::join!(waiting, acting);
    assert_eq!(world.unwrap().repositories[0].issues[0].number, made.unwrap().0);
    let late = github.simulator.wait_until(|_| false, Duration::from_millis(1)).await;
    assert!(matches!(late, Err(Error::NotInTime { world, .. }) if world.contains("acme/widgets")));
}

#[tokio::test]
async fn a_seed_brings_repositories_people_and_issues() {
    let simulator = start(options()).await.unwrap();
    let text = r#"
[[repository]]
name = "acme/garden"
files = { "a.txt" = "a" }
collaborators = { ada = "write" }
[[repository.issue]]
author = "ada"
title = "Plant"
labels = ["implement"]
"#;
    let numbers = simulator.plant(&Seed::read(text).unwrap()).unwrap();
    assert_eq!(numbers["acme/garden"], [1]);
    assert_eq!(simulator.world().unwrap().repositories[0].issues[0].labels, ["implement"]);
    assert!(matches!(Seed::read("[[repository]]\nname = \"x\""), Err(Error::Seed(_))));
    let wrong = Seed::read(&text.replace("\"write\"", "\"owner\"").replace("garden", "yard")).unwrap();
    assert!(matches!(simulator.plant(&wrong), Err(Error::Seed(why)) if why.contains("owner")));
    simulator.shutdown().await;
}

#[tokio::test]
async fn a_local_repository_is_served_without_being_copied_or_touched() {
    let github = github().await;
    let lender = github.simulator.repository_path(&repository()).unwrap();
    let name: RepoName = "acme/lent".parse().unwrap();
    github.simulator.create_repository(&name, Source::Directory { path: &lender, branch: None }).unwrap();
    github.simulator.add_collaborator(&name, "ada", Role::Write).unwrap();
    let sha = github.ada().push(&name, "work", "Go", &[("a", Some("a"))]).unwrap();
    assert_eq!(github.get("/repos/acme/lent/git/ref/heads/work").await.expect(200)["object"]["sha"], sha.as_str());
    github.get("/repos/acme/widgets/git/ref/heads/work").await.expect(404);
    assert!(github.simulator.create_repository(&name, Source::Files(&[])).is_err(), "a name is taken once");
}
