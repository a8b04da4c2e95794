use crate::{Error, Result};

/// RFC 5321 allows no longer one.
const MAX_BYTES: usize = 254;

/// An e-mail address: as it was written, and as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Email {
    text: String,
    key: String,
}

impl Email {
    /// Checks no more than what every address has: two sides, and no letter that ends or splits a mail header.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let refused =
            |letter: char| letter.is_whitespace() || letter.is_control() || "<>,;\"".contains(letter);
        let two_sides =
            text.rsplit_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
        if !two_sides || text.len() > MAX_BYTES || text.contains(refused) {
            return Err(Error::invalid("email", "is not an e-mail address such as you@example.com"));
        }
        Ok(Self { text: text.to_owned(), key: text.to_lowercase() })
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// In lower case.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_without_regard_to_case() {
        let email = Email::parse(" Ann@Example.COM ").unwrap();
        assert_eq!((email.text(), email.key()), ("Ann@Example.COM", "ann@example.com"));
        assert!(Email::parse("dev@localhost").is_ok());
    }

    #[test]
    fn what_could_end_a_mail_header_is_no_address() {
        let long = format!("{}@example.com", "x".repeat(250));
        for bad in ["", "@", "a@", "@b", "a b@c", "a@c\r\nBcc: d@e", "a@b,c@d", "<a@b>", "a\0@b", &long] {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
    }
}
