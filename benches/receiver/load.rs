//! Clients that keep a connection each and send the next delivery when the last is answered, all on one thread and without
//! an HTTP library, so that the load costs little of the machine that it is meant to measure.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use hmac::{Hmac, KeyInit as _, Mac as _};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{SECRET, machine, payload};

/// What the clients send.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Genuine,
    WrongSignature,
}

impl FromStr for Kind {
    type Err = anyhow::Error;
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "Genuine" => Ok(Self::Genuine),
            "WrongSignature" => Ok(Self::WrongSignature),
            _ => anyhow::bail!("no such kind of load"),
        }
    }
}

/// This program again, in another part.
#[expect(clippy::disallowed_methods, reason = "the server and the load are measured as processes")]
pub fn this_program(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap_or_default());
    command.args(arguments).stdout(Stdio::piped());
    command
}

/// Starts the clients in a process of their own.
pub fn start(address: SocketAddr, connections: usize, seconds: f64, kind: Kind) -> Result<Child> {
    let (address, connections, seconds, kind) = (address.to_string(), connections.to_string(), seconds.to_string(), format!("{kind:?}"));
    Ok(this_program(&["load", &address, &connections, &seconds, &kind]).spawn()?)
}

/// What the clients saw. Times are in microseconds and leave out the first tenth of the load, as `rate` does.
#[derive(Debug)]
pub struct Outcome {
    warm_up: u64,
    expected: u64,
    pub other: u64,
    seconds: f64,
    median: u32,
    most: u32,
    longest: u32,
    /// The clients' own CPU time.
    pub cpu_seconds: f64,
}

impl Outcome {
    /// Waits for the clients.
    pub fn read(clients: Child) -> Result<Self> {
        let output = clients.wait_with_output()?;
        let text = String::from_utf8(output.stdout)?;
        let mut fields = text.split_whitespace();
        let mut next = || fields.next().context("the load ended early");
        Ok(Self {
            warm_up: next()?.parse()?,
            expected: next()?.parse()?,
            other: next()?.parse()?,
            seconds: next()?.parse()?,
            median: next()?.parse()?,
            most: next()?.parse()?,
            longest: next()?.parse()?,
            cpu_seconds: next()?.parse()?,
        })
    }
    pub fn rate(&self) -> f64 {
        self.expected as f64 / self.seconds
    }
    /// Also of the time that the rate leaves out.
    pub fn all_answers(&self) -> u64 {
        self.warm_up + self.expected
    }
    pub fn latencies(&self) -> String {
        let ms = |us: u32| f64::from(us) / 1e3;
        format!("{:.2} / {:.2} / {:.1} ms", ms(self.median), ms(self.most), ms(self.longest))
    }
}

/// Sends until the time is up or the server is gone, and prints an [`Outcome`].
pub fn run(address: SocketAddr, connections: usize, duration: Duration, kind: Kind) -> Result<()> {
    let body = payload::body();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let begun = Instant::now();
    let (from, until) = (begun + duration / 10, begun + duration);
    let clients = (0..connections).map(|n| Client::new(n, &body, kind).send(address, from, until));
    let seen: Vec<Seen> = runtime.block_on(futures_util::future::join_all(clients));
    let sum = |count: fn(&Seen) -> u64| seen.iter().map(count).sum::<u64>();
    let mut times: Vec<u32> = seen.iter().flat_map(|client| client.times.iter().copied()).collect();
    times.sort_unstable();
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).or(times.last()).copied().unwrap_or(0);
    let seconds = (duration - duration / 10).as_secs_f64();
    let cpu = machine::cpu_seconds("self")?;
    println!("{} {} {} {seconds} {} {} {} {cpu}", sum(|c| c.warm_up), times.len(), sum(|c| c.other), at(0.5), at(0.99), at(1.0));
    Ok(())
}

#[derive(Default)]
struct Seen {
    warm_up: u64,
    other: u64,
    times: Vec<u32>,
}

struct Client {
    request: Vec<u8>,
    guid: usize,
    /// Tells the clients' deliveries of one moment apart.
    number: u64,
    begun: Instant,
    expected: &'static [u8],
}

impl Client {
    fn new(number: usize, body: &[u8], kind: Kind) -> Self {
        let (secret, expected) = match kind {
            Kind::Genuine => (SECRET, &b"HTTP/1.1 202"[..]),
            Kind::WrongSignature => ("a guess", &b"HTTP/1.1 401"[..]),
        };
        let mut head = "POST /webhook HTTP/1.1\r\nhost: bench.example\r\nuser-agent: GitHub-Hookshot/044aadd\r\naccept: */*\r\n\
                        content-type: application/json\r\nx-github-event: issues\r\nx-github-hook-id: 292430182\r\n\
                        x-github-hook-installation-target-type: integration\r\nx-github-hook-installation-target-id: 79929171\r\n\
                        x-github-delivery: "
            .to_owned();
        let guid = head.len();
        let signature: String = sign(secret, body).iter().map(|byte| format!("{byte:02x}")).collect();
        head += &format!("{:36}\r\nx-hub-signature-256: sha256={signature}\r\ncontent-length: {}\r\n\r\n", "", body.len());
        Self { request: [head.as_bytes(), body].concat(), guid, number: number as u64, begun: Instant::now(), expected }
    }

    /// The next delivery's name: a UUID of version 1, as GitHub's are, so made of the time in steps of 100 ns.
    fn rename(&mut self) {
        let time = 0x01ef_a4b2_72d3_162e + u64::try_from(self.begun.elapsed().as_nanos() / 100).unwrap_or(0);
        let (low, middle, high) = (time & 0xffff_ffff, time >> 32 & 0xffff, time >> 48 & 0xfff);
        let guid = format!("{low:08x}-{middle:04x}-1{high:03x}-81ab-{:012x}", self.number);
        self.request[self.guid..self.guid + 36].copy_from_slice(guid.as_bytes());
    }

    async fn send(mut self, address: SocketAddr, from: Instant, until: Instant) -> Seen {
        let mut seen = Seen::default();
        // An error is the server's end: what was answered until then is what counts.
        self.send_on(address, from, until, &mut seen).await.ok();
        seen
    }

    async fn send_on(&mut self, address: SocketAddr, from: Instant, until: Instant, seen: &mut Seen) -> Result<()> {
        let mut stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut answer = Vec::with_capacity(1024);
        loop {
            self.rename();
            let sent = Instant::now();
            if sent >= until {
                return Ok(());
            }
            stream.write_all(&self.request).await?;
            answer.clear();
            // Every answer of the receiver is one JSON object.
            while answer.last() != Some(&b'}') {
                anyhow::ensure!(stream.read_buf(&mut answer).await? > 0, "the server closed the connection");
            }
            if !answer.starts_with(self.expected) {
                seen.other += 1;
            } else if sent < from {
                seen.warm_up += 1;
            } else {
                seen.times.push(u32::try_from(sent.elapsed().as_micros())?);
            }
        }
    }
}

fn sign(secret: &str, body: &[u8]) -> [u8; 32] {
    let mut mac = match Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()) {
        Ok(mac) => mac,
        Err(never) => unreachable!("{never}: HMAC takes keys of any length"),
    };
    mac.update(body);
    mac.finalize().into_bytes().into()
}
