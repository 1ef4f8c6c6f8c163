//! Processes as `/proc` shows them: how many a user has, and what descends from us and must end.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitOptions};

/// Parent and number of threads of every process.
fn all() -> BTreeMap<i32, (i32, u64)> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    numbers.filter_map(|number| Some((number, stat(&std::fs::read_to_string(format!("/proc/{number}/stat")).ok()?)?))).collect()
}

/// proc_pid_stat(5): the name in brackets may hold anything; parent is the 4th field, threads the 20th.
fn stat(line: &str) -> Option<(i32, u64)> {
    let fields: Vec<&str> = line.get(line.rfind(')')? + 1..)?.split_whitespace().collect();
    Some((fields.get(1)?.parse().ok()?, fields.get(17)?.parse().ok()?))
}

/// How many tasks a user has: ours, if none is named.
pub fn of_user(user: Option<u32>) -> u64 {
    let user = user.unwrap_or_else(|| rustix::process::getuid().as_raw());
    let owned = |number: i32| std::fs::metadata(format!("/proc/{number}")).is_ok_and(|found| found.uid() == user);
    all().into_iter().filter(|(number, _)| owned(*number)).map(|(_, (_, threads))| threads).sum()
}

fn descendants() -> BTreeSet<i32> {
    let all = all();
    let mut found = BTreeSet::new();
    let mut parents = vec![rustix::process::getpid().as_raw_nonzero().get()];
    while let Some(parent) = parents.pop() {
        for child in all.iter().filter(|(_, (of, _))| *of == parent).map(|(number, _)| *number) {
            if found.insert(child) {
                parents.push(child);
            }
        }
    }
    found
}

/// Reaps what has ended, and says how each did. Nothing when there is no child left.
pub fn reap(mut ended: impl FnMut(Pid, rustix::process::WaitStatus)) -> Option<()> {
    loop {
        match rustix::process::wait(WaitOptions::NOHANG) {
            Ok(Some((child, status))) => ended(child, status),
            Ok(None) => return Some(()),
            Err(_) => return None,
        }
    }
}

/// Ends everything that descends from us, and returns when it is gone. Orphans come to us, who must be their reaper. First all are
/// stopped, until there are no new ones, so that none can make another while we kill; then all are killed.
pub fn end_all() {
    while reap(|_, _| ()).is_some() {
        let mut stopped = BTreeSet::new();
        loop {
            let now = descendants();
            let fresh: Vec<i32> = now.difference(&stopped).copied().collect();
            if fresh.is_empty() {
                break;
            }
            send(fresh.iter().copied(), Signal::STOP);
            stopped.extend(fresh);
        }
        send(stopped.into_iter(), Signal::KILL);
        let mut waited = 0;
        while reap(|_, _| ()).is_some() && waited < 50 {
            std::thread::sleep(Duration::from_micros(500));
            waited += 1;
        }
    }
}

fn send(processes: impl Iterator<Item = i32>, signal: Signal) {
    for process in processes.filter_map(Pid::from_raw) {
        let _ = rustix::process::kill_process(process, signal);
    }
}

#[cfg(test)]
mod tests {
    use super::stat;

    #[test]
    fn a_name_with_brackets_and_spaces_is_no_field() {
        let line = "7 (a) b (c)) S 3 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 5 0 1 2 3";
        assert_eq!(stat(line), Some((3, 5)));
        assert_eq!(stat("no line"), None);
    }
}
