//! Traces, sent to the collector that the operator named.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, Result};
use async_trait::async_trait;
use kit::ids::NodeId;
use kit::{Entropy, trace};
use net::{Method, Redirects, Request};
use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry::{KeyValue, global};
use opentelemetry_http::{Bytes, HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{IdGenerator, SdkTracerProvider};
use tokio::runtime::Handle;

use crate::config::{Config, Hidden};
use crate::models;

const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_ANSWER_BYTES: u64 = 64 * 1024;

/// What sends traces; nothing when the operator named no collector.
pub(crate) struct Traces(Option<SdkTracerProvider>);

/// Turns traces on when there is a collector; inside a runtime.
pub(crate) fn start(config: &Config, node: NodeId, entropy: &Entropy) -> Result<Traces> {
    let Some(endpoint) = &config.otel_exporter_otlp_endpoint else { return Ok(Traces(None)) };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Collector { client: client(config, endpoint)?, runtime: Handle::current() })
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .with_protocol(Protocol::HttpBinary)
        .with_headers(headers(config)?)
        .with_timeout(TIMEOUT)
        .build()
        .context("OTEL_EXPORTER_OTLP_ENDPOINT")?;
    let resource = Resource::builder()
        .with_service_name(config.otel_service_name.clone())
        .with_attributes([
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            KeyValue::new("service.instance.id", node.to_string()),
        ])
        .build();
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_id_generator(Ids(entropy.clone()))
        .with_resource(resource)
        .build();
    global::set_tracer_provider(provider.clone());
    trace::turn_on();
    Ok(Traces(Some(provider)))
}

/// A client of its own: it reaches the collector that the operator named, flows do not.
pub(crate) fn client(config: &Config, endpoint: &str) -> Result<net::Client> {
    models::client_for(config, models::plain_place(endpoint).into_iter())
}

/// `name=value` by commas, as OpenTelemetry writes them.
fn headers(config: &Config) -> Result<HashMap<String, String>> {
    let Some(Hidden(text)) = &config.otel_exporter_otlp_headers else { return Ok(HashMap::new()) };
    let pairs = text.expose().split(',').map(str::trim).filter(|pair| !pair.is_empty());
    let read =
        pairs.map(|pair| pair.split_once('=').map(|(name, value)| (name.trim().to_owned(), decoded(value))));
    read.collect::<Option<_>>().context("OTEL_EXPORTER_OTLP_HEADERS: write name=value, several by commas")
}

/// Values may be percent-encoded.
fn decoded(value: &str) -> String {
    percent_encoding::percent_decode_str(value.trim()).decode_utf8_lossy().into_owned()
}

impl Traces {
    /// Sends what is still here, and ends.
    pub(crate) async fn close(self) {
        let Some(provider) = self.0 else { return };
        // It waits for its own thread, which waits for this runtime.
        let closed = tokio::task::spawn_blocking(move || provider.shutdown()).await;
        if let Ok(Err(error)) = closed {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Carries what the exporter sends, through the guarded client. The exporter's thread has no runtime.
#[derive(Debug)]
struct Collector {
    client: net::Client,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(
        &self,
        request: opentelemetry_http::Request<Bytes>,
    ) -> Result<opentelemetry_http::Response<Bytes>, HttpError> {
        let (head, body) = request.into_parts();
        let mut sent = Request::new(Method::Post, head.uri.to_string())
            .timeout_ms(u64::try_from(TIMEOUT.as_millis()).unwrap_or(u64::MAX))
            .max_response_bytes(MAX_ANSWER_BYTES)
            .redirects(Redirects::Refuse);
        sent.body = Some(body);
        for (name, value) in &head.headers {
            sent = sent.header(name.as_str(), value.to_str()?);
        }
        let client = self.client.clone();
        let answer =
            self.runtime.spawn(async move { client.send(sent).await }).await?.inspect_err(|error| {
                tracing::warn!(%error, "traces could not be sent");
            })?;
        if !answer.is_success() {
            tracing::warn!(status = answer.status, "the collector takes no traces");
        }
        let mut response = opentelemetry_http::Response::builder().status(answer.status);
        if let Some(pause) = answer.header("retry-after") {
            response = response.header("retry-after", pause);
        }
        Ok(response.body(answer.body)?)
    }
}

/// Ids of spans: random, unless an execution has planned its own.
#[derive(Debug)]
struct Ids(Entropy);

impl IdGenerator for Ids {
    fn new_trace_id(&self) -> TraceId {
        TraceId::from_bytes(self.0.bytes())
    }

    fn new_span_id(&self) -> SpanId {
        trace::planned_span_id().map_or_else(|| SpanId::from_bytes(self.0.bytes()), SpanId::from)
    }
}
