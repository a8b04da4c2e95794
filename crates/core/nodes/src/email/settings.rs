use kit::Secret;
use lettre::message::Mailbox;
use url::Url;

use super::config::mailbox;
use crate::Error;

/// The operator's mail server, and in whose name it sends.
#[derive(Debug, Clone)]
pub struct MailSettings {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) user: Option<(String, Secret)>,
    pub(super) from: Mailbox,
}

/// How a connection becomes secure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    /// From the first byte.
    Tls,
    /// By STARTTLS, or not at all.
    StartTls,
    /// Not: for a server on the same machine or network.
    None,
}

impl MailSettings {
    /// Reads `SMTP_URL` and `SMTP_FROM`.
    ///
    /// `smtps://user:password@host` is TLS from the first byte (port 465), `smtp://user:password@host` STARTTLS (587),
    /// and `smtp://host?tls=none` neither (25).
    pub fn parse(url: &Secret, from: &str) -> Result<Self, Error> {
        let wrong = |problem: &str| Error::Setting { name: "SMTP_URL", problem: problem.to_owned() };
        let read = Url::parse(url.expose()).map_err(|_| wrong("write smtps://user:password@host:465"))?;
        let is_plain = read.query_pairs().any(|(key, value)| key == "tls" && value == "none");
        let (security, port) = match read.scheme() {
            "smtps" => (Security::Tls, 465),
            "smtp" if is_plain => (Security::None, 25),
            "smtp" => (Security::StartTls, 587),
            _ => return Err(wrong("it begins with smtp:// or smtps://")),
        };
        let host =
            read.host_str().filter(|host| !host.is_empty()).ok_or_else(|| wrong("it names no host"))?;
        let decoded = |text: &str| {
            percent_encoding::percent_decode_str(text).decode_utf8().map(|text| text.into_owned())
        };
        let user = match (read.username(), read.password()) {
            ("", _) => None,
            (user, password) => {
                let texts = (decoded(user), decoded(password.unwrap_or_default()));
                let (Ok(user), Ok(password)) = texts else {
                    return Err(wrong("user or password is no UTF-8"));
                };
                Some((user, Secret::new(password)))
            }
        };
        if user.is_some() && security == Security::None {
            return Err(wrong("a password is not sent without TLS; leave tls=none or the password out"));
        }
        let from = mailbox("SMTP_FROM", from)
            .map_err(|error| Error::Setting { name: "SMTP_FROM", problem: error.to_string() })?;
        let host = host.trim_matches(['[', ']']).to_owned();
        Ok(Self { host, port: read.port().unwrap_or(port), security, user, from })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<MailSettings, Error> {
        MailSettings::parse(&Secret::from(url), "Flows <flows@example.com>")
    }

    #[test]
    fn the_address_says_how_secure_it_is() {
        for (url, security, port) in [
            ("smtps://u:p@mail.example.com", Security::Tls, 465),
            ("smtp://u:p@mail.example.com", Security::StartTls, 587),
            ("smtp://mail.lan?tls=none", Security::None, 25),
            ("smtp://[::1]:2525?tls=none", Security::None, 2525),
        ] {
            let settings = parse(url).unwrap();
            assert_eq!((settings.security, settings.port), (security, port), "{url}");
        }
        let (user, password) = parse("smtps://a%40b:p%2Fw@mail.example.com").unwrap().user.unwrap();
        assert_eq!((user.as_str(), password.expose().as_str()), ("a@b", "p/w"));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for url in ["mail.example.com", "http://u:hunter2@mail", "smtp://u:hunter2@mail?tls=none", "smtp://"]
        {
            let error = parse(url).unwrap_err().to_string();
            assert!(error.starts_with("SMTP_URL: ") && !error.contains("hunter2"), "{error}");
        }
        let error = MailSettings::parse(&Secret::from("smtp://mail"), "me").unwrap_err().to_string();
        assert!(error.starts_with("SMTP_FROM: "), "{error}");
        assert!(!format!("{:?}", parse("smtp://u:hunter2@mail")).contains("hunter2"));
    }
}
