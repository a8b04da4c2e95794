use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kit::Secret;

use crate::{Error, Result};

/// How Clerk's users are known.
#[derive(Debug, Clone)]
pub struct ClerkSettings {
    pub(crate) issuer: String,
    /// The audience a token must name; none is asked for when absent (Clerk's own tokens name none).
    pub audience: Option<String>,
    /// The origins whose pages may have asked for the token (`azp`); any when empty.
    pub authorized_parties: Vec<String>,
    /// Whether a token that names no origin is refused, when there is a list.
    pub require_authorized_party: bool,
    /// What the deliveries of Clerk's are signed with; none are taken when absent.
    pub webhook_secret: Option<WebhookSecret>,
}

/// A signing secret of Svix's, who delivers for Clerk.
#[derive(Debug, Clone)]
pub struct WebhookSecret(pub(crate) Secret<Vec<u8>>);

impl ClerkSettings {
    /// Takes `CLERK_ISSUER`: `https` only, but for a stand-in on this machine.
    pub fn new(issuer: &str) -> Result<Self> {
        if !is_trustworthy(issuer) {
            return Err(Error::Setting {
                name: "CLERK_ISSUER",
                problem: format!("is `{issuer}`: use the https address that Clerk shows as the frontend API"),
            });
        }
        Ok(Self {
            issuer: issuer.to_owned(),
            audience: None,
            authorized_parties: Vec::new(),
            require_authorized_party: false,
            webhook_secret: None,
        })
    }

    /// The issuer, as tokens must name it to the letter.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Where the issuer's keys are.
    pub(crate) fn keys_url(&self) -> String {
        format!("{}/.well-known/jwks.json", self.issuer.trim_end_matches('/'))
    }
}

impl WebhookSecret {
    /// Reads `CLERK_WEBHOOK_SECRET`: base64, with or without `whsec_` before it.
    ///
    /// A key of another kind is noticed here and not at the first delivery. A webhook secret of Stripe's may look the
    /// same: whoever reads both settings has to compare them.
    pub fn parse(text: &str) -> Result<Self> {
        let encoded = text.trim();
        let encoded = encoded.strip_prefix("whsec_").unwrap_or(encoded);
        match STANDARD.decode(encoded) {
            // The Standard Webhooks specification: 24 to 64 bytes.
            Ok(bytes) if (24..=64).contains(&bytes.len()) => Ok(Self(Secret::new(bytes))),
            _ => Err(Error::Setting {
                name: "CLERK_WEBHOOK_SECRET",
                problem: "is not a signing secret of Clerk's: copy `whsec_…` from the endpoint's page, not an API key and \
                          not Stripe's"
                    .to_owned(),
            }),
        }
    }
}

fn is_trustworthy(issuer: &str) -> bool {
    let plain = issuer.bytes().all(|byte| byte.is_ascii_graphic()) && !issuer.contains(['?', '#', '@']);
    let host = |rest: &str| rest.split(['/', ':']).next().unwrap_or_default().to_owned();
    plain
        && match issuer.split_once("://") {
            Some(("https", rest)) => !host(rest).is_empty(),
            Some(("http", rest)) => {
                rest.starts_with("[::1]") || ["localhost", "127.0.0.1"].contains(&host(rest).as_str())
            }
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_https_or_on_this_machine() {
        for good in
            ["https://clerk.example.com", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:9"]
        {
            assert_eq!(ClerkSettings::new(good).unwrap().issuer(), good);
        }
        let bad = [
            "",
            "clerk.example.com",
            "http://clerk.example.com",
            "http://localhost.evil.io",
            "ftp://x",
            "https://",
            "http://127.0.0.1@evil.io",
            "https://a b",
            "https://x?y",
        ];
        for bad in bad {
            assert!(ClerkSettings::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn keys_are_beside_the_issuer() {
        let settings = ClerkSettings::new("https://clerk.example.com").unwrap();
        assert_eq!(settings.keys_url(), "https://clerk.example.com/.well-known/jwks.json");
    }

    #[test]
    fn c8_the_prefix_of_a_webhook_secret_is_optional() {
        let encoded = STANDARD.encode([7; 24]);
        for text in [encoded.clone(), format!("whsec_{encoded}"), format!(" whsec_{encoded}\n")] {
            assert_eq!(WebhookSecret::parse(&text).unwrap().0.expose(), &[7; 24], "{text}");
        }
    }

    #[test]
    fn c9_a_secret_of_another_kind_is_refused_at_start() {
        let short = format!("whsec_{}", STANDARD.encode([7; 8]));
        for bad in ["", "whsec_", "sk_test_4eC39HqLyjWDarjtT1zdp7dc", "whsec_test_secret", &short] {
            let message = WebhookSecret::parse(bad).unwrap_err().to_string();
            assert!(message.starts_with("CLERK_WEBHOOK_SECRET is not a signing secret"), "{message}");
        }
    }
}
