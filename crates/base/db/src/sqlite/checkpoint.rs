//! Copies the write-ahead log into the database beside the writer, so that no commit waits for it.
//!
//! SQLite by itself copies inside whichever commit fills the log: that one, and all behind it, wait for tens of
//! milliseconds. Here a thread of its own copies while the writer writes on; what was written meanwhile is little, and
//! the writer copies that itself between two commits. Then nothing in the log is new, and it begins from the front.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::connection::refused;
use crate::{Error, Result};

/// Pages in the log that are worth copying (16 MiB).
const FULL_PAGES: u32 = 4_000;
/// What the writer may copy itself: a few milliseconds.
const SMALL_PAGES: u32 = 250;
/// Passes beside the writer; each has what was written during the one before.
const MOST_PASSES: usize = 4;

const IDLE: u8 = 0;
const COPYING: u8 = 1;
const COPIED: u8 = 2;

/// The writer's side.
#[derive(Debug)]
pub(super) struct Checkpoints {
    log: Arc<Log>,
    begin: SyncSender<()>,
    /// Pages of the log that were copied but not given back, because a reader still read them.
    kept_pages: u32,
}

#[derive(Debug, Default)]
struct Log {
    /// In the log after the last commit.
    pages: AtomicU32,
    phase: AtomicU8,
}

impl Checkpoints {
    /// Watches the log of `writer` and copies it on `copier`, a second connection to the same file; its thread ends when
    /// this is dropped.
    pub(super) fn start(writer: &mut Connection, copier: Connection) -> Result<(Self, JoinHandle<()>)> {
        let log = Arc::new(Log::default());
        let seen = Arc::clone(&log);
        let watch = move |_: &mut rusqlite::hooks::Wal, pages| {
            seen.pages.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        };
        writer.wal_hook(Some(watch)).map_err(|error| refused("WAL_HOOK", &error))?;
        let (begin, begins) = sync_channel(1);
        let copied = Arc::clone(&log);
        let thread = std::thread::Builder::new()
            .name("sqlite-checkpoint".to_owned())
            .spawn(move || copy_beside(&copier, &copied, &begins))
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok((Self { log, begin, kept_pages: 0 }, thread))
    }

    /// What the writer does after each commit, once its caller is answered.
    pub(super) fn between_commits(&mut self, writer: &Connection) {
        let pages = self.log.pages.load(Ordering::Relaxed);
        match self.log.phase.load(Ordering::Acquire) {
            COPIED => {
                copy(writer);
                self.kept_pages = pages;
                self.log.phase.store(IDLE, Ordering::Release);
            }
            IDLE => {
                if pages < self.kept_pages {
                    self.kept_pages = 0;
                }
                if pages - self.kept_pages >= FULL_PAGES {
                    self.log.phase.store(COPYING, Ordering::Release);
                    // A copier that has ended leaves the log to the last connection's end.
                    let _ = self.begin.try_send(());
                }
            }
            _ => {}
        }
    }
}

fn copy_beside(copier: &Connection, log: &Log, begins: &Receiver<()>) {
    while begins.recv().is_ok() {
        for _ in 0..MOST_PASSES {
            let copied = copy(copier);
            if log.pages.load(Ordering::Relaxed).saturating_sub(copied) <= SMALL_PAGES {
                break;
            }
        }
        log.phase.store(COPIED, Ordering::Release);
    }
}

/// Copies what no reader holds back, without waiting for anybody; answers how many pages of the log are copied.
fn copy(connection: &Connection) -> u32 {
    let copied = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(2));
    copied.unwrap_or_else(|error| {
        // The log only grows; the next time may be better, and the last connection copies all at its end.
        tracing::warn!(error = %refused("CHECKPOINT", &error), "the write-ahead log could not be copied");
        0
    })
}

#[cfg(test)]
mod tests {
    use super::super::connection::connect;
    use super::*;

    #[test]
    fn the_log_begins_anew_while_the_writer_writes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let mut writer = connect(&path, 1_000).unwrap();
        let (mut checkpoints, _) = Checkpoints::start(&mut writer, connect(&path, 1_000).unwrap()).unwrap();
        writer.execute_batch("CREATE TABLE things (body BLOB)").unwrap();
        let (mut commits, mut before) = (0, 0);
        // A commit adds some 200 pages.
        let has_begun_anew = (0..200).any(|_| {
            writer.execute("INSERT INTO things VALUES (zeroblob(800000))", []).unwrap();
            commits += 1;
            checkpoints.between_commits(&writer);
            let pages = checkpoints.log.pages.load(Ordering::Relaxed);
            std::mem::replace(&mut before, pages) > pages
        });
        assert!(has_begun_anew && before < FULL_PAGES, "{before} pages after {commits} commits");
        let count: i64 = writer.query_row("SELECT COUNT(*) FROM things", [], |row| row.get(0)).unwrap();
        assert_eq!(count, commits);
    }
}
