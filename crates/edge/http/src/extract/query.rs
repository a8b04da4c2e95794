use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::decode;
use crate::{Failure, Validate};

/// The query, read and checked like a body; its names are accepted in both cases where the type has aliases.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T, S> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned + Validate,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn parse<T: DeserializeOwned + Validate>(query: &str) -> Result<T, Failure> {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    // The decoder writes U+FFFD for bytes that are not UTF-8.
    let is_no_text = |text: &str| text.contains(['\0', '\u{fffd}']);
    if pairs.into_iter().any(|(name, value)| is_no_text(&name) || is_no_text(&value)) {
        return Err(Failure::bad_request("the query is not valid UTF-8, or holds a NUL character"));
    }
    decode(serde_urlencoded::Deserializer::new(pairs))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::Faults;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Page {
        #[serde(alias = "page_size", default)]
        page_size: u32,
    }

    impl Validate for Page {
        fn validate(&self, faults: &mut Faults) {
            if self.page_size > 200 {
                faults.add("pageSize", "is at most 200");
            }
        }
    }

    #[test]
    fn both_cases_are_read_and_faults_are_named() {
        assert_eq!(parse::<Page>("pageSize=7").unwrap().page_size, 7);
        assert_eq!(parse::<Page>("page_size=7").unwrap().page_size, 7);
        for (query, path) in [
            ("pageSize=x", "pageSize"),
            ("pageSize=-1", "pageSize"),
            ("pageSize=201", "pageSize"),
            ("colour=1", "colour"),
        ] {
            let failure = parse::<Page>(query).unwrap_err();
            assert_eq!(failure.status(), 422, "{query}");
            assert!(failure.body().details.as_ref().unwrap().get(path).is_some(), "{query}: {failure:?}");
        }
    }

    #[test]
    fn a_query_that_is_no_text_is_a_bad_request() {
        for query in ["pageSize=%00", "pageSize=%ff", "%00=1"] {
            assert_eq!(parse::<Page>(query).unwrap_err().status(), 400, "{query}");
        }
    }
}
