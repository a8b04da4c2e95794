//! Traces: what a request causes, in the form of OpenTelemetry.
//!
//! Off unless the program was told where to send them; then a span is nothing, and costs one look at a static. A span
//! carries names, ids and numbers, never a payload, a header, a path or a secret.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use opentelemetry::global::{self, BoxedTracer};
use opentelemetry::trace::{
    FutureExt, SpanBuilder, SpanContext, SpanId, SpanKind, Status, TraceContextExt, TraceFlags, TraceId,
    TraceState, Tracer,
};
use opentelemetry::{Context, KeyValue, Value};

use crate::Timestamp;

/// The header that carries a trace from one program to the next (W3C Trace Context).
pub const HEADER: &str = "traceparent";

static TRACER: OnceLock<BoxedTracer> = OnceLock::new();

thread_local! {
    static PLANNED: Cell<Option<u64>> = const { Cell::new(None) };
}

/// A place in a trace: what begins there is caused by it. Most often none.
#[derive(Clone, Debug, Default)]
pub struct Trace(Context);

/// Something that takes time; it ends when it is dropped.
#[derive(Debug, Default)]
pub struct Span(Option<Context>);

/// Which side of a call a span is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Work of our own.
    Internal,
    /// Somebody asked us.
    Server,
    /// We asked somebody.
    Client,
}

/// Turns traces on, with the provider that is OpenTelemetry's global one by now.
pub fn turn_on() {
    // A second time (tests) changes nothing.
    let _ = TRACER.set(global::tracer("bloxserver"));
}

/// Whether traces are on.
pub fn is_on() -> bool {
    TRACER.get().is_some()
}

/// The id that the span which is being made right now is to have; for the maker of ids.
pub fn planned_span_id() -> Option<u64> {
    PLANNED.take()
}

impl Trace {
    /// What the task that asks is part of.
    pub fn current() -> Self {
        if is_on() { Self(Context::current()) } else { Self::default() }
    }

    /// What a caller's header names; none when it is absent or malformed.
    pub fn of_header(text: Option<&str>) -> Self {
        let context = text.filter(|_| is_on()).and_then(read);
        Self(context.map_or_else(Context::new, |context| Context::new().with_remote_span_context(context)))
    }

    /// The header that names this place; `None` where there is none.
    pub fn header(&self) -> Option<String> {
        if !self.exists() {
            return None;
        }
        let span = self.0.span();
        let context = span.span_context();
        Some(format!("00-{}-{}-{:02x}", context.trace_id(), context.span_id(), context.trace_flags().to_u8()))
    }

    /// The place of a span of this trace that has that id, wherever and whenever it is told.
    #[must_use]
    pub fn at(&self, span_id: u64) -> Self {
        if !self.exists() {
            return Self::default();
        }
        let span = self.0.span();
        let context = span.span_context();
        let (trace_id, flags, state) =
            (context.trace_id(), context.trace_flags(), context.trace_state().clone());
        let there = SpanContext::new(trace_id, SpanId::from(span_id), flags, true, state);
        Self(Context::new().with_remote_span_context(there))
    }

    /// Lets a future be part of it.
    pub fn around<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        future.with_context(self.0.clone())
    }

    /// Whether there is one.
    pub fn exists(&self) -> bool {
        is_on() && self.0.span().span_context().is_valid()
    }
}

impl Span {
    /// A span caused by `parent`, or the first of a new trace.
    pub fn first(side: Side, name: impl Into<Cow<'static, str>>, parent: &Trace) -> Self {
        let Some(tracer) = TRACER.get() else { return Self(None) };
        let builder = SpanBuilder::from_name(name).with_kind(side.kind());
        Self(Some(parent.0.with_span(tracer.build_with_context(builder, &parent.0))))
    }

    /// A span caused by `parent`; nothing, and its name is not made, where there is none.
    pub fn within<N: Into<Cow<'static, str>>>(side: Side, name: impl FnOnce() -> N, parent: &Trace) -> Self {
        if parent.exists() { Self::first(side, name(), parent) } else { Self(None) }
    }

    /// A span that began earlier, with an id that others have called their cause meanwhile.
    pub fn earlier(name: &'static str, parent: &Trace, span_id: u64, began: Timestamp) -> Self {
        let Some(tracer) = TRACER.get().filter(|_| parent.exists()) else { return Self(None) };
        let millis = u64::try_from(began.as_millis()).unwrap_or(0);
        let builder = SpanBuilder::from_name(name)
            .with_kind(Side::Internal.kind())
            .with_start_time(SystemTime::UNIX_EPOCH + Duration::from_millis(millis));
        PLANNED.set(Some(span_id));
        let span = tracer.build_with_context(builder, &parent.0);
        PLANNED.set(None);
        Self(Some(parent.0.with_span(span)))
    }

    /// Notes a fact.
    pub fn set(&self, name: &'static str, value: impl Into<Value>) {
        if let Some(context) = &self.0 {
            context.span().set_attribute(KeyValue::new(name, value));
        }
    }

    /// Whether anybody will see it: facts that cost something need not be noted otherwise.
    pub fn is_seen(&self) -> bool {
        self.0.as_ref().is_some_and(|context| context.span().is_recording())
    }

    /// It failed, for a reason that is a word of ours and nobody's text.
    pub fn fail(&self, reason: impl Into<Cow<'static, str>>) {
        if let Some(context) = &self.0 {
            let reason = reason.into();
            context.span().set_attribute(KeyValue::new("error.type", reason.clone()));
            context.span().set_status(Status::error(reason));
        }
    }

    /// The place of what this span causes.
    pub fn trace(&self) -> Trace {
        Trace(self.0.clone().unwrap_or_default())
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(context) = &self.0 {
            context.span().end();
        }
    }
}

impl Side {
    fn kind(self) -> SpanKind {
        match self {
            Self::Internal => SpanKind::Internal,
            Self::Server => SpanKind::Server,
            Self::Client => SpanKind::Client,
        }
    }
}

/// `00-<32 hexadecimal digits>-<16>-<2>`; later versions may have more behind it.
fn read(text: &str) -> Option<SpanContext> {
    let digits = |text: &str, count: usize| {
        text.len() == count && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let mut parts = text.trim().split('-');
    let [version, trace, span, flags] = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    let is_whole = digits(version, 2) && digits(trace, 32) && digits(span, 16) && digits(flags, 2);
    if !is_whole || version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    // Of the flags, the first says whether the caller keeps the trace; the others are not for us.
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    let context = SpanContext::new(trace, span, flags, true, TraceState::default());
    context.is_valid().then_some(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIVEN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_header_is_read_back_and_a_malformed_one_is_none() {
        turn_on();
        assert_eq!(Trace::of_header(Some(GIVEN)).header().as_deref(), Some(GIVEN));
        let unsampled = GIVEN.replace("-01", "-00");
        assert_eq!(Trace::of_header(Some(&unsampled)).header(), Some(unsampled));
        let later = Trace::of_header(Some(&format!("cc{}-more", &GIVEN[2..])));
        assert_eq!(later.header().as_deref(), Some(GIVEN));
        for odd in [
            "",
            "00",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
        ] {
            assert!(!Trace::of_header(Some(odd)).exists(), "{odd}");
        }
        assert!(!Trace::of_header(None).exists());
    }

    #[test]
    fn a_place_by_its_id_stays_in_its_trace() {
        turn_on();
        let there = Trace::of_header(Some(GIVEN)).at(0x00f0_67aa_0ba9_02b7);
        assert_eq!(
            there.header().as_deref(),
            Some("00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01")
        );
        assert!(!Trace::default().at(1).exists());
    }

    #[test]
    fn what_has_no_cause_makes_no_span_and_no_name() {
        turn_on();
        let span = Span::within(Side::Client, || -> String { panic!("a name") }, &Trace::default());
        assert!(!span.is_seen() && !span.trace().exists());
    }

    #[test]
    fn when_off_nothing_is_anywhere() {
        // Each test is a process of its own under nextest; under `cargo test` another may have turned it on.
        if !is_on() {
            let span = Span::first(Side::Server, "x", &Trace::of_header(Some(GIVEN)));
            assert!(span.trace().header().is_none() && Trace::current().header().is_none());
        }
    }
}
