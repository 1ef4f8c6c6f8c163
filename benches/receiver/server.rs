//! The receiver in a process of its own, and a look at it from outside.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use journeyman::clock::Clock;
use journeyman::store::{Store, StoreConfig};
use journeyman::web::{Receiver, router, serve};
use tokio_util::sync::CancellationToken;

use crate::SECRET;

/// Serves until its standard input ends, which it does at the latest when its parent is gone.
pub fn run(folder: &Path) -> Result<()> {
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    std::thread::spawn(move || {
        std::io::stdin().read_to_end(&mut vec![]).ok();
        stopping.cancel();
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let store = Arc::new(Store::open(&StoreConfig::sqlite(folder.join("store.db"))).await?);
        let clock = Clock::System;
        let worker_seen = Arc::new(AtomicI64::new(clock.now().0));
        let receiver = Receiver {
            secrets: vec![SECRET.into()],
            store: store.clone(),
            clock: Arc::new(move || clock.now()),
            worker_seen,
            pages: None,
            github: String::new(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        serve(listener, router(receiver), stop.cancelled()).await?;
        store.close().await;
        Ok(())
    })
}

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    pub start_up: Duration,
}

/// Resident bytes.
pub struct Memory {
    pub now: u64,
    pub most: u64,
}

impl Server {
    pub fn start(folder: &Path) -> Result<Self> {
        let begun = Instant::now();
        let folder = folder.to_str().context("a folder with a UTF-8 name expected")?;
        let mut child = super::load::this_program(&["serve", folder]).stdin(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("the server has no output")?).read_line(&mut line)?;
        let address = line.trim().parse().context("the server did not start")?;
        let mut health = TcpStream::connect(address)?;
        health.write_all(b"GET /healthz HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n")?;
        health.read_to_end(&mut vec![])?;
        Ok(Self { child, address, start_up: begun.elapsed() })
    }

    pub fn memory(&self) -> Result<Memory> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let field = |name: &str| -> Result<u64> {
            let line = status.lines().find(|line| line.starts_with(name)).context("no such line")?;
            Ok(line.split_whitespace().nth(1).context("no number")?.parse::<u64>()? * 1024)
        };
        Ok(Memory { now: field("VmRSS:")?, most: field("VmHWM:")? })
    }

    pub fn cpu_seconds(&self) -> Result<f64> {
        super::machine::cpu_seconds(&self.child.id().to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
