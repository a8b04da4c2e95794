use axum::http::{HeaderMap, HeaderName, HeaderValue};
use kit::Entropy;

/// The header that carries a request's id, in and out.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// An id from outside is kept when it is short and plain enough to stand in a log line.
const MAX_LENGTH: usize = 128;

/// The caller's id for the request, else a new one of 64 random bits.
pub(super) fn of(headers: &HeaderMap, entropy: &Entropy) -> HeaderValue {
    match headers.get(HEADER) {
        Some(id) if is_plain(id.as_bytes()) => id.clone(),
        _ => fresh(entropy),
    }
}

fn is_plain(id: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    (1..=MAX_LENGTH).contains(&id.len()) && id.iter().all(allowed)
}

fn fresh(entropy: &Entropy) -> HeaderValue {
    let mut text = [0; 16];
    // Sixteen digits always hold eight bytes, and are always a header's value.
    let _ = hex::encode_to_slice(entropy.bytes::<8>(), &mut text);
    HeaderValue::from_bytes(&text).unwrap_or(HeaderValue::from_static("none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_for(header: Option<&'static str>) -> String {
        let headers = header.map(|text| (HEADER, HeaderValue::from_static(text))).into_iter().collect();
        of(&headers, &Entropy::seeded(1)).to_str().unwrap().to_owned()
    }

    #[test]
    fn a_plain_id_from_outside_is_kept() {
        assert_eq!(id_for(Some("trace-7.a:b_c")), "trace-7.a:b_c");
    }

    #[test]
    fn any_other_is_replaced() {
        let long: &'static str = Box::leak("x".repeat(129).into_boxed_str());
        for header in [None, Some(""), Some("two words"), Some("id\"}"), Some(long)] {
            let id = id_for(header);
            assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{header:?}: {id}");
        }
    }
}
