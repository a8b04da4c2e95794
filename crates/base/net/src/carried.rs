//! The IPv4 addresses that IPv6 addresses carry.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where a packet to the address really goes: the IPv4 addresses it carries, or itself when it carries none.
///
/// Mapped and compatible (RFC 4291), translated (RFC 7915), NAT64 (RFC 6052), 6to4 (RFC 3056), Teredo (RFC 4380: its
/// server and its client) and ISATAP (RFC 5214).
pub(crate) fn carried(address: IpAddr) -> Vec<IpAddr> {
    let IpAddr::V6(address) = address else { return vec![address] };
    match address.segments() {
        // Unspecified and loopback look like compatible addresses, and are not.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => vec![address.into()],
        [0, 0, 0, 0, 0, 0 | 0xffff, ..] | [0, 0, 0, 0, 0xffff, 0, ..] => vec![low_v4(address)],
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => vec![low_v4(address)],
        [0x2002, high, low, ..] => vec![v4(high, low)],
        [0x2001, 0, server_high, server_low, _, _, high, low] => {
            // Teredo writes the client's address with its bits turned over.
            vec![v4(server_high, server_low), v4(!high, !low)]
        }
        // Invariant: an ISATAP address is itself an address too, so both must be allowed.
        [.., 0 | 0x200, 0x5efe, _, _] => vec![address.into(), low_v4(address)],
        _ => vec![address.into()],
    }
}

fn low_v4(address: Ipv6Addr) -> IpAddr {
    let [.., high, low] = address.segments();
    v4(high, low)
}

fn v4(high: u16, low: u16) -> IpAddr {
    Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Vec<String> {
        carried(text.parse().unwrap()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_wrapping_gives_its_ipv4_address_back() {
        for wrapped in ["::ffff:169.254.169.254", "::169.254.169.254", "::ffff:0:169.254.169.254"] {
            assert_eq!(of(wrapped), ["169.254.169.254"], "{wrapped}");
        }
        assert_eq!(of("64:ff9b::a9fe:a9fe"), ["169.254.169.254"]);
        assert_eq!(of("2002:a9fe:a9fe::1"), ["169.254.169.254"]);
        assert_eq!(of("2001:0:0808:0808:0:ffff:5601:5601"), ["8.8.8.8", "169.254.169.254"]);
        assert_eq!(of("2a00::5efe:10.0.0.1"), ["2a00::5efe:a00:1", "10.0.0.1"]);
    }

    #[test]
    fn an_address_that_carries_nothing_is_itself() {
        for plain in ["::", "::1", "2606:4700::1111", "fe80::1", "127.0.0.1"] {
            assert_eq!(of(plain), [plain]);
        }
    }

    proptest! {
        #[test]
        fn a_mapped_address_is_the_address(bits: u32) {
            let address = Ipv4Addr::from(bits);
            prop_assert_eq!(carried(address.to_ipv6_mapped().into()), vec![IpAddr::from(address)]);
        }
    }
}
