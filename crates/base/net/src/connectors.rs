//! The doors of the guard: one HTTP connector for all ports, and one for each port that a rule names.

use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use url::{Host, Url};

use crate::resolver::{Guard, Lookup, Unresolved, checked};
use crate::{EgressAllow, Error};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const USER_AGENT: &str = concat!("BloxServer/", env!("CARGO_PKG_VERSION"));

/// Every way to connect, each behind the guard.
pub(crate) struct Connectors {
    allow: EgressAllow,
    lookup: Arc<dyn Lookup>,
    any_port: reqwest::Client,
    /// A resolver is not told the port, so each port that a rule names has a connector that knows it.
    by_port: HashMap<u16, reqwest::Client>,
}

impl Connectors {
    pub(crate) fn new(allow: EgressAllow, lookup: &Arc<dyn Lookup>) -> Result<Self, Error> {
        let guarded = |port| connector(Guard { lookup: Arc::clone(lookup), allow: allow.clone(), port });
        let any_port = guarded(None)?;
        let by_port =
            allow.ports().map(|port| Ok((port, guarded(Some(port))?))).collect::<Result<_, Error>>()?;
        Ok(Self { allow, lookup: Arc::clone(lookup), any_port, by_port })
    }

    /// The connector for a URL; an address in the URL is checked here, for the connector does not resolve it.
    pub(crate) fn for_url(&self, url: &Url) -> Result<&reqwest::Client, Error> {
        let port = url.port_or_known_default();
        if let Some((host, address)) = literal(url)
            && !self.allow.permits(host, port, address)
        {
            return Err(Error::Refused { host: host.to_owned() });
        }
        Ok(port.and_then(|port| self.by_port.get(&port)).unwrap_or(&self.any_port))
    }

    /// The addresses of a host that may be connected to at a port.
    pub(crate) async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Error> {
        let unknown = || Error::Dns { host: host.to_owned() };
        let found = match host.parse() {
            Ok(address) => vec![address],
            Err(_) => self.lookup.lookup(host.to_owned()).await.map_err(|_| unknown())?,
        };
        let checked = checked(&self.allow, host, Some(port), found).map_err(|why| match why {
            Unresolved::Refused => Error::Refused { host: host.to_owned() },
            Unresolved::Unknown => unknown(),
        })?;
        Ok(checked.map(|address| SocketAddr::new(address.ip(), port)).collect())
    }
}

impl fmt::Debug for Connectors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connectors").field("allow", &self.allow).finish_non_exhaustive()
    }
}

/// The address that stands in a URL as its host.
fn literal(url: &Url) -> Option<(&str, IpAddr)> {
    let address = match url.host()? {
        Host::Domain(_) => return None,
        Host::Ipv4(address) => address.into(),
        Host::Ipv6(address) => address.into(),
    };
    Some((url.host_str()?, address))
}

#[expect(clippy::disallowed_methods, reason = "the one home of outgoing connections")]
fn connector(guard: Guard) -> Result<reqwest::Client, Error> {
    reqwest::Client::builder()
        .dns_resolver(Arc::new(guard))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // A proxy would connect in our place, to addresses nobody checked.
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(USER_AGENT)
        .build()
        .map_err(|error| Error::Start { reason: root_cause(&error) })
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
