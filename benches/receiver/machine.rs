//! On what the figures were measured.

use std::fs::read_to_string;

use anyhow::{Context, Result};

/// Processor, cores, kernel, and how busy the machine is with other things.
pub fn describe() -> Result<String> {
    let cpu = read_to_string("/proc/cpuinfo")?;
    let field =
        |name: &str| cpu.lines().find(|line| line.starts_with(name)).and_then(|line| line.split_once(':')).map_or("?", |(_, v)| v.trim());
    let cores = std::thread::available_parallelism()?;
    let kernel = read_to_string("/proc/sys/kernel/osrelease")?;
    let load = read_to_string("/proc/loadavg")?;
    let hashing = if field("flags").contains("sha_ni") { "with SHA instructions" } else { "without SHA instructions" };
    let load = load.split(' ').next().unwrap_or("?");
    Ok(format!("machine: {} {hashing}, {cores} cores, Linux {}, load average before {load}", field("model name"), kernel.trim()))
}

/// User and system time of a process, or of `self`. The kernel counts it in hundredths of a second (proc(5), `USER_HZ`).
pub fn cpu_seconds(process: &str) -> Result<f64> {
    let stat = read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = stat.rsplit_once(')').context("no name in stat")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |n: usize| -> Result<f64> { Ok(fields.get(n).context("stat is short")?.parse()?) };
    Ok((ticks(11)? + ticks(12)?) / 100.0)
}
