//! From what the HTTP library says to what the caller can use.

use std::error::Error as StdError;
use std::io;

use crate::Error;
use crate::resolver::Unresolved;

/// Reads a failed request: before its head came.
pub(crate) fn of_request(error: &reqwest::Error, host: String) -> Error {
    match find::<Unresolved>(error) {
        Some(Unresolved::Refused) => return Error::Refused { host },
        Some(Unresolved::Unknown) => return Error::Dns { host },
        None => {}
    }
    if let Some(reason) = find::<rustls::Error>(error) {
        return Error::Tls { host, reason: reason.to_string() };
    }
    if error.is_connect() { Error::Connect { host } } else { Error::Broken { host } }
}

/// The first cause of that type, also inside an I/O error, which hides its own from `source`.
fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        let hidden = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(found) = hidden.and_then(|hidden| find::<E>(hidden)) {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_found_inside_nested_io_errors() {
        let inner = io::Error::other(Unresolved::Refused);
        let outer = io::Error::other(inner);
        assert!(matches!(find::<Unresolved>(&outer), Some(Unresolved::Refused)));
        assert!(find::<Unresolved>(&io::Error::other("else")).is_none());
    }
}
