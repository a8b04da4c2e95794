use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use door::Failure;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::{IntoParams, PartialSchema};

/// The revision that the caller has seen, from `If-Match`; `*` and an absent header are any.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IfMatch(pub(crate) Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let revision = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        match revision.and_then(|revision| revision.parse().ok()) {
            Some(revision) => Ok(Self(Some(revision))),
            None => Err(Failure::bad_request("If-Match is not an ETag of this server, such as \"3\"")),
        }
    }
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let header = ParameterBuilder::new()
            .name("If-Match")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(
                "The `ETag` that you have seen: when it is not the newest, nothing is done (412).",
            ))
            .schema(Some(String::schema()));
        vec![header.build()]
    }
}

/// The `ETag` of a revision.
pub(crate) fn etag(revision: i64) -> HeaderMap {
    let value = HeaderValue::from_str(&format!("\"{revision}\""));
    value.map(|value| HeaderMap::from_iter([(header::ETAG, value)])).unwrap_or_default()
}
