//! The machine: what it is, and how the two sides of a run are kept out of each other's way.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use rustix::process::{Resource, Rlimit, getrlimit, setpriority_process, setrlimit};
use rustix::thread::{CpuSet, sched_setaffinity};

use crate::Outcome;

pub const SERVER_CORE: usize = 0;
pub const GENERATOR_CORE: usize = 1;
/// Before everything else that runs on the machine.
const PRIORITY: i32 = -10;

/// The kernel shares a core out by session first: inside its own, a priority says nothing about the others.
const SESSION: &str = "/proc/self/autogroup";

/// What was changed for the run beyond this process, to be changed back after it.
pub struct Precedence;

impl Drop for Precedence {
    fn drop(&mut self) {
        let _ = std::fs::write(SESSION, "0");
    }
}

/// Puts this thread on the generator's core, ahead of others where that is allowed, with as many files as may be.
pub fn prepare() -> Outcome<Precedence> {
    if std::thread::available_parallelism()?.get() < 2 {
        return Err("two cores are needed: one for the server, one for all its clients".into());
    }
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?;
    // There may be no such sharing here; then the priority alone does.
    let _ = std::fs::write(SESSION, PRIORITY.to_string());
    if setpriority_process(None, PRIORITY).is_err() {
        eprintln!("(not allowed to go before other programs: expect longer tails)");
    }
    stand_on(GENERATOR_CORE)?;
    Ok(Precedence)
}

fn stand_on(core: usize) -> Outcome<()> {
    let mut cores = CpuSet::new();
    cores.set(core);
    Ok(sched_setaffinity(None, &cores)?)
}

/// Runs `work` on another core. A program started in it stays there, and so do all its threads.
pub fn on_core<T>(core: usize, work: impl FnOnce() -> T) -> Outcome<T> {
    stand_on(core)?;
    let done = work();
    stand_on(GENERATOR_CORE)?;
    Ok(done)
}

/// Of a process and all its threads, since it started; to the hundredth of a second.
pub fn processor_seconds(process: u32) -> Outcome<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name may hold anything but ends with the last bracket.
    let after_name = stat.rsplit_once(") ").ok_or("a strange /proc")?.1;
    let mut fields = after_name.split(' ').skip(11).map(str::parse::<f64>);
    match (fields.next(), fields.next()) {
        (Some(Ok(user)), Some(Ok(system))) => Ok((user + system) / 100.0),
        _ => Err("a strange /proc".into()),
    }
}

pub fn resident_kib(process: u32) -> Outcome<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    Ok(figure(&status, "VmRSS:").ok_or("a process without memory")?)
}

/// The number after a name in one of the lists under `/proc`.
fn figure(list: &str, name: &str) -> Option<u64> {
    list.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

/// What a reader needs to know to compare.
pub struct Facts {
    pub processor: String,
    pub cores: usize,
    pub memory_gib: u64,
    pub kernel: String,
    /// Milliseconds to append 160 bytes and have them on disk, at the median and for one in a hundred.
    pub flush: (f64, f64),
    pub load: String,
    /// UTC.
    pub date: String,
}

impl Facts {
    /// `folder` is where the data will be.
    pub fn gather(folder: &Path) -> Outcome<Self> {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let cpu = read("/proc/cpuinfo");
        let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let load = read("/proc/loadavg");
        Ok(Self {
            processor: model.map_or("unknown", |(_, name)| name).to_owned(),
            cores: cpu.lines().filter(|line| line.starts_with("processor")).count(),
            memory_gib: figure(&read("/proc/meminfo"), "MemTotal:").unwrap_or(0).div_ceil(1024 * 1024),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            flush: flush_times(folder)?,
            load: load.split(' ').next().unwrap_or("?").to_owned(),
            date: jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string(),
        })
    }

    pub fn in_one_line(&self) -> String {
        format!(
            "{}, {} cores, {} GiB, Linux {}, fdatasync {:.2} / {:.2} ms (p50 / p99), load {}, {}",
            self.processor, self.cores, self.memory_gib, self.kernel, self.flush.0, self.flush.1, self.load, self.date
        )
    }
}

fn flush_times(folder: &Path) -> Outcome<(f64, f64)> {
    const TIMES: usize = 500;
    let path = folder.join("flush");
    let mut file = File::create(&path)?;
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let started = Instant::now();
        file.write_all(&[0; 160])?;
        file.sync_data()?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    std::fs::remove_file(path)?;
    times.sort_by(f64::total_cmp);
    Ok((times[TIMES / 2], times[TIMES * 99 / 100]))
}
