//! The hosts that a secret is bound to.

use std::net::Ipv6Addr;

use crate::{Error, Result};

const HOSTS_MAX: usize = 50;
const HOST_MAX_BYTES: usize = 253;

/// In lower case, sorted, each once: names, `*.` and a name, or addresses. Neither scheme, nor port, nor path.
pub(super) fn normalized(hosts: &[String]) -> Result<Vec<String>> {
    let mut hosts: Vec<String> = hosts.iter().map(|host| host.trim().to_ascii_lowercase()).collect();
    hosts.sort();
    hosts.dedup();
    if hosts.len() > HOSTS_MAX {
        return Err(Error::invalid("hosts", format!("must be at most {HOSTS_MAX}")));
    }
    match hosts.iter().find(|host| !is_host(host)) {
        None => Ok(hosts),
        Some(bad) => Err(Error::invalid(
            "hosts",
            format!(
                "`{bad}` is no host: write api.example.com or *.example.com, without scheme, port and path"
            ),
        )),
    }
}

pub(super) fn from_column(json: &str) -> Result<Vec<String>> {
    // Unreadable must not come to mean "any host".
    serde_json::from_str(json).map_err(|_| Error::Sealed {
        what: "the hosts of a secret".to_owned(),
        reason: "the stored list is damaged",
    })
}

/// Whether one entry of the list covers a host.
pub(super) fn covers(entry: &str, host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    match entry.strip_prefix("*.") {
        None => entry.eq_ignore_ascii_case(host),
        Some(domain) => host
            .len()
            .checked_sub(domain.len() + 1)
            .filter(|dot| *dot > 0 && host.as_bytes()[*dot] == b'.')
            .is_some_and(|dot| host.as_bytes()[dot + 1..].eq_ignore_ascii_case(domain.as_bytes())),
    }
}

fn is_host(host: &str) -> bool {
    let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if inner.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok()) {
        return true;
    }
    let name = host.strip_prefix("*.").unwrap_or(host);
    let is_label = |label: &str| {
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
        (1..=63).contains(&label.len())
            && label.bytes().all(is_plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= HOST_MAX_BYTES && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_kept_in_lower_case_and_each_once() {
        let hosts =
            ["API.example.com", " api.example.com ", "*.s3.amazonaws.com", "10.0.0.1", "[::1]", "localhost"];
        let kept = normalized(&hosts.map(str::to_owned)).unwrap();
        assert_eq!(kept, ["*.s3.amazonaws.com", "10.0.0.1", "[::1]", "api.example.com", "localhost"]);
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for bad in [
            "",
            "*",
            "*.",
            "https://example.com",
            "example.com:443",
            "example.com/",
            "a..b",
            "-a.com",
            "a b",
            "ä.de",
            "*.*.com",
            "a.*.com",
            "example.com.",
            "[10.0.0.1]",
        ] {
            assert!(normalized(&[bad.to_owned()]).is_err(), "{bad}");
        }
        let many: Vec<_> = (0..=HOSTS_MAX).map(|number| format!("h{number}.example.com")).collect();
        assert!(normalized(&many).is_err());
    }

    #[test]
    fn an_entry_covers_itself_and_a_star_what_is_below() {
        let table = [
            ("example.com", "Example.COM", true),
            ("example.com", "example.com.", true),
            ("example.com", "api.example.com", false),
            ("example.com", "notexample.com", false),
            ("*.example.com", "api.example.com", true),
            ("*.example.com", "a.b.example.com", true),
            ("*.example.com", "example.com", false),
            ("*.example.com", ".example.com", false),
            ("*.example.com", "evilexample.com", false),
            ("*.example.com", "api.example.com.evil.io", false),
            ("*.example.com", "ä.example.com", true),
            ("*.example.com", "äxample.com", false),
        ];
        for (entry, host, covered) in table {
            assert_eq!(covers(entry, host), covered, "{entry} {host}");
        }
    }
}
