use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use axum::http::HeaderMap;
use ipnet::IpNet;

/// The reverse proxies whose `X-Forwarded-For` is believed; by default none.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Arc<[IpNet]>);

impl Proxies {
    /// Who really sends: the last address in the chain that is not a proxy of ours.
    ///
    /// Everything before it was written by the sender and proves nothing.
    pub fn client_of(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
        let mut client = peer.to_canonical();
        for hop in lines.iter().flat_map(|line| line.split(',')).rev() {
            if !self.0.iter().any(|network| network.contains(&client)) {
                break;
            }
            let Ok(before) = hop.trim().parse::<IpAddr>() else { break };
            client = before.to_canonical();
        }
        client
    }
}

impl FromStr for Proxies {
    type Err = String;

    /// Reads a comma-separated list of addresses and networks.
    fn from_str(text: &str) -> Result<Self, String> {
        let read = |part: &str| {
            let address = || part.parse::<IpAddr>().map(IpNet::from);
            let network = part.parse().or_else(|_| address());
            network.map_err(|_| format!("`{part}` is neither an address nor a network, such as 10.0.0.0/8"))
        };
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(read)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(proxies: &str, peer: &str, forwarded: &'static str) -> String {
        let headers = [("x-forwarded-for", forwarded)]
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
        let proxies: Proxies = proxies.parse().unwrap();
        proxies.client_of(peer.parse().unwrap(), &HeaderMap::from_iter(headers)).to_string()
    }

    #[test]
    fn only_what_our_own_proxies_add_is_believed() {
        assert_eq!(client("", "203.0.113.9", "10.0.0.1"), "203.0.113.9");
        assert_eq!(client("10.0.0.0/8", "10.0.0.2", "198.51.100.7"), "198.51.100.7");
        assert_eq!(client("10.0.0.0/8", "10.0.0.2", "6.6.6.6, 198.51.100.7, 10.0.0.3"), "198.51.100.7");
        assert_eq!(client("10.0.0.0/8", "::ffff:10.0.0.2", "nonsense"), "10.0.0.2");
        assert_eq!(client("10.0.0.0/8", "203.0.113.9", "10.0.0.1"), "203.0.113.9");
    }

    #[test]
    fn what_is_no_address_is_refused_by_name() {
        assert!("10.0.0.0/8, proxy".parse::<Proxies>().unwrap_err().contains("`proxy`"));
    }
}
