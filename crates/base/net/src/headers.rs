//! Which headers a request may carry, and which travel on to another origin.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::Error;

/// Reads a caller's headers.
///
/// Refused are headers that belong to the connection: with them a caller could frame a second request or reach
/// another virtual host than the one that was checked.
pub(crate) fn read(pairs: &[(String, String)]) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let wrong = |reason| Error::Header { name: printable(name), reason };
        let name = HeaderName::from_bytes(name.trim().as_bytes())
            .map_err(|_| wrong("is not a header name: use letters, digits and hyphens"))?;
        if OF_THE_CONNECTION.contains(&name.as_str()) {
            return Err(wrong("is set by the client itself: leave it out"));
        }
        let mut value = HeaderValue::from_bytes(value.trim().as_bytes())
            .map_err(|_| wrong("has a value with a line break or a control character: remove it"))?;
        // Keeps HPACK from indexing it, and the value out of anyone's debug output.
        value.set_sensitive(!HARMLESS.contains(&name.as_str()));
        headers.append(name, value);
    }
    Ok(headers)
}

/// Leaves only what says nothing about the caller: a list of secrets would miss the next vendor's `X-...-Key`.
pub(crate) fn keep_harmless(headers: &mut HeaderMap) {
    let foreign: Vec<HeaderName> =
        headers.keys().filter(|name| !HARMLESS.contains(&name.as_str())).cloned().collect();
    for name in foreign {
        headers.remove(name);
    }
}

/// Removes what describes a body that is no longer sent.
pub(crate) fn forget_body(headers: &mut HeaderMap) {
    for name in OF_THE_BODY {
        headers.remove(*name);
    }
}

const OF_THE_CONNECTION: &[&str] = &[
    "host",
    "connection",
    "content-length",
    "expect",
    "http2-settings",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

const OF_THE_BODY: &[&str] = &[
    "content-type",
    "content-encoding",
    "content-language",
    "content-location",
    "content-disposition",
    "digest",
];

const HARMLESS: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "content-encoding",
    "content-language",
    "content-type",
    "if-modified-since",
    "if-none-match",
    "pragma",
    "range",
    "user-agent",
];

fn printable(name: &str) -> String {
    name.chars().filter(char::is_ascii_graphic).take(60).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn headers_of_the_connection_are_refused_in_any_case() {
        for name in ["Host", "TRANSFER-ENCODING", "content-length", "Connection", "Proxy-Authorization"] {
            let error = read(&pairs(&[(name, "x")])).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
    }

    #[test]
    fn a_value_that_would_start_a_new_line_is_refused_and_not_printed() {
        let error = read(&pairs(&[("X-Key", "canary\r\nHost: evil")])).unwrap_err();
        assert!(error.to_string().contains("X-Key") && !error.to_string().contains("canary"));
        assert!(read(&pairs(&[("bad name", "x")])).is_err());
    }

    #[test]
    fn only_harmless_headers_travel_on() {
        let secrets = ["Authorization", "Cookie", "X-Api-Key", "X-Goog-Api-Key", "Api-Key", "X-Anything"];
        let mut list = pairs(&secrets.map(|name| (name, "secret")));
        list.extend(pairs(&[("Accept", "text/html"), ("Content-Type", "text/plain")]));
        let mut headers = read(&list).unwrap();
        assert_eq!(headers.len(), 8);
        keep_harmless(&mut headers);
        let mut left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["accept", "content-type"]);
    }

    #[test]
    fn a_header_may_repeat() {
        let headers = read(&pairs(&[("X-A", "1"), ("X-A", "2")])).unwrap();
        assert_eq!(headers.get_all("x-a").iter().count(), 2);
    }

    proptest! {
        #[test]
        fn no_accepted_header_holds_a_line_break(name: String, value: String) {
            if let Ok(headers) = read(&[(name, value)]) {
                let clean = |value: &HeaderValue| !value.as_bytes().iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0));
                prop_assert!(headers.values().all(clean));
            }
        }
    }
}
