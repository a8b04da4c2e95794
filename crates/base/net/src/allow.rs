//! What an operator opens to the guarded client.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;
use url::Host;

use crate::Error;
use crate::address::is_public;
use crate::carried::carried;

/// The private places that an operator opened with `EGRESS_ALLOW`; by default none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EgressAllow {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    place: Place,
    /// Every port when absent.
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Host(String),
    Network(IpNet),
}

impl EgressAllow {
    /// Whether a connection may go to this address, for a URL with this host and port.
    ///
    /// `port` is absent where only rules without a port count.
    pub(crate) fn permits(&self, host: &str, port: Option<u16>, address: IpAddr) -> bool {
        self.opens_host(host, port)
            || self.opens_address(address, port)
            || carried(address)
                .into_iter()
                .all(|address| is_public(address) || self.opens_address(address, port))
    }

    /// Whether every port of an address is opened by it: for a look at what an operator has written.
    pub fn opens(&self, address: IpAddr) -> bool {
        self.opens_address(address, None)
    }

    /// The ports that rules name.
    pub(crate) fn ports(&self) -> impl Iterator<Item = u16> {
        self.rules.iter().filter_map(|rule| rule.port)
    }

    fn opens_host(&self, host: &str, port: Option<u16>) -> bool {
        let host = canonical(host);
        self.rules
            .iter()
            .any(|rule| rule.covers(port) && matches!(&rule.place, Place::Host(name) if *name == host))
    }

    fn opens_address(&self, address: IpAddr, port: Option<u16>) -> bool {
        let inside = |place: &Place| matches!(place, Place::Network(network) if network.contains(&address));
        self.rules.iter().any(|rule| rule.covers(port) && inside(&rule.place))
    }
}

impl Rule {
    fn covers(&self, port: Option<u16>) -> bool {
        self.port.is_none() || self.port == port
    }
}

impl FromStr for EgressAllow {
    type Err = Error;

    /// Reads a comma-separated list; an empty text opens nothing.
    fn from_str(text: &str) -> Result<Self, Error> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let rules = entries.map(|entry| rule(entry).ok_or_else(|| Error::Allow { entry: entry.to_owned() }));
        Ok(Self { rules: rules.collect::<Result<_, _>>()? })
    }
}

fn rule(entry: &str) -> Option<Rule> {
    if let Ok(network) = entry.parse::<IpNet>() {
        return Some(Rule { place: Place::Network(network), port: None });
    }
    if let Ok(address) = entry.parse::<IpAddr>() {
        return Some(Rule { place: Place::Network(address.into()), port: None });
    }
    if let Ok(address) = entry.parse::<SocketAddr>() {
        return Some(Rule { place: Place::Network(address.ip().into()), port: Some(address.port()) });
    }
    // A colon is no part of a host, so this is a host without a port.
    if let Some(place) = place(entry) {
        return Some(Rule { place, port: None });
    }
    let (host, port) = entry.rsplit_once(':')?;
    Some(Rule { place: place(host)?, port: Some(port.parse().ok()?) })
}

fn place(host: &str) -> Option<Place> {
    match Host::parse(host).ok()? {
        Host::Domain(name) if name.contains('*') => None,
        Host::Domain(name) => Some(Place::Host(canonical(&name))),
        Host::Ipv4(address) => Some(Place::Network(IpAddr::from(address).into())),
        Host::Ipv6(address) => Some(Place::Network(IpAddr::from(address).into())),
    }
}

/// One spelling a host: `LOCALHOST.` is `localhost`.
fn canonical(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits(rules: &str, host: &str, port: u16, address: &str) -> bool {
        rules.parse::<EgressAllow>().unwrap().permits(host, Some(port), address.parse().unwrap())
    }

    #[test]
    fn nothing_private_is_open_by_default() {
        assert!(permits("", "example.com", 443, "93.184.215.14"));
        for address in
            ["127.0.0.1", "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "169.254.169.254"]
        {
            assert!(!permits("", "example.com", 443, address), "{address}");
        }
    }

    #[test]
    fn a_host_is_opened_by_its_name_whatever_its_spelling() {
        assert!(permits("ollama.lan", "OLLAMA.lan.", 80, "192.168.1.9"));
        assert!(!permits("ollama.lan", "evil.ollama.lan", 80, "192.168.1.9"));
        assert!(!permits("ollama.lan", "ollama.lan.evil.com", 80, "192.168.1.9"));
    }

    #[test]
    fn a_rule_with_a_port_opens_that_port_only() {
        for rules in ["localhost:11434", "127.0.0.1:11434", "[::1]:99, 127.0.0.1:11434"] {
            assert!(permits(rules, "localhost", 11434, "127.0.0.1"), "{rules}");
            assert!(!permits(rules, "localhost", 6379, "127.0.0.1"), "{rules}");
        }
    }

    #[test]
    fn a_network_opens_its_addresses_also_when_they_are_carried() {
        assert!(permits("10.0.0.0/8", "any.example", 80, "10.9.8.7"));
        assert!(permits("10.0.0.0/8", "any.example", 80, "::ffff:10.9.8.7"));
        assert!(permits("fd00::/8", "any.example", 80, "fd12::1"));
        assert!(!permits("10.0.0.0/8", "any.example", 80, "192.168.0.1"));
    }

    #[test]
    fn an_address_is_understood_in_any_spelling() {
        assert!(permits("2130706433", "127.0.0.1", 80, "127.0.0.1"));
        assert!(permits("[::1]", "[::1]", 80, "::1"));
    }

    #[test]
    fn an_entry_that_is_neither_host_nor_network_is_named() {
        for entry in ["http://a.b", "a b", "10.0.0.0/99", "host:port", "*.lan", "a.b:70000"] {
            let error = format!("ok.lan,{entry}").parse::<EgressAllow>().unwrap_err();
            assert!(error.to_string().contains(entry), "{error}");
        }
    }
}
