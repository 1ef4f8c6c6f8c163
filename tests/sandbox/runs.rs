//! What a command needs works, under every fence.

use journeyman::sandbox::{Options, Status};

use crate::harness::{Site, fences, helper};

#[tokio::test]
async fn a_command_runs_in_its_workspace_with_its_own_home_and_a_place_for_what_is_temporary() {
    for (name, sandbox) in fences(|| Options::new(helper())).await {
        println!("{name}: {}", sandbox.describe());
        let site = Site::new();
        let line = r#"pwd; echo a > file && mkdir -p "$HOME/b" && echo c > "$TMPDIR/c" && cat "$TMPDIR/c" file; echo $CI $TERM >&2; id -u; exit 3"#;
        let outcome = site.run(&sandbox, line).await;
        let user = if rustix::process::geteuid().is_root() { 65534 } else { rustix::process::geteuid().as_raw() };
        assert_eq!(outcome.output, format!("{}\nc\na\n1 dumb\n{user}\n", site.workspace().display()), "{name}");
        assert_eq!((outcome.status, outcome.cut), (Status::Exited(3), 0), "{name}");
        assert!(site.path("workspace/file").is_file() && site.path("home/b").is_dir(), "{name}");
    }
}
