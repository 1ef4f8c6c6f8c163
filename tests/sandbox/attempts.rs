//! Attempts to reach beyond the fence. Each is made outside, where it succeeds, and inside, where it does not.

use journeyman::sandbox::{Command, Options, Sandbox, Status};

use crate::acts::{ATTEMPTS, Outside};
use crate::containers::is_container;
use crate::harness::{helper, with_containers};
use crate::place::{ARGUMENTS, Around, Place, ROLE, be_the_victim, ourselves, outside};

/// What the seccomp profiles of some engines allow. Each stays within the container: its own network's events, its own descriptors, its
/// own memory, and a question to a terminal that it does not have.
const ENGINES_MAY_ALLOW: [&str; 4] = ["hear the kernel's events", "use io_uring", "look at segment descriptors", "type into our terminal"];

/// How an attempt tells what came of it. Anything else means that the attempt itself is broken.
const COULD: i32 = 40;
const COULD_NOT: i32 = 41;
/// The kernel does not know the call.
const MISSING: i32 = 42;

#[test]
fn an_attempt_is_made_when_this_program_is_asked_to() {
    let Some((_, name)) = std::env::vars().find(|(name, _)| name == ROLE) else { return };
    if name == "be the victim" {
        return be_the_victim();
    }
    let attempt = ATTEMPTS.iter().find(|attempt| attempt.name == name).unwrap();
    match (attempt.act)(&Place::told()) {
        Ok(()) => std::process::exit(COULD),
        Err(error) => {
            println!("could not: {error}");
            let missing = error.raw_os_error() == Some(libc::ENOSYS);
            std::process::exit(if missing { MISSING } else { COULD_NOT })
        }
    }
}

#[tokio::test]
async fn what_is_forbidden_cannot_be_done_inside_and_could_be_done_outside() {
    let fences = with_containers(|| Options::new(helper())).await;
    let root = rustix::process::geteuid().is_root();
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for attempt in ATTEMPTS {
        // What was done outside would be seen inside: each has its own surroundings.
        let around = Around::new();
        let outcome = outside(&ourselves()).args(ARGUMENTS).envs(around.variables(attempt.name)).output().unwrap();
        match (outcome.status.code(), attempt.outside) {
            (Some(COULD), _) => {}
            (Some(MISSING), _) => eprintln!("this kernel has nothing to {}", attempt.name),
            (_, Outside::AsRoot) if !root => eprintln!("outside, only root can {}", attempt.name),
            (code, _) => wrong.push(format!("could not {} outside: {code:?} {}", attempt.name, String::from_utf8_lossy(&outcome.stdout))),
        }
        for (fence, sandbox) in &fences {
            let known = attempt.outside == Outside::FloorCannotStop && *fence == "floor" && !root;
            match inside(sandbox, attempt.name).await {
                (Status::Exited(COULD_NOT | MISSING), _) if !known => tried += 1,
                (Status::Exited(COULD), _) if known => {}
                (Status::Exited(COULD), _) if is_container(fence) && ENGINES_MAY_ALLOW.contains(&attempt.name) => {
                    eprintln!("{fence} lets a command {}", attempt.name);
                }
                (status, output) => wrong.push(format!("{fence}: {}: {status:?} {output}", attempt.name)),
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(ATTEMPTS.len() >= 40 && tried >= 40, "{tried} of {}", ATTEMPTS.len());
}

async fn inside(sandbox: &Sandbox, attempt: &str) -> (Status, String) {
    let mut around = Around::new();
    around.site.readable.push(ourselves());
    around.site.variables = around.variables(attempt);
    let arguments = ARGUMENTS.map(str::to_owned).to_vec();
    let job = around.site.job(Command::Program { program: ourselves().display().to_string(), arguments });
    let outcome = sandbox.run(&job).await.unwrap();
    (outcome.status, outcome.output)
}
