use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::master_keys::MasterKey;
use super::{Purpose, Vault};

/// Bytes of a tag.
const TAG_BYTES: usize = 32;

impl Vault {
    /// The message with a tag that nobody else can make: HMAC-SHA256 (RFC 2104) with a key of the purpose's own.
    ///
    /// The same message has the same ticket as long as the first master key stays.
    pub fn ticket(&self, purpose: Purpose, message: &[u8]) -> Vec<u8> {
        let tag = mac(self.keys.first(), purpose, message).map(|mac| mac.finalize().into_bytes());
        [message, tag.as_deref().unwrap_or_default()].concat()
    }

    /// The message of a ticket that was made with any of the master keys.
    pub fn redeem<'t>(&self, purpose: Purpose, ticket: &'t [u8]) -> Option<&'t [u8]> {
        let (message, tag) = ticket.split_at_checked(ticket.len().checked_sub(TAG_BYTES)?)?;
        let is_of = |key| mac(key, purpose, message).is_some_and(|mac| mac.verify_slice(tag).is_ok());
        self.keys.all().any(is_of).then_some(message)
    }
}

/// HMAC takes keys of any length, so that there always is one.
fn mac(key: &MasterKey, purpose: Purpose, message: &[u8]) -> Option<Hmac<Sha256>> {
    let mut own = Hmac::<Sha256>::new_from_slice(key.bytes.expose()).ok()?;
    own.update(purpose.as_str().as_bytes());
    let mut mac = Hmac::<Sha256>::new_from_slice(&own.finalize().into_bytes()).ok()?;
    mac.update(message);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use kit::Entropy;

    use super::super::MasterKeys;
    use super::*;

    fn vault(keys: &[u64]) -> Vault {
        let keys: Vec<String> =
            keys.iter().map(|seed| STANDARD.encode(Entropy::seeded(*seed).bytes::<32>())).collect();
        Vault::new(MasterKeys::parse(&keys.join(",")).unwrap(), Entropy::seeded(7))
    }

    #[test]
    fn a_ticket_is_good_for_its_message_purpose_and_keys_alone() {
        let ticket = vault(&[1]).ticket(Purpose::TICKET, b"this one");
        assert_eq!(ticket, vault(&[1]).ticket(Purpose::TICKET, b"this one"));
        assert_eq!(vault(&[1]).redeem(Purpose::TICKET, &ticket), Some(&b"this one"[..]));
        assert_eq!(vault(&[2, 1]).redeem(Purpose::TICKET, &ticket), Some(&b"this one"[..]));
        assert_eq!(vault(&[2]).redeem(Purpose::TICKET, &ticket), None);
        assert_eq!(vault(&[1]).redeem(Purpose::SECRET, &ticket), None);
        for at in 0..ticket.len() {
            let mut changed = ticket.clone();
            changed[at] ^= 1;
            assert_eq!(vault(&[1]).redeem(Purpose::TICKET, &changed), None, "byte {at}");
            assert_eq!(vault(&[1]).redeem(Purpose::TICKET, &ticket[..at]), None, "{at} bytes");
        }
    }
}
