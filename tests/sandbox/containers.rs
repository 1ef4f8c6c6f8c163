//! Containers as the fence: the engines that this machine has, and an image made of this machine's own programs, so that nothing is
//! fetched. Everything that is tried in the other fences is tried in them as well; here is what concerns them alone.

use std::collections::{BTreeSet, hash_map::DefaultHasher};
use std::hash::{Hash, Hasher};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use journeyman::sandbox::container::{Containers, Kind, Settings};
use journeyman::sandbox::{Error, Options, Sandbox};

use crate::harness::{Site, helper, processes_with};
use crate::place::{ourselves, outside};

/// What the tests use.
const PROGRAMS: [&str; 21] = [
    "sh", "bash", "cat", "seq", "head", "tail", "sleep", "setsid", "nohup", "tr", "grep", "wc", "mkdir", "env", "yes", "id", "ls", "true",
    "rm", "dirname", "touch",
];

pub fn is_container(fence: &str) -> bool {
    ["podman", "docker"].contains(&fence)
}

/// An engine that can be had, and the image in it.
#[derive(Debug, Clone)]
struct Engine {
    name: &'static str,
    kind: Kind,
    program: PathBuf,
    image: String,
}

impl Engine {
    fn ask(&self, arguments: &[&str]) -> Output {
        outside(&self.program).args(arguments).output().unwrap()
    }

    fn settings(&self, images: &[&str]) -> Settings {
        Settings { kind: self.kind, program: Some(self.program.clone()), images: images.iter().map(|image| (*image).to_owned()).collect() }
    }

    async fn containers(&self, options: Options) -> Containers {
        Containers::prepare(options, self.settings(&[&self.image])).await.unwrap_or_else(|error| panic!("failed to {error}"))
    }

    /// Containers of ours, whoever made them.
    fn left(&self) -> String {
        let left = self.ask(&["ps", "--all", "--filter", "label=journeyman.owner", "--format", "{{.Names}}"]);
        String::from_utf8_lossy(&left.stdout).into_owned()
    }
}

/// A container of each engine that can be had here. Says which could not be tried, and why.
pub async fn fences(options: impl Fn() -> Options) -> Vec<(&'static str, Sandbox)> {
    let mut fences = Vec::new();
    for engine in engines() {
        let containers = engine.containers(options()).await;
        let image = containers.allowed(&engine.image).unwrap();
        fences.push((engine.name, containers.fence(&image).await.unwrap_or_else(|error| panic!("failed to {error}"))));
    }
    fences
}

fn engines() -> &'static [Engine] {
    static ENGINES: OnceLock<Vec<Engine>> = OnceLock::new();
    ENGINES.get_or_init(|| {
        let mut all = Vec::new();
        for (name, found) in [("podman", podman()), ("docker", docker())] {
            match found {
                Ok(engine) => all.push(engine),
                // Past what the test harness would keep back.
                Err(why) => drop(writeln!(std::io::stderr(), "NOT TESTED here: a container of {name} ({why})")),
            }
        }
        all
    })
}

fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::vars().find(|(name, _)| name == "PATH").map(|(_, path)| path).unwrap_or_default();
    let all = path.split(':').chain(["/usr/sbin", "/sbin", "/usr/bin", "/bin"]);
    all.map(|directory| Path::new(directory).join(program)).find(|program| program.is_file())
}

/// Whether the engine itself runs anything here is the machine's affair, and tried without our fence. Its usual runtime does not run on every
/// mixture of control groups; runc does.
fn podman() -> Result<Engine, String> {
    let plain = which("podman").ok_or("it is not installed")?;
    if !rustix::process::geteuid().is_root() {
        return Err("without root it takes a machine with delegated control groups and subordinate users".into());
    }
    let mut whys = Vec::new();
    for program in [Some(plain.clone()), with_runc(&plain)].into_iter().flatten() {
        let mut engine = Engine { name: "podman", kind: Kind::Podman, program, image: String::new() };
        match import(&engine) {
            Ok(image) => engine.image = image,
            Err(why) => {
                whys.push(why);
                continue;
            }
        }
        let hard = rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum.unwrap_or(1024).min(1024);
        let files = format!("nofile={hard}:{hard}");
        let tried =
            engine.ask(&["run", "--rm", "--network", "none", "--ulimit", &files, "--ulimit", "nproc=500:500", &engine.image, "true"]);
        if tried.status.success() {
            return Ok(engine);
        }
        whys.push(String::from_utf8_lossy(&tried.stderr).trim().to_owned());
    }
    Err(format!("it is installed and runs nothing on this machine: {}", whys.join("; ")))
}

fn with_runc(podman: &Path) -> Option<PathBuf> {
    let runc = which("runc")?;
    let place = tempfile::Builder::new().prefix("engine-").tempdir().unwrap().keep();
    let (settings, program) = (place.join("containers.conf"), place.join("podman"));
    let text = format!("[engine]\nruntime = \"runc\"\n[engine.runtimes]\nrunc = [\"{}\"]\n", runc.display());
    std::fs::write(&settings, text).unwrap();
    std::fs::write(&program, format!("#!/bin/sh\nCONTAINERS_CONF={} exec {} \"$@\"\n", settings.display(), podman.display())).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    Some(program)
}

fn docker() -> Result<Engine, String> {
    let program = which("docker").ok_or("it is not installed")?;
    let mut engine = Engine { name: "docker", kind: Kind::Docker, program, image: String::new() };
    if !engine.ask(&["version", "--format", "{{.Server.Version}}"]).status.success() {
        return Err("its service does not answer".into());
    }
    engine.image = import(&engine)?;
    Ok(engine)
}

/// Makes the image unless it is there: programs of this machine with their libraries, and those of this test.
fn import(engine: &Engine) -> Result<String, String> {
    let programs = PROGRAMS.map(|name| which(name).unwrap_or_else(|| panic!("{name} is not on this machine")));
    let mut files = BTreeSet::new();
    for program in programs.iter().chain([&ourselves()]) {
        let told = outside(Path::new("ldd")).arg(program).output().unwrap();
        let words = String::from_utf8_lossy(&told.stdout).into_owned();
        files.extend(words.split_whitespace().filter(|word| word.starts_with('/')).map(PathBuf::from));
    }
    files.extend(programs);
    let mut hasher = DefaultHasher::new();
    files.iter().for_each(|file| (file, file.metadata().unwrap().len(), file.metadata().unwrap().mtime()).hash(&mut hasher));
    let name = format!("localhost/journeyman-tests:{:x}", hasher.finish());
    if engine.ask(&["image", "inspect", &name]).status.success() {
        return Ok(name);
    }
    let root = tempfile::tempdir().unwrap();
    for directory in ["usr/bin", "usr/lib", "bin", "etc", "run", "var", "tmp", "proc", "sys", "dev", "home"] {
        std::fs::create_dir_all(root.path().join(directory)).unwrap();
    }
    for file in &files {
        let to = root.path().join(file.strip_prefix("/").unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(file, to).unwrap();
    }
    let has_shell = root.path().join("bin/sh").exists();
    if !has_shell {
        std::fs::copy(which("sh").unwrap(), root.path().join("bin/sh")).unwrap();
    }
    let archive = root.path().join("../").join(format!("journeyman-tests-{}.tar", std::process::id()));
    let packed = outside(Path::new("tar")).arg("-C").arg(root.path()).arg("-cf").arg(&archive).arg(".").status().unwrap();
    assert!(packed.success());
    let imported = engine.ask(&["import", archive.to_str().unwrap(), &name]);
    let _ = std::fs::remove_file(&archive);
    if imported.status.success() { Ok(name) } else { Err(String::from_utf8_lossy(&imported.stderr).trim().to_owned()) }
}

#[tokio::test]
async fn an_image_that_is_not_allowed_is_refused_and_one_that_cannot_be_had_is_named() {
    for engine in engines() {
        let missing = "localhost:9/journeyman/no-such-image:1";
        let prepare = |images: Vec<&'static str>| Containers::prepare(Options::new(helper()), engine.settings(&images));
        let strict = prepare(Vec::new()).await.unwrap();
        let refused = strict.allowed(&engine.image).unwrap_err();
        assert!(refused.contains("`sandbox.images`): none"), "{refused}");
        assert_eq!(strict.try_one().await.unwrap(), None);
        let open = prepare(vec![missing]).await.unwrap();
        let error = open.fence(&open.allowed(missing).unwrap()).await.unwrap_err();
        assert!(matches!(&error, Error::Unfenced(why) if why.contains("cannot be fetched") && why.contains("no-such-image")), "{error}");
        assert_eq!(open.try_one().await.unwrap(), None, "what is not there is not fetched at the start");
    }
}

#[tokio::test]
async fn at_the_start_an_image_that_is_there_is_tried() {
    for engine in engines() {
        let containers = engine.containers(Options::new(helper())).await;
        assert_eq!(containers.try_one().await.unwrap().map(|image| image.to_string()).as_ref(), Some(&engine.image));
        assert!(containers.describe().starts_with(engine.name), "{}", containers.describe());
    }
}

#[tokio::test]
async fn an_engine_that_is_not_there_or_does_not_work_is_told() {
    let settings = |program: &str| Settings { kind: Kind::Podman, program: Some(program.into()), images: Vec::new() };
    for program in ["/nowhere/podman", "/bin/false"] {
        let error = Containers::prepare(Options::new(helper()), settings(program)).await.unwrap_err();
        assert!(error.to_string().contains("podman does not work here"), "{error}");
    }
}

#[tokio::test]
async fn of_the_machine_and_of_the_image_nothing_can_be_changed_and_the_programs_are_the_images() {
    for (name, sandbox) in fences(|| Options::new(helper())).await {
        let site = Site::new();
        let line = "for p in / /etc /usr/bin /run /run/journeyman /var /home /dev; do (echo x > $p/x) 2>/dev/null && echo wrote $p; done; \
                    ls /usr/bin | wc -l; cat /etc/resolv.conf; ls -a /root /home 2>/dev/null; exit 0";
        let outcome = site.run(&sandbox, line).await;
        assert!(outcome.succeeded() && !outcome.output.contains("wrote"), "{name}: {outcome:?}");
        assert!(!outcome.output.contains("nameserver"), "{name}: {outcome:?}");
        let count = outcome.output.lines().next().and_then(|line| line.trim().parse::<usize>().ok());
        let count = count.unwrap_or_else(|| panic!("{name}: {outcome:?}"));
        assert!(count <= PROGRAMS.len() + 2, "{name}: the machine's programs are there: {outcome:?}");
    }
}

#[tokio::test]
async fn what_a_command_writes_is_ours_to_read_and_belongs_to_whoever_runs_commands() {
    for (name, sandbox) in fences(|| Options::new(helper())).await {
        let site = Site::new();
        assert!(
            site.run(&sandbox, "mkdir a && echo text > a/b && ln -s /etc/passwd c 2>/dev/null; id -u > who").await.succeeded(),
            "{name}"
        );
        let found = std::fs::metadata(site.workspace().join("a/b")).unwrap();
        let who = std::fs::read_to_string(site.workspace().join("who")).unwrap();
        assert_eq!((found.uid().to_string(), found.mode() & 0o777), (who.trim().to_owned(), 0o644), "{name}");
        // Another command sees it, in another container.
        assert_eq!(site.run(&sandbox, "cat a/b").await.output, "text\n", "{name}");
    }
}

#[tokio::test]
async fn no_container_is_left_when_a_command_has_ended_or_was_ended() {
    for engine in engines() {
        let containers = engine.containers(Options::new(helper())).await;
        let sandbox = containers.fence(&containers.allowed(&engine.image).unwrap()).await.unwrap();
        let mut site = Site::new();
        let mark = format!("MARK{}={}", std::process::id(), engine.name);
        site.variables.insert("MARK".into(), mark);
        site.limits.wall = Duration::from_millis(300);
        for line in ["true", "exit 3", "kill -9 $$", "sleep 60"] {
            site.run(&sandbox, line).await;
        }
        // Dropped while the engine may be anywhere in starting it.
        for after in [20, 80, 150, 250, 400] {
            let _ = tokio::time::timeout(Duration::from_millis(after), sandbox.run(&site.shell("sleep 60"))).await;
        }
        let ours = format!("journeyman-{}-", std::process::id());
        let token = owner_of(&sandbox);
        let begun = Instant::now();
        loop {
            let left: Vec<String> =
                engine.left().lines().filter(|name| name.starts_with(&ours) && name.contains(&token)).map(str::to_owned).collect();
            if left.is_empty() {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(15), "{}: {left:?}", engine.name);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// A service manager ends all processes of a service at once.
#[tokio::test]
async fn the_helper_of_a_container_is_not_ended_before_it_has_cleared_up() {
    for (number, engine) in engines().iter().enumerate() {
        let containers = engine.containers(Options::new(helper())).await;
        let sandbox = containers.fence(&containers.allowed(&engine.image).unwrap()).await.unwrap();
        let mut site = Site::new();
        let mark = format!("4{:09}{number}", std::process::id());
        site.variables.insert("MARK".into(), mark.clone());
        let running = sandbox.start(&site.shell("sleep 100")).await.unwrap();
        let client = processes_with(&format!("MARK={mark}")).into_iter().min().unwrap();
        let stat = std::fs::read_to_string(format!("/proc/{client}/stat")).unwrap();
        let parent: i32 = stat[stat.rfind(')').unwrap() + 1..].split_whitespace().nth(1).unwrap().parse().unwrap();
        assert!(std::fs::read_to_string(format!("/proc/{parent}/cmdline")).unwrap().contains("sandbox-exec"));
        let parent = rustix::process::Pid::from_raw(parent).unwrap();
        rustix::process::kill_process(parent, rustix::process::Signal::TERM).unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(rustix::process::test_kill_process(parent).is_ok(), "{}", engine.name);
        drop(running);
        let (token, begun) = (owner_of(&sandbox), Instant::now());
        while engine.left().contains(&token) {
            assert!(begun.elapsed() < Duration::from_secs(15), "{}", engine.name);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// The word that marks the containers of one preparation; other tests of this process have others.
fn owner_of(sandbox: &Sandbox) -> String {
    let text = format!("{sandbox:?}");
    let from = text.find("owner: \"").unwrap() + "owner: \"".len();
    text[from..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn containers_of_a_service_that_is_no_more_are_removed_when_the_next_begins() {
    for engine in engines() {
        let name = format!("journeyman-999999999-test{}", std::process::id());
        let hard = rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum.unwrap_or(1024).min(1024);
        let files = format!("nofile={hard}:{hard}");
        let arguments =
            ["run", "--detach", "--name", &name, "--label", "journeyman.owner=999999999-x", "--network", "none", "--ulimit", &files];
        let more = ["--ulimit", "nproc=500:500", &engine.image, "sleep", "1000"];
        let made = engine.ask(&[&arguments[..], &more[..]].concat());
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let begun = Instant::now();
        // Another test's service may begin meanwhile, and remove it as well.
        while engine.left().contains(&name) {
            assert!(begun.elapsed() < Duration::from_secs(30));
            engine.containers(Options::new(helper())).await;
        }
    }
}
