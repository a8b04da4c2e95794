//! A provider's stream: its frames, its time, and what its faults are called.

use std::time::Duration;

use kit::Secret;
use net::StreamedResponse;
use tokio::time::Instant;

use crate::redact::redact;
use crate::wire::{Fault, Frame, Frames, Progress, Told};
use crate::{Dialect, Error, Provider};

/// A frame that is longer has no end.
const MAX_FRAME_BYTES: usize = 4 * 1024 * 1024;

/// After the end, the connection is worth this much waiting: it can be used again.
const LINGER: Duration = Duration::from_millis(50);

/// A stream whose first frame has come and is good.
pub(super) struct Opened {
    response: StreamedResponse,
    frames: Frames,
    /// Until the relay takes it.
    first: Option<Frame>,
    source: Source,
    idle_ms: u64,
    ends_at: Instant,
}

/// Whose stream it is.
struct Source {
    provider: String,
    dialect: Dialect,
    key: Option<Secret>,
}

impl Opened {
    /// Waits for the first frame: a provider that fails before it can still be replaced by another.
    pub(super) async fn begin(
        mut response: StreamedResponse,
        (provider, dialect): (&Provider, Dialect),
        key: Option<&Secret>,
    ) -> Result<Self, Error> {
        let timeouts = provider.timeouts;
        let source = Source { provider: provider.name.clone(), dialect, key: key.cloned() };
        response.set_idle_timeout_ms(timeouts.first_token_ms);
        let mut frames = Frames::default();
        let first = loop {
            if let Some(frame) = frames.next() {
                let Some(data) = frame.data() else { continue };
                // Only looked at: the relay counts it.
                source.read(&data, &mut Progress::default())?;
                break frame;
            }
            match source.piece(&mut response, &mut frames).await? {
                true => {}
                false => return Err(source.cut("it ended before anything was said")),
            }
        };
        let ends_at = Instant::now() + Duration::from_millis(timeouts.total_ms);
        Ok(Self { response, frames, first: Some(first), source, idle_ms: timeouts.idle_ms, ends_at })
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.source.dialect
    }

    /// The next frame that is whole.
    pub(super) fn next_frame(&mut self) -> Option<Frame> {
        self.first.take().or_else(|| self.frames.next())
    }

    /// What is left when nothing more comes.
    pub(super) fn rest(&mut self) -> Option<Frame> {
        self.frames.rest()
    }

    /// Takes in what comes next; false at the end. It may take as long as a pause may, and no longer than is left of the
    /// time for all of it: one clock for both.
    pub(super) async fn piece(&mut self) -> Result<bool, Error> {
        let left = self.ends_at.saturating_duration_since(Instant::now());
        let left_ms = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
        self.response.set_idle_timeout_ms(self.idle_ms.min(left_ms));
        let piece = self.source.piece(&mut self.response, &mut self.frames).await;
        match piece {
            Err(Error::Unreachable { source: net::Error::Timeout { .. }, .. }) if left_ms < self.idle_ms => {
                Err(self.cut("it took longer than a whole answer may"))
            }
            other => other,
        }
    }

    /// What a frame tells; a fault of the provider is an error.
    pub(super) fn read(&self, data: &[u8], progress: &mut Progress) -> Result<Told, Error> {
        self.source.read(data, progress)
    }

    pub(super) fn cut(&self, reason: &str) -> Error {
        self.source.cut(reason)
    }

    /// Waits a moment for the end of the connection.
    pub(super) async fn linger(&mut self) {
        // One that does not end soon is closed, and opened anew when it is needed.
        let _ = tokio::time::timeout(LINGER, self.response.chunk()).await;
    }
}

impl Source {
    async fn piece(&self, response: &mut StreamedResponse, frames: &mut Frames) -> Result<bool, Error> {
        let piece = response.chunk().await.map_err(|error| match error {
            net::Error::Broken { .. } => self.cut("the connection was lost"),
            source => Error::Unreachable { provider: self.provider.clone(), source },
        })?;
        let Some(piece) = piece else { return Ok(false) };
        frames.push(&piece);
        if frames.waiting_bytes() > MAX_FRAME_BYTES {
            return Err(self.malformed("a frame has no end"));
        }
        Ok(true)
    }

    fn read(&self, data: &[u8], progress: &mut Progress) -> Result<Told, Error> {
        self.dialect.read(data, progress).map_err(|fault| match fault {
            Fault::Malformed(reason) => self.malformed(&reason),
            Fault::Said { status, message } => {
                let (provider, message) = (self.provider.clone(), redact(&message, self.key.as_ref()));
                match status {
                    429 => Error::Busy { provider, status, message, retry_after_s: None },
                    400..=499 => Error::Rejected { provider, status, message },
                    _ => Error::Down { provider, status, message, retry_after_s: None },
                }
            }
        })
    }

    fn cut(&self, reason: &str) -> Error {
        Error::Cut { provider: self.provider.clone(), reason: reason.to_owned() }
    }

    fn malformed(&self, reason: &str) -> Error {
        Error::Malformed { provider: self.provider.clone(), reason: redact(reason, self.key.as_ref()) }
    }
}
