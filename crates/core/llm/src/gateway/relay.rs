//! A streamed answer on its way to the client: frame by frame, in the client's words.

use futures::FutureExt;
use net::Bytes;
use serde_json::{Value, json};

use super::alike::Alike;
use super::ongoing::Ongoing;
use super::opened::Opened;
use crate::cache::{CacheKey, Kept};
use crate::translate::{ToAnthropic, ToOpenAi, ToResponses};
use crate::wire::{Frame, Progress, Told};
use crate::{Dialect, Error};

/// Pieces of a stream that are sent on together when they have come together.
const MOST_TOGETHER: usize = 16;

/// What the frames become.
pub(super) enum Writer {
    /// They stay as they are; the usage that the client did not ask for is left out.
    Same {
        hides_usage: bool,
    },
    ToOpenAi(ToOpenAi),
    ToAnthropic(ToAnthropic),
    ToResponses(Box<ToResponses>),
}

/// Where a whole answer is kept, if it may be.
pub(super) struct Keeping {
    pub(super) key: CacheKey,
    pub(super) ttl_ms: i64,
    pub(super) bytes: Vec<u8>,
    pub(super) alike: Option<Alike>,
}

/// The stream, the call it belongs to, and the client's dialect.
pub(super) struct Relay {
    opened: Opened,
    call: Ongoing,
    writer: Writer,
    dialect: Dialect,
    keeping: Option<Keeping>,
    /// Frames that were passed on: the number of the next one, where they have numbers.
    passed: u64,
    has_begun: bool,
    has_ended: bool,
}

impl Relay {
    pub(super) fn new(
        opened: Opened,
        mut call: Ongoing,
        (writer, dialect): (Writer, Dialect),
        keeping: Option<Keeping>,
    ) -> Self {
        call.first_token();
        Self { opened, call, writer, dialect, keeping, passed: 0, has_begun: false, has_ended: false }
    }

    /// The next bytes for the client; none at the end. A failure is said in the client's words, and is the end.
    pub(super) async fn next(&mut self) -> Option<Bytes> {
        if self.has_ended {
            self.opened.linger().await;
            return None;
        }
        let mut out = Vec::new();
        if let Err(error) = self.fill(&mut out).await {
            self.call.fail(&error);
            self.has_ended = true;
            out.extend_from_slice(&self.error_frame(&error));
            return Some(out.into());
        }
        if let Some(keeping) = &mut self.keeping {
            keeping.bytes.extend_from_slice(&out);
        }
        if self.has_ended {
            self.finish();
        }
        (!out.is_empty()).then(|| out.into())
    }

    /// Waits for something to write; what has come with it is written too, as each write costs more than what it says.
    async fn fill(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        if !std::mem::replace(&mut self.has_begun, true) {
            // Whoever waits for the first word gets it by itself.
            if let Some(first) = self.opened.next_frame() {
                self.frame(&first, out)?;
            }
        } else {
            self.frames(out)?;
        }
        let mut together = 0;
        while !self.has_ended {
            let has_more = match out.is_empty() {
                true => self.opened.piece().await?,
                false if together == 0 || together == MOST_TOGETHER => return Ok(()),
                false => {
                    others_turn().await;
                    let Some(has_more) = self.opened.piece().now_or_never() else { return Ok(()) };
                    has_more?
                }
            };
            match has_more {
                true => self.frames(out)?,
                false => self.end_of_stream(out)?,
            }
            together += 1;
        }
        Ok(())
    }

    /// Writes the frames that are whole.
    fn frames(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        while !self.has_ended
            && let Some(frame) = self.opened.next_frame()
        {
            self.frame(&frame, out)?;
        }
        Ok(())
    }

    fn frame(&mut self, frame: &Frame, out: &mut Vec<u8>) -> Result<(), Error> {
        let Some(data) = frame.data() else {
            if matches!(self.writer, Writer::Same { .. }) {
                out.extend_from_slice(&frame.raw);
            }
            return Ok(());
        };
        let told = self.opened.read(&data, &mut self.call.progress)?;
        self.has_ended = told == Told::End;
        if self.has_ended {
            self.check_finish()?;
        }
        self.passed += 1;
        match &mut self.writer {
            Writer::Same { hides_usage: true } if told == Told::UsageOnly => {}
            Writer::Same { .. } => out.extend_from_slice(&frame.raw),
            Writer::ToAnthropic(translator) if told == Told::End => translator.end(out),
            Writer::ToAnthropic(translator) => translator.translate(&value(&data), out),
            Writer::ToOpenAi(translator) => translator.translate(&value(&data), out),
            Writer::ToResponses(translator) => {
                translator.translate(&value(&data), out);
                if self.has_ended {
                    translator.end(out);
                }
            }
        }
        Ok(())
    }

    /// The connection ended: well only if the model had said why it stopped.
    fn end_of_stream(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        if let Some(rest) = self.opened.rest() {
            if rest.data().is_none_or(|data| value(&data).is_null() && data.trim_ascii() != b"[DONE]") {
                return Err(self.opened.cut("its last frame is not whole"));
            }
            self.frame(&rest, out)?;
        }
        if !self.has_ended {
            self.check_finish()?;
            match &mut self.writer {
                Writer::ToAnthropic(translator) => translator.end(out),
                Writer::ToResponses(translator) => translator.end(out),
                Writer::Same { .. } | Writer::ToOpenAi(_) => {}
            }
            self.has_ended = true;
        }
        Ok(())
    }

    fn check_finish(&self) -> Result<(), Error> {
        match self.call.progress.is_finished {
            true => Ok(()),
            false => Err(self.opened.cut("it ended before the model had finished")),
        }
    }

    /// A failure in the middle of a stream, as the dialect's clients read it.
    fn error_frame(&self, error: &Error) -> Vec<u8> {
        let (message, code) = (error.to_string(), kit::Problem::code(error));
        let body = json!({ "message": message, "type": "server_error", "param": null, "code": code });
        match self.dialect {
            Dialect::OpenAi => format!("data: {}\n\n", json!({ "error": body })),
            Dialect::Responses => {
                let number = match &self.writer {
                    Writer::ToResponses(translator) => translator.sequence(),
                    _ => self.passed,
                };
                // As it is described, and in the `error` that its clients look for.
                let event = json!({
                    "type": "error", "code": code, "message": message, "param": null, "sequence_number": number,
                    "error": body,
                });
                format!("event: error\ndata: {event}\n\n")
            }
            Dialect::Anthropic => {
                let body = json!({ "type": "api_error", "message": message });
                format!("event: error\ndata: {}\n\n", json!({ "type": "error", "error": body }))
            }
        }
        .into_bytes()
    }

    /// Settles, and keeps the answer if it is whole.
    fn finish(&mut self) {
        self.call.succeed();
        let Progress { is_finished, is_cut, written_bytes, .. } = self.call.progress;
        if let Some(Keeping { key, ttl_ms, bytes, alike }) = self.keeping.take()
            && is_finished
            && !is_cut
            && written_bytes > 0
        {
            let (model, provider) = (self.call.record.model.clone(), self.call.record.provider.clone());
            let kept = Kept { body: bytes.into(), model, provider };
            self.call.inner.keep(key, kept, ttl_ms, alike);
        }
    }
}

/// Whoever reads the provider's connection has its turn, to hand over more.
async fn others_turn() {
    // Twice: the server asks a body that waits a second time before it lets go of the thread.
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
}

fn value(data: &[u8]) -> Value {
    serde_json::from_slice(data).unwrap_or_default()
}
