//! `serve` as a process of its own: beside a `simulator` process, stopped in good order, and killed.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use journeyman::clock::Clock;
use journeyman::domain::{IssueNumber, PullNumber, RepoName};
use journeyman::github::{App, AppConfig, Pacing};
use journeyman::simulator::{self, AppRegistration, Ci, Role, Simulator, Source, World as GitHub};
use rustix::process::{Pid, Signal, kill_process};
use secrecy::SecretString;

use crate::account::account_of;
use crate::demo::tell;
use crate::harness::{APP, BOT, Crash, SECRET};
use crate::program::journeyman;
use crate::samples::{GREETER, SPECIFICATION, TITLE, file, quick_greeter};
use crate::wire;

const PATIENCE: Duration = Duration::from_secs(90);

/// A process that does not outlive the test.
pub struct Process {
    child: Child,
    /// Its lines, on standard output or error.
    lines: Receiver<String>,
}

impl Process {
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = journeyman().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (told, lines) = channel();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        for source in [Box::new(out) as Box<dyn Read + Send>, Box::new(err)] {
            let told = told.clone();
            // Reads on when nobody listens any more, so that the process never waits for us.
            std::thread::spawn(move || BufReader::new(source).lines().map_while(Result::ok).for_each(|line| drop(told.send(line))));
        }
        Self { child, lines }
    }

    /// Waits for a line that has this in it.
    fn says(&self, words: &str) {
        let mut said = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            if line.contains(words) {
                return;
            }
            said.push(line);
        }
        panic!("it did not say {words:?}:\n{}", said.join("\n"));
    }

    /// What it said that nobody has read yet.
    pub fn said(&self) -> String {
        self.lines.try_iter().collect::<Vec<_>>().join("\n")
    }

    pub fn terminate(mut self) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        self.child.wait().unwrap()
    }

    /// SIGKILL.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// A GitHub in this process, for a `serve` in another; and that one's configuration.
pub async fn github(place: &Path) -> (Simulator, RepoName, String) {
    let listen = free_address();
    let app = AppRegistration {
        id: APP,
        slug: "journeyman".into(),
        public_key_pem: wire::public_key().into(),
        webhook_url: Some(format!("http://{listen}/webhook")),
        webhook_secret: SecretString::from(SECRET),
    };
    let github = simulator::start(simulator::Options { ci: Ci::Workflows, ..simulator::Options::new(app) }).await.unwrap();
    let repo: RepoName = "acme/greeter".parse().unwrap();
    github.create_repository(&repo, Source::Files(&quick_greeter())).unwrap();
    github.add_collaborator(&repo, "ada", Role::Write).unwrap();
    fs::write(place.join("app.pem"), wire::private_key()).unwrap();
    let text = format!(
        "[app]\nid = {APP}\nprivate_key_path = \"app.pem\"\n[webhook]\nsecrets = [\"{SECRET}\"]\n[github]\napi = \"{}\"\n\
         [server]\nlisten = \"{listen}\"\n[ci]\npoll_seconds = 1\n\
         [store]\npath = \"journeyman.db\"\n[cache]\ndir = \"mirrors\"\n",
        github.api_base()
    );
    let config = place.join("journeyman.toml");
    fs::write(&config, text).unwrap();
    (github, repo, config.to_str().unwrap().to_owned())
}

fn asks(world: &GitHub) -> bool {
    let issue = world.repositories[0].issue(1).unwrap();
    issue.comments.iter().any(|c| c.author == BOT && c.body.starts_with("<!-- journeyman:questions"))
}

/// The same for the same seed (the finaliser of SplitMix64).
fn drawn(seed: u64, turn: u64) -> u64 {
    let mut z = seed.wrapping_add(turn.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_at_ten_moments_ends_in_the_same_world() {
    const SEED: u64 = 20_260_601;
    let calm = tell(&quick_greeter(), Crash::Never).await;
    let (wanted, requests) = (calm.account(), calm.github.requests().len() as u64);
    calm.close().await;
    // Each life asks a little more than the calm story does: some requests are made twice.
    let mut moments: Vec<u64> = (0..10).map(|turn| 4 + drawn(SEED, turn) % (requests - 8)).collect();
    moments.sort_unstable();
    println!("seed {SEED}: killed after {moments:?} of about {requests} requests");
    let place = tempfile::tempdir().unwrap();
    let (github, repo, config) = github(place.path()).await;
    let mut serve = Some(Process::start(&["serve", "--config", &config]));
    let issue = file(&github, &repo, TITLE, SPECIFICATION);
    let mut answered = false;
    let story = async {
        let mut changes = github.changed();
        loop {
            changes.mark_unchanged();
            let world = github.world().unwrap();
            if !answered && asks(&world) {
                answered = true;
                github.person("ada").comment(&repo, issue, "1: exit status 2, as step 2 has it").unwrap();
            }
            let asked = github.requests().len() as u64;
            if moments.first().is_some_and(|moment| asked >= *moment) {
                moments.remove(0);
                serve.take().unwrap().kill();
                serve = Some(Process::start(&["serve", "--config", &config]));
            }
            if moments.is_empty() && account_of(world.repository("acme/greeter").unwrap()) == wanted && github.is_quiet() {
                return;
            }
            changes.changed().await.unwrap();
        }
    };
    let ended = tokio::time::timeout(PATIENCE, story).await.is_ok();
    let found = account_of(github.world().unwrap().repository("acme/greeter").unwrap());
    let serve = serve.unwrap();
    let log = || serve.lines.try_iter().collect::<Vec<_>>().join("\n");
    assert!(ended && found == wanted, "after {PATIENCE:?}, {} kills to come, it stood so:\n{found}\n{}", moments.len(), log());
    assert!(serve.terminate().success(), "it ends in good order when it is asked to");
    assert_eq!(account_of(github.world().unwrap().repository("acme/greeter").unwrap()), wanted, "nothing more was done");
    github.shutdown().await;
}

/// A seed for the simulator: the demo's repository, and its specification without what is unclear.
fn seed() -> String {
    let (before, rest) = SPECIFICATION.split_once("## Open questions").unwrap();
    let (_, after) = rest.split_once("## Acceptance criteria").unwrap();
    let mut seed = toml::Table::new();
    let files: toml::Table = GREETER.iter().map(|(path, text)| ((*path).to_owned(), (*text).into())).collect();
    let mut issue = toml::Table::new();
    issue.insert("author".into(), "ada".into());
    issue.insert("title".into(), TITLE.into());
    issue.insert("body".into(), format!("{before}## Acceptance criteria{after}").into());
    issue.insert("labels".into(), vec!["implement"].into());
    let mut repository = toml::Table::new();
    repository.insert("name".into(), "acme/greeter".into());
    repository.insert("files".into(), files.into());
    repository.insert("collaborators".into(), toml::Table::from_iter([("ada".to_owned(), "write".into())]).into());
    repository.insert("issue".into(), vec![toml::Value::from(issue)].into());
    seed.insert("repository".into(), vec![toml::Value::from(repository)].into());
    toml::to_string(&seed).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_beside_a_simulator_process_does_the_job_of_the_demo() {
    let place = tempfile::tempdir().unwrap();
    let (listen, receiver) = (free_address(), free_address());
    let (seed_file, app) = (place.path().join("seed.toml"), place.path().join("app"));
    fs::write(&seed_file, seed()).unwrap();
    let webhook = format!("http://{receiver}/webhook");
    let (seed_file, directory) = (seed_file.to_str().unwrap().to_owned(), app.to_str().unwrap().to_owned());
    let simulator = Process::start(&["simulator", "--listen", &listen, "--webhook", &webhook, "--seed", &seed_file, "--app", &directory]);
    tokio::task::block_in_place(|| simulator.says("journeyman serve --config"));
    // The label was set before anybody listened: the sweep at the start has it brought again.
    let serve = Process::start(&["serve", "--config", &format!("{directory}/journeyman.toml")]);
    tokio::task::block_in_place(|| serve.says("wrote the done comment"));
    let stopped = tokio::task::block_in_place(|| serve.terminate());
    assert!(stopped.success(), "SIGTERM ends it in good order: {stopped}");
    let key = fs::read_to_string(app.join("app.pem")).unwrap();
    let parts =
        AppConfig { api_base: format!("http://{listen}/api/v3"), app_id: 1, private_key_pem: key.into(), pacing: Pacing::unhurried() };
    let client = App::new(parts, Arc::new(|| Clock::System.now().0)).unwrap();
    let repo: RepoName = "acme/greeter".parse().unwrap();
    let repository = client.repository(client.installation_of(&repo).await.unwrap(), &repo);
    let pull = repository.pull(PullNumber(2)).await.unwrap();
    assert!(pull.open && !pull.draft);
    let body = pull.body.as_data();
    assert_eq!((body.matches("- [x]").count(), body.matches("- [ ]").count()), (7, 0), "{body}");
    let commits = repository.compare("main", pull.head_branch.as_str()).await.unwrap().commits;
    assert_eq!(commits.len(), 5);
    let comments = repository.comments(IssueNumber(1)).await.unwrap();
    let names: Vec<&str> = comments.iter().filter_map(|c| c.body.as_data().split(' ').nth(1)).collect();
    assert_eq!(names, ["journeyman:status", "journeyman:done"]);
    let ended = tokio::task::block_in_place(|| simulator.terminate());
    assert!(ended.success(), "{ended}");
}
