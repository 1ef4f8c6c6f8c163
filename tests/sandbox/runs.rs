//! What a command needs works, under every fence; what it may use up is bounded; and nothing of it is left.

use std::time::{Duration, Instant};

use journeyman::sandbox::{Command, Error, Forward, Job, Limits, Network, Options, Sandbox, Status};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use crate::containers::is_container;
use crate::harness::{Site, fences, helper, processes_with, with_containers};
use crate::place::outside;

async fn all() -> Vec<(&'static str, Sandbox)> {
    with_containers(|| Options::new(helper())).await
}

#[tokio::test]
async fn a_command_runs_in_its_workspace_with_its_own_home_and_a_place_for_what_is_temporary() {
    for (name, sandbox) in all().await {
        let site = Site::new();
        let line = r#"pwd; echo a > file && mkdir -p "$HOME/b" && echo c > "$TMPDIR/c" && cat "$TMPDIR/c" file; echo $CI $TERM >&2; id -u; exit 3"#;
        let outcome = site.run(&sandbox, line).await;
        let user = if rustix::process::geteuid().is_root() { 65534 } else { rustix::process::geteuid().as_raw() };
        assert_eq!(outcome.output, format!("{}\nc\na\n1 dumb\n{user}\n", site.workspace().display()), "{name}");
        assert_eq!((outcome.status, outcome.cut), (Status::Exited(3), 0), "{name}");
        assert!(site.path("workspace/file").is_file() && site.path("home/b").is_dir(), "{name}");
    }
}

#[tokio::test]
async fn how_a_command_ended_is_told_as_it_was() {
    for (name, sandbox) in all().await {
        let site = Site::new();
        for (line, status) in [
            ("true", Status::Exited(0)),
            ("exit 137", Status::Exited(137)),
            ("kill -9 $$", Status::Signalled(9)),
            ("kill -15 $$", Status::Signalled(15)),
            // With the default meaning of every signal.
            ("yes | head -n 1 > /dev/null", Status::Exited(0)),
        ] {
            // An engine tells a signal by the number that a shell would.
            let status = if line == "exit 137" && is_container(name) { Status::Signalled(9) } else { status };
            assert_eq!(site.run(&sandbox, line).await.status, status, "{name}: {line}");
        }
        let missing = site.job(Command::Program { program: "no-such-program".into(), arguments: Vec::new() });
        let error = sandbox.run(&missing).await.unwrap_err();
        assert!(matches!(&error, Error::NotStarted(why) if why.contains("no-such-program")), "{name}: {error}");
        let elsewhere = Job { directory: "..".into(), ..site.shell("true") };
        assert!(matches!(sandbox.run(&elsewhere).await, Err(Error::NotStarted(_))), "{name}");
    }
}

#[tokio::test]
async fn both_streams_come_in_the_order_in_which_they_were_written() {
    for (name, sandbox) in all().await {
        let site = Site::new();
        let outcome = site.run(&sandbox, "for n in 1 2 3; do echo out $n; echo err $n >&2; done; printf 'no text: \\377'").await;
        assert_eq!(outcome.output, "out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\nno text: \u{fffd}", "{name}");
    }
}

#[tokio::test]
async fn of_long_output_head_and_tail_are_kept() {
    for (name, sandbox) in all().await {
        let mut site = Site::new();
        site.limits.output = 1000;
        let outcome = site.run(&sandbox, "echo first; seq 1 100000; echo last").await;
        assert!(outcome.output.starts_with("first\n1\n2\n") && outcome.output.ends_with("\n100000\nlast\n"), "{name}: {}", outcome.output);
        assert!(outcome.output.contains(&format!("[{} bytes of output cut out here]", outcome.cut)), "{name}");
        assert_eq!(outcome.cut, 588_895 + 6 + 5 - 1000, "{name}");
    }
}

#[tokio::test]
async fn a_command_that_takes_too_long_is_ended_with_all_that_it_started() {
    for (name, sandbox) in all().await {
        let mut site = Site::new();
        site.limits.wall = Duration::from_millis(700);
        let mark = format!("7{:09}", std::process::id());
        let line = format!("trap '' TERM INT HUP; (setsid sleep {mark} &) ; nohup sleep {mark} & echo begun; sleep {mark}");
        let outcome = site.run(&sandbox, &line).await;
        assert_eq!(outcome.status, Status::TimedOut, "{name}");
        assert!(outcome.output.contains("begun") && outcome.took < Duration::from_secs(10), "{name}: {outcome:?}");
        assert_eq!(processes_with(&mark), Vec::<u32>::new(), "{name}");
    }
}

#[tokio::test]
async fn nothing_outlives_a_command_however_it_was_left_behind() {
    for (name, sandbox) in all().await {
        let site = Site::new();
        let mark = format!("8{:09}", std::process::id());
        // In a session of its own, twice forked, deaf to hanging up, stopped.
        let line = format!(
            "setsid sleep {mark} & (setsid sh -c 'sleep {mark} & sleep {mark}' &) ; nohup sleep {mark} >/dev/null 2>&1 & \
             sh -c 'kill -STOP $$; : {mark}' & sleep 0.3; cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -o 'sleep {mark}' | wc -l"
        );
        let outcome = site.run(&sandbox, &line).await;
        assert_eq!(
            outcome.output.trim().lines().last().map(|last| last.trim().parse::<usize>().unwrap() >= 4),
            Some(true),
            "{name}: {outcome:?}"
        );
        assert_eq!(processes_with(&mark), Vec::<u32>::new(), "{name}");
    }
}

#[tokio::test]
async fn dropping_what_runs_ends_it() {
    for (name, sandbox) in all().await {
        let site = Site::new();
        let mark = format!("9{:09}", std::process::id());
        let job = site.shell(&format!("sleep {mark} & setsid sleep {mark} & wait"));
        let waited = tokio::time::timeout(Duration::from_millis(500), sandbox.run(&job)).await;
        assert!(waited.is_err(), "{name}");
        gone(name, &mark).await;
        let running = sandbox.start(&job).await.unwrap();
        assert!(
            !processes_with(&mark).is_empty() || {
                tokio::time::sleep(Duration::from_millis(300)).await;
                !processes_with(&mark).is_empty()
            }
        );
        drop(running);
        gone(name, &mark).await;
    }
}

async fn gone(name: &str, mark: &str) {
    let begun = Instant::now();
    while !processes_with(mark).is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(5), "{name}: still there");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_started_command_is_spoken_with() {
    for (name, sandbox) in all().await {
        let site = Site::new();
        let mut running =
            sandbox.start(&site.shell("while read line; do echo \"heard $line\"; echo noise >&2; done; exit 4")).await.unwrap();
        let (mut stdin, stdout) = (running.stdin.take().unwrap(), running.stdout.take().unwrap());
        let mut lines = BufReader::new(stdout).lines();
        for word in ["a", "b"] {
            stdin.write_all(format!("{word}\n").as_bytes()).await.unwrap();
            assert_eq!(lines.next_line().await.unwrap(), Some(format!("heard {word}")), "{name}");
        }
        drop(stdin);
        let outcome = running.wait().await;
        assert_eq!((outcome.status, outcome.output.as_str()), (Status::Exited(4), "noise\nnoise\n"), "{name}");
        assert_eq!(running.wait().await, outcome, "{name}: asked again");
        let mut running = sandbox.start(&site.shell("sleep 100")).await.unwrap();
        assert_eq!(running.kill().await.status, Status::Signalled(9), "{name}");
    }
}

#[tokio::test]
async fn many_commands_run_at_once() {
    for (name, sandbox) in all().await {
        let sites: Vec<Site> = (0..8).map(|_| Site::new()).collect();
        let runs = sites.iter().map(|site| site.run(&sandbox, "echo $((20 + 22)); sleep 0.2"));
        for outcome in futures_util::future::join_all(runs).await {
            assert_eq!((outcome.status, outcome.output.as_str()), (Status::Exited(0), "42\n"), "{name}");
        }
    }
}

#[tokio::test]
async fn what_the_job_says_is_in_the_environment_and_nothing_of_ours() {
    for (name, sandbox) in all().await {
        let mut site = Site::new();
        site.variables.insert("GIVEN".into(), "yes".into());
        let outcome = site.run(&sandbox, "env").await;
        assert!(outcome.output.contains("GIVEN=yes\n"), "{name}: {}", outcome.output);
        assert!(!outcome.output.contains("CARGO_MANIFEST_DIR="), "{name}: what cargo gave us: {}", outcome.output);
    }
    assert!(std::env::vars().any(|(name, _)| name == "CARGO_MANIFEST_DIR"), "we have it");
}

#[tokio::test]
async fn only_namespaces_can_let_some_hosts_through() {
    for (name, sandbox) in all().await {
        let mut site = Site::new();
        site.network = Network::Forwards(vec![Forward { port: 3128, socket: site.path("socket") }]);
        let _listener = std::os::unix::net::UnixListener::bind(site.path("socket")).unwrap();
        let ran = sandbox.run(&site.shell("true")).await;
        match name {
            "floor" => assert!(matches!(&ran, Err(Error::Unfenced(why)) if why.contains("network namespaces")), "{ran:?}"),
            _ => assert_eq!(ran.unwrap().status, Status::Exited(0)),
        }
    }
}

#[tokio::test]
async fn toolchains_outside_the_system_can_be_used_and_not_changed() {
    if !outside("cargo".as_ref()).arg("--version").output().is_ok_and(|told| told.status.success()) {
        return eprintln!("NOT TESTED here: toolchains, of which this user has none");
    }
    for (name, sandbox) in fences(|| Options::new(helper())).await {
        let site = Site::new();
        let version = site.run(&sandbox, "rustc --version && cargo --version").await;
        assert!(version.succeeded() && version.output.starts_with("rustc "), "{name}: {version:?}");
        let build = "cargo init --quiet --vcs none --name a && cargo build --quiet --offline && ./target/debug/a";
        let built = site.run(&sandbox, build).await;
        assert_eq!((built.status, built.output.as_str()), (Status::Exited(0), "Hello, world!\n"), "{name}");
        let changed = site.run(&sandbox, r#"echo x > "$(dirname "$(command -v rustc)")/x" || echo x > "$RUSTUP_HOME/x""#).await;
        assert!(!changed.succeeded(), "{name}: {changed:?}");
    }
}

#[tokio::test]
async fn where_no_fence_can_be_had_nothing_runs_unless_the_machine_is_disposable() {
    let site = Site::new();
    let no_helper = site.path("helper");
    std::fs::write(&no_helper, "#!/bin/sh\nexit 1\n").unwrap();
    std::fs::set_permissions(&no_helper, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let error = Sandbox::prepare(no_helper.clone()).await.unwrap_err();
    assert!(matches!(error, Error::Unfenced(_)), "{error}");
    let disposable = Options { disposable_machine: true, ..Options::new(no_helper) };
    let sandbox = Sandbox::prepare(disposable).await.unwrap();
    assert!(sandbox.describe().starts_with("no fence: "), "{}", sandbox.describe());
}

#[tokio::test]
async fn limits_as_they_come_do_not_hinder_a_build() {
    for (name, sandbox) in all().await {
        let mut site = Site::new();
        site.limits = Limits::default();
        let line = "node --version 2>/dev/null || true; python3 -c 'import threading; print(1)' 2>/dev/null || true; ls /usr/bin > list";
        assert!(site.run(&sandbox, line).await.succeeded(), "{name}");
    }
}
