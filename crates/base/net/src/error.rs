//! Everything that can go wrong on the way out.

use kit::{Kind, Problem};

/// Why a request has no answer.
///
/// `host` is the host the caller or a redirect named, never the address behind it; no variant holds a URL's path or
/// query, nor a header's value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An entry of `EGRESS_ALLOW` that cannot be read.
    #[error(
        "EGRESS_ALLOW: \"{entry}\" is not a host, host:port, address or network; write for example localhost:11434 or 10.0.0.0/8"
    )]
    Allow {
        /// The entry as written.
        entry: String,
    },
    /// The client cannot be built; in practice no certificate authorities were found.
    #[error("the HTTP client cannot start ({reason}); install the system's ca-certificates")]
    Start {
        /// What the TLS library says.
        reason: String,
    },
    /// The URL cannot be asked for.
    #[error("the URL {reason}; give an absolute URL that starts with http:// or https://")]
    Url {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A header that cannot be sent.
    #[error("the header \"{name}\" {reason}")]
    Header {
        /// Its name, shortened to what is printable.
        name: String,
        /// What is wrong with it, and what to do.
        reason: &'static str,
    },
    /// The host leads to a place that strangers' requests must not reach.
    #[error(
        "requests to \"{host}\" are not allowed: it leads to a private or reserved address; an operator can open it with EGRESS_ALLOW"
    )]
    Refused {
        /// The host.
        host: String,
    },
    /// The host's name has no address.
    #[error("the host \"{host}\" has no address: check its spelling and its DNS")]
    Dns {
        /// The host.
        host: String,
    },
    /// No connection.
    #[error("no connection to \"{host}\": nothing answers at its address and port")]
    Connect {
        /// The host.
        host: String,
    },
    /// No trusted connection.
    #[error("no secure connection to \"{host}\": {reason}")]
    Tls {
        /// The host.
        host: String,
        /// What the TLS library says.
        reason: String,
    },
    /// Too slow.
    #[error("\"{host}\" did not answer within {timeout_ms} ms")]
    Timeout {
        /// The host.
        host: String,
        /// The time it had.
        timeout_ms: u64,
    },
    /// The connection ended before the answer did, or the answer is not HTTP.
    #[error("the answer of \"{host}\" broke off or is not HTTP")]
    Broken {
        /// The host.
        host: String,
    },
    /// The answer is larger than the caller takes, counted after decompression.
    #[error("the answer of \"{host}\" is larger than {max_bytes} bytes")]
    TooLarge {
        /// The host.
        host: String,
        /// The cap.
        max_bytes: u64,
    },
    /// A redirect that leads nowhere: too many in a row, or not to an HTTP URL.
    #[error("the redirects of \"{host}\" {reason}")]
    Redirect {
        /// The host that sent the last one.
        host: String,
        /// What is wrong with them.
        reason: &'static str,
    },
}

impl Error {
    /// Whether the same request may well succeed later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Dns { .. } | Self::Connect { .. } | Self::Timeout { .. } | Self::Broken { .. })
    }
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Allow { .. } | Self::Url { .. } | Self::Header { .. } | Self::Redirect { .. } => {
                Kind::Invalid
            }
            Self::Refused { .. } => Kind::Forbidden,
            Self::TooLarge { .. } => Kind::TooLarge,
            Self::Start { .. } => Kind::Internal,
            Self::Dns { .. }
            | Self::Connect { .. }
            | Self::Tls { .. }
            | Self::Timeout { .. }
            | Self::Broken { .. } => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Allow { .. } => "bad_egress_allow",
            Self::Start { .. } => "http_client_start",
            Self::Url { .. } => "bad_url",
            Self::Header { .. } => "bad_header",
            Self::Refused { .. } => "address_refused",
            Self::Dns { .. } => "dns_failed",
            Self::Connect { .. } => "connect_failed",
            Self::Tls { .. } => "tls_failed",
            Self::Timeout { .. } => "upstream_timeout",
            Self::Broken { .. } => "upstream_broken",
            Self::TooLarge { .. } => "upstream_too_large",
            Self::Redirect { .. } => "bad_redirect",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_failures_that_pass_are_transient() {
        let host = || "a.example".to_owned();
        assert!(Error::Timeout { host: host(), timeout_ms: 5 }.is_transient());
        assert!(Error::Connect { host: host() }.is_transient());
        assert!(!Error::Refused { host: host() }.is_transient());
        assert!(!Error::TooLarge { host: host(), max_bytes: 1 }.is_transient());
        assert!(!Error::Tls { host: host(), reason: "expired".into() }.is_transient());
    }

    #[test]
    fn a_refusal_says_what_an_operator_can_do() {
        let error = Error::Refused { host: "localhost".into() };
        assert_eq!(error.kind(), Kind::Forbidden);
        assert!(error.to_string().contains("localhost") && error.to_string().contains("EGRESS_ALLOW"));
    }
}
