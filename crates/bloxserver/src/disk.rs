//! Watches how much room there is where the database lies.

use std::path::PathBuf;
use std::time::Duration;

use engine::Engine;
use tokio_util::sync::CancellationToken;

/// Between two looks: at 100 MB a second a disk with the default mark does not get full in between.
const EVERY: Duration = Duration::from_secs(1);

/// A folder whose file system must not get full.
pub(crate) struct Disk {
    folder: PathBuf,
    /// With less free than that nothing new is begun; 0 is never.
    low_bytes: u64,
    is_low: bool,
}

impl Disk {
    pub(crate) fn new(folder: PathBuf, low_bytes: u64) -> Self {
        Self { folder, low_bytes, is_low: false }
    }

    /// Looks once, and tells the engine.
    pub(crate) fn look(&mut self, engine: &Engine) {
        let free_bytes = match fs4::available_space(&self.folder) {
            Ok(free_bytes) => free_bytes,
            Err(error) => {
                tracing::warn!(%error, "the free space of the data folder cannot be read");
                return;
            }
        };
        metrics::gauge!("bloxserver_disk_free_bytes").set(free_bytes as f64);
        let is_low = is_low(self.is_low, free_bytes, self.low_bytes);
        if is_low != self.is_low {
            let (mb, low_mb) = (free_bytes / 1_000_000, self.low_bytes / 1_000_000);
            match is_low {
                true => tracing::error!(
                    "only {mb} MB are free in {}, DISK_LOW_MB is {low_mb}: nothing new is begun until there is room",
                    self.folder.display()
                ),
                false => tracing::info!("{mb} MB are free again: work goes on"),
            }
        }
        self.is_low = is_low;
        engine.set_disk_low(is_low);
    }

    /// Looks every second, until `stop`.
    pub(crate) async fn watch(mut self, engine: Engine, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(EVERY);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            self.look(&engine);
        }
    }
}

/// Once low, it stays so until there is a quarter more, so that it does not change with every commit.
fn is_low(was_low: bool, free_bytes: u64, low_bytes: u64) -> bool {
    free_bytes < if was_low { low_bytes + low_bytes / 4 } else { low_bytes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_more_room_to_go_on_than_to_stop() {
        assert!(!is_low(false, 100, 100) && is_low(false, 99, 100));
        assert!(is_low(true, 124, 100) && !is_low(true, 125, 100));
        assert!(!is_low(false, 0, 0), "without a mark it is never low");
    }
}
