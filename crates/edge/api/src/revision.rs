use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use door::Failure;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::{IntoParams, PartialSchema};

/// The revision that the caller has seen, from `If-Match`; `*` and an absent header are any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IfMatch(pub(crate) Option<i64>);

/// What no object ever is: whoever has seen only that has not seen the newest.
const NEVER: i64 = i64::MIN;

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let read = value.to_str().ok().and_then(read);
        read.ok_or_else(|| Failure::bad_request("If-Match is no ETag, such as \"3\", and no list of them"))
    }
}

/// Of several tags the highest counts: revisions only rise. A proxy that compresses makes tags weak (`W/"3"`); they mean
/// the same here.
fn read(text: &str) -> Option<IfMatch> {
    if text.trim() == "*" {
        return Some(IfMatch(None));
    }
    let revision = |tag: &str| {
        let tag = tag.trim();
        let seen = tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')?;
        Some(seen.parse().unwrap_or(NEVER))
    };
    let seen: Option<Vec<i64>> = text.split(',').map(revision).collect();
    seen.and_then(|seen| seen.into_iter().max()).map(|newest| IfMatch(Some(newest)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_also_weak_or_of_several_and_one_of_others_is_never_the_newest() {
        let table = [
            ("*", Some(None)),
            (" \"3\" ", Some(Some(3))),
            ("W/\"3\"", Some(Some(3))),
            ("\"3\", W/\"5\",\"4\"", Some(Some(5))),
            ("\"abc\"", Some(Some(NEVER))),
            ("\"abc\", \"2\"", Some(Some(2))),
            ("3", None),
            ("\"3\",", None),
            ("", None),
        ];
        for (text, revision) in table {
            assert_eq!(read(text), revision.map(IfMatch), "{text}");
        }
    }
}
