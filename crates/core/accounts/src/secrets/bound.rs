use kit::Secret;

use super::hosts;

/// A secret at the moment of use: its value, and where it may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundSecret {
    /// The value.
    pub value: Secret,
    /// The hosts it may be sent to; any when empty.
    pub hosts: Vec<String>,
}

impl BoundSecret {
    /// Whether it may be sent to a host: a name or address without a port.
    pub fn may_go_to(&self, host: &str) -> bool {
        self.hosts.is_empty() || self.hosts.iter().any(|entry| hosts::covers(entry, host))
    }

    /// Whether it may be used where no host is involved.
    pub fn is_unbound(&self) -> bool {
        self.hosts.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_secret_goes_to_its_hosts_only() {
        let secret = |hosts: &[&str]| BoundSecret {
            value: "value".into(),
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        };
        let bound = secret(&["api.example.com", "*.example.org"]);
        assert!(bound.may_go_to("API.example.com") && bound.may_go_to("x.example.org"));
        assert!(!bound.may_go_to("example.com") && !bound.is_unbound());
        assert!(secret(&[]).may_go_to("anywhere.example") && secret(&[]).is_unbound());
        assert!(!format!("{bound:?}").contains("value: \"value\""));
    }
}
