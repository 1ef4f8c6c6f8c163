//! Everything once more as an ordinary user, should we be root: without privileges the fence is built in other ways.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;

use crate::harness::helper;
use crate::place::{ourselves, outside};

/// Belongs to nobody's account.
const USER: u32 = 54_321;

#[test]
fn the_fence_holds_for_an_ordinary_user_too() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    // The user may not be able to reach where these were built.
    let programs = tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o755)).tempdir().unwrap();
    let [tests, program] = [("sandbox", ourselves()), ("journeyman", helper())].map(|(name, from)| {
        let to = programs.path().join(name);
        std::fs::copy(from, &to).unwrap();
        to
    });
    let home = programs.path().join("home");
    std::fs::create_dir(&home).unwrap();
    std::os::unix::fs::chown(&home, Some(USER), Some(USER)).unwrap();
    let mut all = outside(&tests);
    all.args(["--test-threads=4", "--nocapture"]).env("JOURNEYMAN_HELPER", program).env("HOME", home).current_dir("/").uid(USER).gid(USER);
    let outcome = all.output().unwrap();
    assert!(outcome.status.success(), "{}\n{}", String::from_utf8_lossy(&outcome.stdout), String::from_utf8_lossy(&outcome.stderr));
    for line in String::from_utf8_lossy(&outcome.stderr).lines().filter(|line| line.contains("NOT TESTED")) {
        eprintln!("{line}");
    }
}
