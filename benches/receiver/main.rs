//! What receiving costs: `cargo bench --bench receiver [-- SECONDS]`, with `SECONDS` for each round of load (5).
//!
//! The server, with the real store on a real file, and the load each run in a process of their own (this program again), so that
//! memory and CPU time are the server's alone. Both share the machine: the figures include the cost of making the load.

mod load;
mod machine;
mod payload;
mod server;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use journeyman::store::{Store, StoreConfig};

use load::{Kind, Outcome};
use server::Server;

const CONNECTIONS: usize = 64;
const SECRET: &str = "a webhook secret of a usual length";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["serve", folder] => server::run(Path::new(folder)),
        ["load", address, connections, seconds, kind] => {
            load::run(address.parse()?, connections.parse()?, Duration::from_secs_f64(seconds.parse()?), kind.parse()?)
        }
        [] => measure(5.0),
        [seconds] => measure(seconds.parse().context("a number of seconds expected")?),
        _ => anyhow::bail!("at most a number of seconds expected"),
    }
}

fn measure(seconds: f64) -> Result<()> {
    let body = payload::body();
    println!("{}", machine::describe()?);
    println!("delivery: {} bytes of JSON, {} compressed", body.len(), lz4_flex::block::compress(&body).len());
    let line = |what: &str, figure: String| println!("{what:<58} {figure:>34}");
    line("start-up, until /healthz answers (median of 9)", format!("{:.1} ms", start_up()?));

    let (_folder, server) = start()?;
    line("memory, idle", megabytes(server.memory()?.now));
    let before = server.cpu_seconds()?;
    let many = load(server.address, CONNECTIONS, seconds, Kind::Genuine)?;
    let cost = (server.cpu_seconds()? - before) / many.all_answers() as f64;
    line("stored deliveries, 64 connections", format!("{:.0}/s", many.rate()));
    line("  until the answer, median / 99 % / longest", many.latencies());
    line("  server's CPU time for each", format!("{:.0} µs", cost * 1e6));
    line("  the load's CPU time for each", format!("{:.0} µs", many.cpu_seconds / many.all_answers() as f64 * 1e6));
    line("  memory at most", megabytes(server.memory()?.most));
    anyhow::ensure!(many.other == 0, "{} answers were not 202", many.other);
    drop(server);

    let (_folder, server) = start()?;
    let one = load(server.address, 1, seconds, Kind::Genuine)?;
    line("stored deliveries, 1 connection", format!("{:.0}/s", one.rate()));
    line("  until the answer, median / 99 % / longest", one.latencies());
    drop(server);

    let (_folder, server) = start()?;
    let before = server.cpu_seconds()?;
    let wrong = load(server.address, CONNECTIONS, seconds, Kind::WrongSignature)?;
    let cost = (server.cpu_seconds()? - before) / wrong.all_answers() as f64;
    line("refused wrong signatures, 64 connections", format!("{:.0}/s", wrong.rate()));
    line("  until the answer, median / 99 % / longest", wrong.latencies());
    line("  server's CPU time for each", format!("{:.0} µs", cost * 1e6));
    line("  memory at most", megabytes(server.memory()?.most));
    anyhow::ensure!(wrong.other == 0, "{} answers were not 401", wrong.other);
    drop(server);

    let (answered, stored) = kill_under_load()?;
    line("killed under load: answered with 202 / found after it", format!("{answered} / {stored}"));
    anyhow::ensure!(stored >= answered, "{} deliveries were lost", answered - stored);
    Ok(())
}

fn start() -> Result<(tempfile::TempDir, Server)> {
    // On the disk of the checkout: /tmp may be memory, which needs no time to be durable.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let server = Server::start(folder.path())?;
    Ok((folder, server))
}

/// Milliseconds.
fn start_up() -> Result<f64> {
    let mut times = (0..9).map(|_| Ok(start()?.1.start_up.as_secs_f64() * 1e3)).collect::<Result<Vec<_>>>()?;
    times.sort_by(f64::total_cmp);
    Ok(times[4])
}

fn load(address: SocketAddr, connections: usize, seconds: f64, kind: Kind) -> Result<Outcome> {
    Outcome::read(load::start(address, connections, seconds, kind)?)
}

/// Kills the server with SIGKILL in the middle of a load; returns how many deliveries it had answered for and how many are there.
fn kill_under_load() -> Result<(u64, u64)> {
    let (folder, server) = start()?;
    let running = load::start(server.address, CONNECTIONS, 3.0, Kind::Genuine)?;
    std::thread::sleep(Duration::from_millis(1500));
    drop(server);
    let answered = Outcome::read(running)?.all_answers();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let stored = runtime.block_on(async {
        let store = Store::open(&StoreConfig::sqlite(folder.path().join("store.db"))).await?;
        anyhow::Ok(store.counts().await?.waiting)
    })?;
    Ok((answered, stored))
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
