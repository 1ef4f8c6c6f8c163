//! When the service is killed, nothing that it started goes on.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use journeyman::sandbox::Options;

use crate::harness::{Site, helper, processes_with, with_containers};
use crate::place::{ourselves, outside};

const ROLE: &str = "JOURNEYMAN_SERVICE";

/// In a process of its own: runs a command under the fence that it is told of, and is killed meanwhile.
#[tokio::test]
async fn a_service_runs_when_this_program_is_asked_to() {
    let Some((_, told)) = std::env::vars().find(|(name, _)| name == ROLE) else { return };
    let (fence, mark) = told.split_once(' ').unwrap();
    for (name, sandbox) in with_containers(|| Options::new(helper())).await {
        if name == fence {
            println!("\nready");
            let site = Site::new();
            site.run(&sandbox, &format!("sleep {mark} & setsid sh -c 'trap \"\" TERM HUP; sleep {mark}; : {mark}' & wait")).await;
        }
    }
}

#[tokio::test]
async fn a_service_that_is_killed_leaves_nothing_running() {
    for (number, (name, _)) in with_containers(|| Options::new(helper())).await.into_iter().enumerate() {
        let mark = format!("5{:09}{number}", std::process::id());
        let mut service = outside(&ourselves());
        service.args(["--exact", "death::a_service_runs_when_this_program_is_asked_to", "--nocapture"]);
        let mut service = service.env(ROLE, format!("{name} {mark}")).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(service.stdout.take().unwrap()).lines();
        lines.map_while(Result::ok).find(|line| line == "ready").unwrap();
        until(name, || processes_with(&format!("sleep\0{mark}")).len() >= 2);
        service.kill().unwrap();
        service.wait().unwrap();
        until(name, || processes_with(&mark).is_empty());
    }
}

fn until(name: &str, what: impl Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{name}: it does not come");
        std::thread::sleep(Duration::from_millis(10));
    }
}
