use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

/// What people sign in with, where it is Clerk: the one case in which a page asks somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clerk {
    key: String,
    host: String,
}

impl Clerk {
    /// Takes `CLERK_PUBLISHABLE_KEY`: `pk_test_` or `pk_live_`, and in base64 the host of Clerk's frontend API with `$` behind
    /// it.
    ///
    /// # Errors
    ///
    /// What is wrong with it, to go behind the setting's name.
    pub fn parse(key: &str) -> Result<Self, String> {
        let refused = || {
            "is not a publishable key of Clerk's: copy `pk_live_…` or `pk_test_…` from its page of API keys, not the \
             secret key"
                .to_owned()
        };
        let encoded = ["pk_live_", "pk_test_"]
            .iter()
            .find_map(|prefix| key.strip_prefix(prefix))
            .ok_or_else(refused)?;
        let bytes =
            STANDARD.decode(encoded).or_else(|_| STANDARD_NO_PAD.decode(encoded)).map_err(|_| refused())?;
        let host = str::from_utf8(&bytes).ok().and_then(|text| text.strip_suffix('$')).ok_or_else(refused)?;
        // It becomes part of a header and of the page.
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
        if host.is_empty() || !host.bytes().all(is_host) {
            return Err(refused());
        }
        Ok(Self { key: key.to_owned(), host: host.to_owned() })
    }

    /// What tells the page how to sign in.
    pub(crate) fn meta(&self) -> String {
        let Self { key, host } = self;
        format!(r#"<meta name="clerk" content="{key}" data-host="{host}">"#)
    }

    /// What a page of its may load besides ours; Clerk's documentation lists it. Cloudflare tells people from robots there.
    pub(crate) fn policy(&self, nonce: &str) -> String {
        let host = &self.host;
        format!(
            "default-src 'none'; script-src 'self' https://{host} https://challenges.cloudflare.com; \
             style-src 'self' 'nonce-{nonce}'; img-src 'self' data: https://img.clerk.com; font-src 'self'; \
             connect-src 'self' https://{host}; worker-src 'self' blob:; \
             frame-src https://challenges.cloudflare.com; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(prefix: &str, host: &str) -> String {
        format!("{prefix}{}", STANDARD.encode(host))
    }

    #[test]
    fn a_key_names_its_host() {
        for prefix in ["pk_live_", "pk_test_"] {
            assert_eq!(Clerk::parse(&key(prefix, "clerk.example.com$")).unwrap().host, "clerk.example.com");
        }
        let unpadded = format!("pk_live_{}", STANDARD_NO_PAD.encode("clerk.example.com$"));
        assert_eq!(Clerk::parse(&unpadded).unwrap().host, "clerk.example.com");
    }

    #[test]
    fn what_is_no_key_is_refused_and_nothing_gets_into_the_policy() {
        let smuggling = ["evil.io; script-src *$", "a b$", "\"><script>$", "$", "clerk.example.com"];
        let bad = smuggling.iter().map(|host| key("pk_live_", host));
        for bad in bad.chain([String::new(), "pk_live_%".to_owned(), key("sk_live_", "clerk.example.com$")]) {
            assert!(Clerk::parse(&bad).unwrap_err().contains("publishable key"), "{bad}");
        }
    }
}
