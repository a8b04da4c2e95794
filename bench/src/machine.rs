//! What the figures depend on.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use tokio::time::Instant;

/// Cores, processor and system, as far as the system tells.
pub(crate) fn description() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        line.split_once(':').map(|(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut text = format!("{cores} cores");
    if let Some(model) = field(&read("/proc/cpuinfo"), "model name") {
        // Writing into a String cannot fail.
        let _ = write!(text, ", {model}");
    }
    let _ = write!(text, ", Linux {}", read("/proc/sys/kernel/osrelease").trim());
    text
}

/// Memory of a process that is in RAM now, in megabytes.
pub(crate) fn resident_mb(process: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).context("the server is gone")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024.0)
}

/// Time that a process has had of the processors so far, in milliseconds.
pub(crate) fn processor_ms(process: u32) -> Result<f64> {
    /// The kernel counts hundredths of a second, whatever its own clock does.
    const TICK_MS: f64 = 10.0;
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).context("the server is gone")?;
    let (_, fields) = stat.rsplit_once(')').context("no name in /proc")?;
    let ticks = |at: usize| fields.split_ascii_whitespace().nth(at).and_then(|text| text.parse::<f64>().ok());
    let (user, system) = ticks(11).zip(ticks(12)).context("no times in /proc")?;
    Ok((user + system) * TICK_MS)
}

/// The median of writing 4 KiB to the end of a file and having it on disk, in milliseconds.
pub(crate) fn fsync_ms(folder: &Path) -> Result<f64> {
    const TIMES: usize = 200;
    let path = folder.join("fsync");
    let mut file = File::create(&path)?;
    let mut each_ms = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let start = Instant::now();
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        each_ms.push(start.elapsed().as_secs_f64() * 1_000.0);
    }
    std::fs::remove_file(path)?;
    each_ms.sort_by(f64::total_cmp);
    Ok(each_ms[TIMES / 2])
}

/// The machine shared out: the first core for what is measured, the others for who measures, where there are several.
#[derive(Debug)]
pub(crate) struct Share {
    others: Option<String>,
}

impl Share {
    /// Moves this process to the others until it is dropped.
    pub(crate) fn take() -> Result<Self> {
        let cores = std::thread::available_parallelism()?.get();
        let others = (cores > 1).then(|| format!("1-{}", cores - 1)).filter(|others| move_to(others));
        Ok(Self { others })
    }

    pub(crate) fn is_apart(&self) -> bool {
        self.others.is_some()
    }

    /// A program on the first core.
    pub(crate) fn alone(&self, program: &Path) -> Command {
        on(self.others.as_ref().map(|_| "0"), program)
    }

    /// A program beside this one.
    pub(crate) fn beside(&self, program: &Path) -> Command {
        on(self.others.as_deref(), program)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if let Some(others) = &self.others {
            move_to(&others.replacen('1', "0", 1));
        }
    }
}

fn on(cores: Option<&str>, program: &Path) -> Command {
    let Some(cores) = cores else { return Command::new(program) };
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", cores]).arg(program);
    command
}

/// Whether every thread of this process now runs on these cores; util-linux does it.
fn move_to(cores: &str) -> bool {
    let mut command = Command::new("taskset");
    command.args(["--all-tasks", "--cpu-list", "--pid", cores, &std::process::id().to_string()]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// A port that nobody listened on a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
