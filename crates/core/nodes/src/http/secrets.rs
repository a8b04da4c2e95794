use engine::SecretUse;
use url::Url;

use crate::Error;

/// Refuses a request that would carry a secret to a host it is not bound to.
pub(super) fn check(secrets: &[SecretUse], url: &Url) -> Result<(), Error> {
    let host = url.host_str().unwrap_or_default();
    match bound(secrets).find(|secret| !secret.hosts.iter().any(|allowed| is_host(allowed, url))) {
        None => Ok(()),
        Some(secret) => Err(Error::SecretHost {
            secret: secret.name.clone(),
            allowed: secret.hosts.join(", "),
            host: host.to_owned(),
        }),
    }
}

/// The secrets that may not go everywhere.
pub(super) fn bound(secrets: &[SecretUse]) -> impl Iterator<Item = &SecretUse> {
    secrets.iter().filter(|secret| !secret.hosts.is_empty())
}

/// `api.example.com`, `api.example.com:8443`, or `*.example.com` for every name below it.
fn is_host(allowed: &str, url: &Url) -> bool {
    let allowed = allowed.trim().trim_end_matches('.').to_ascii_lowercase();
    let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    if let Some(parent) = allowed.strip_prefix("*.") {
        return host.strip_suffix(parent).is_some_and(|below| below.len() > 1 && below.ends_with('.'));
    }
    allowed == host || url.port_or_known_default().is_some_and(|port| allowed == format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound_to(host: &str) -> Vec<SecretUse> {
        vec![SecretUse { name: "KEY".to_owned(), hosts: vec![host.to_owned()] }]
    }

    fn is_allowed(host: &str, url: &str) -> bool {
        check(&bound_to(host), &Url::parse(url).unwrap()).is_ok()
    }

    #[test]
    fn a_bound_secret_goes_to_its_hosts() {
        for (host, url) in [
            ("api.example.com", "https://api.example.com/x"),
            ("API.example.com", "https://api.EXAMPLE.com./x"),
            ("api.example.com:8443", "https://api.example.com:8443/x"),
            ("api.example.com:443", "https://api.example.com/x"),
            ("*.example.com", "https://a.b.example.com/"),
        ] {
            assert!(is_allowed(host, url), "{host} {url}");
        }
    }

    #[test]
    fn a_bound_secret_goes_nowhere_else() {
        for (host, url) in [
            ("api.example.com", "https://example.com/"),
            ("example.com", "https://api.example.com/"),
            ("example.com", "https://example.com.evil.test/"),
            ("example.com", "https://evil.test/?example.com"),
            ("example.com", "https://example.com@evil.test/"),
            ("*.example.com", "https://example.com/"),
            ("*.example.com", "https://badexample.com/"),
            ("api.example.com:8443", "https://api.example.com/"),
        ] {
            assert!(!is_allowed(host, url), "{host} {url}");
        }
    }

    #[test]
    fn a_secret_without_hosts_is_bound_to_none() {
        let free = vec![SecretUse { name: "KEY".to_owned(), hosts: Vec::new() }];
        assert!(check(&free, &Url::parse("https://anywhere.test/").unwrap()).is_ok());
    }

    #[test]
    fn the_refusal_names_the_secret_and_not_its_value() {
        let error = check(&bound_to("a.test"), &Url::parse("https://b.test/").unwrap()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the secret `KEY` may be sent to a.test only, and this request goes to `b.test`"
        );
    }
}
