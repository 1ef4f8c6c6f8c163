//! How long it takes until a commit of a large repository lies on disk, and until what was changed in it is found.
//!
//! `cargo bench --bench checkout`. The repository has 50,000 files of some 700 bytes in 2,500 directories.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Context;
use journeyman::domain::Sha;
use journeyman::git::{self, Checkout};

const FILES: usize = 50_000;
const RUNS: usize = 5;

fn main() -> anyhow::Result<()> {
    let scratch = tempfile::tempdir()?;
    let git_dir = scratch.path().join("large.git");
    let (first, second) = repository(&git_dir)?;
    let mut cold = Vec::new();
    let mut place = scratch.path().join("0");
    for run in 0..RUNS {
        place = scratch.path().join(run.to_string());
        cold.push(timed(|| Checkout::at(&git_dir, &first, &place))?);
    }
    let mut same = Vec::new();
    let mut next = Vec::new();
    let mut found = Vec::new();
    for _ in 0..RUNS {
        same.push(timed(|| Checkout::at(&git_dir, &first, &place))?);
        next.push(timed(|| Checkout::at(&git_dir, &second, &place))?);
        let checkout = Checkout::left_at(&git_dir, &second, &place)?.context("the checkout is there")?;
        for n in 0..3 {
            std::fs::write(checkout.root().join(format!("d0/s0/f{n}.txt")), "changed\n")?;
        }
        found.push(timed(|| checkout.changes())?);
        anyhow::ensure!(checkout.changes()?.files.len() == 3, "three files were changed");
    }
    println!("{FILES} files, {RUNS} runs each: least, median, most");
    for (what, times) in [
        ("a checkout from nothing", &mut cold),
        ("the same commit again", &mut same),
        ("the next commit, 10 files", &mut next),
        ("finding three changed files", &mut found),
    ] {
        times.sort_unstable();
        let ms = |at: usize| times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1000.0);
        println!("  {what:<28} {:>7.0} {:>7.0} {:>7.0} ms", ms(0), ms(RUNS / 2), ms(RUNS - 1));
    }
    Ok(())
}

fn timed<T>(act: impl FnOnce() -> Result<T, git::Error>) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    drop(act()?);
    Ok(begun.elapsed())
}

/// Two commits: the second changes ten files.
fn repository(git_dir: &Path) -> anyhow::Result<(Sha, Sha)> {
    let mut init = git::command(git_dir);
    init.args(["init", "--quiet", "--bare"]).arg(git_dir);
    git::run(init, "make the repository")?;
    let mut stream = String::new();
    let head = |stream: &mut String| {
        stream.push_str("commit refs/heads/main\ncommitter A <a@example.org> 1700000000 +0000\ndata 1\nx\n");
    };
    let file = |stream: &mut String, n: usize, first: &str| {
        let text = format!("{first} {n}\n{}", "A line of some length that stands for code.\n".repeat(n % 30));
        write!(stream, "M 100644 inline d{}/s{}/f{n}.txt\ndata {}\n{text}\n", n % 250, n % 10, text.len())
    };
    head(&mut stream);
    for n in 0..FILES {
        file(&mut stream, n, "file")?;
    }
    head(&mut stream);
    for n in 0..10 {
        file(&mut stream, n * 250, "changed")?;
    }
    let mut import = git::command(git_dir);
    import.args(["fast-import", "--quiet"]).stdin(Stdio::piped());
    let mut child = import.spawn()?;
    child.stdin.take().context("git reads")?.write_all(stream.as_bytes())?;
    anyhow::ensure!(child.wait()?.success(), "git fast-import failed");
    let commit = |name: &str| -> anyhow::Result<Sha> {
        let mut parse = git::command(git_dir);
        parse.args(["rev-parse", name]);
        Ok(String::from_utf8(git::run(parse, "find the commit")?)?.trim().parse()?)
    };
    Ok((commit("main~1")?, commit("main")?))
}
