//! What a setting may be. A refusal says what is allowed; clap puts the setting's name before it.

use std::net::{IpAddr, SocketAddr};

use accounts::ClerkSettings;

/// Some text.
pub(super) fn filled(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        Err("is empty: leave it out instead".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

pub(super) fn host(text: &str) -> Result<IpAddr, String> {
    text.parse().map_err(|_| "must be an IP address, such as 127.0.0.1 or 0.0.0.0".to_owned())
}

pub(super) fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| "must be a number from 0 to 65535".to_owned())
}

pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "must be an IP address with a port, such as 127.0.0.1:9100".to_owned())
}

/// What `RUST_LOG` may say.
pub(super) fn filter(text: &str) -> Result<String, String> {
    let check = kit::telemetry::check(text);
    check.map_err(|error| {
        format!("{error}; must be error, warn, info, debug, trace, or such as engine=debug,info")
    })?;
    Ok(text.to_owned())
}

pub(super) fn egress(text: &str) -> Result<String, String> {
    text.parse::<net::EgressAllow>().map_err(|error| error.to_string())?;
    Ok(text.to_owned())
}

pub(super) fn proxies(text: &str) -> Result<String, String> {
    text.parse::<door::Proxies>()?;
    Ok(text.to_owned())
}

pub(super) fn issuer(text: &str) -> Result<String, String> {
    ClerkSettings::new(text).map_err(|error| error.to_string())?;
    Ok(text.to_owned())
}

/// What a browser calls the origin of a page: no path behind it, not even a slash.
pub(super) fn origin(text: &str) -> Result<String, String> {
    let refused = || Err("must be origins such as https://app.example.com, without a path".to_owned());
    let Some(authority) = authority(text) else {
        return if text.is_empty() { Ok(String::new()) } else { refused() };
    };
    if authority.contains(['/', '?', '#', '@']) { refused() } else { Ok(text.to_owned()) }
}

/// An address that others are appended to.
pub(super) fn base_url(text: &str) -> Result<String, String> {
    match authority(text) {
        Some(rest) if !rest.contains(['?', '#']) => Ok(text.to_owned()),
        _ => Err("must be an address such as https://flows.example.com/webhooks".to_owned()),
    }
}

/// What stands behind the scheme: a host at least, and nothing that no address has.
fn authority(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let is_plain = rest.bytes().all(|byte| byte.is_ascii_graphic());
    (is_plain && !rest.is_empty() && !rest.starts_with('/')).then_some(rest)
}
