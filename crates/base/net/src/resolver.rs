//! DNS that gives out only addresses that may be connected to.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::EgressAllow;

/// Where names are looked up: the system, or a double in tests.
pub(crate) trait Lookup: Send + Sync {
    /// Every address of the name.
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The system's resolver: hosts file and DNS.
pub(crate) struct SystemLookup;

/// The resolver inside the connector: what it gives out is what is connected to.
pub(crate) struct Guard {
    pub(crate) lookup: Arc<dyn Lookup>,
    pub(crate) allow: EgressAllow,
    /// The port of the URLs this connector serves; absent when rules with a port do not concern them.
    pub(crate) port: Option<u16>,
}

/// Why a name gave no address to connect to.
#[derive(Debug)]
pub(crate) enum Unresolved {
    /// One of its addresses is not allowed.
    Refused,
    /// There is none.
    Unknown,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let (lookup, allow, port) = (self.lookup.lookup(host.clone()), self.allow.clone(), self.port);
        Box::pin(async move {
            let addresses = lookup.await.map_err(|_| Unresolved::Unknown)?;
            Ok(checked(&allow, &host, port, addresses)?)
        })
    }
}

/// All addresses, or none when one is not allowed: a name that mixes public and private ones is an attack.
pub(crate) fn checked(
    allow: &EgressAllow,
    host: &str,
    port: Option<u16>,
    addresses: Vec<IpAddr>,
) -> Result<Addrs, Unresolved> {
    if addresses.is_empty() {
        return Err(Unresolved::Unknown);
    }
    if let Some(address) = addresses.iter().find(|address| !allow.permits(host, port, **address)) {
        tracing::debug!(host, %address, "connection refused: the address is private or reserved");
        return Err(Unresolved::Refused);
    }
    // Port 0: the connector fills in the URL's.
    Ok(Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0))))
}

impl Lookup for SystemLookup {
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "the address is not allowed",
            Self::Unknown => "the name has no address",
        })
    }
}

impl std::error::Error for Unresolved {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(addresses: &[&str]) -> Result<usize, Unresolved> {
        let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
        checked(&EgressAllow::default(), "a.example", Some(80), addresses).map(Iterator::count)
    }

    #[test]
    fn a_name_with_one_private_address_among_public_ones_is_refused() {
        assert!(matches!(check(&["1.1.1.1", "10.0.0.1"]), Err(Unresolved::Refused)));
        assert!(matches!(check(&["1.1.1.1", "2606:4700::1111"]), Ok(2)));
    }

    #[test]
    fn a_name_without_addresses_is_unknown() {
        assert!(matches!(check(&[]), Err(Unresolved::Unknown)));
    }
}
