use std::sync::atomic::{AtomicI64, Ordering};

use crate::{Error, Result};

/// Stops a journal at a commit, as a crash of its process would: for tests.
#[derive(Debug)]
pub struct Fuse {
    left: AtomicI64,
    place: Place,
}

/// Where the process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The commit is not written.
    Before,
    /// It is written, and nobody learns of it.
    After,
}

impl Fuse {
    /// Lets `commits` pass, then dies at the next one.
    pub fn new(commits: u32, place: Place) -> Self {
        Self { left: AtomicI64::new(i64::from(commits)), place }
    }

    /// Whether it died.
    pub fn has_blown(&self) -> bool {
        self.left.load(Ordering::SeqCst) < 0
    }

    /// Lets everything pass from here on: the one who died was only an answer.
    pub fn mend(&self) {
        self.left.store(i64::MAX, Ordering::SeqCst);
    }

    /// Before a commit: whether it is still written, and whether its outcome is then told.
    pub(super) fn pass(&self) -> Result<bool> {
        match self.left.fetch_sub(1, Ordering::SeqCst) {
            1.. => Ok(true),
            0 if self.place == Place::After => Ok(false),
            _ => Err(Error::Closing),
        }
    }
}
