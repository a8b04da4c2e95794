use lettre::message::Mailbox;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::Error;

/// Recipients of one message: what most servers take at once.
const MOST_RECIPIENTS: usize = 50;

#[derive(Debug, Deserialize)]
pub(super) struct Config {
    pub(super) to: Json,
    #[serde(default)]
    pub(super) cc: Json,
    #[serde(default)]
    pub(super) bcc: Json,
    #[serde(default)]
    pub(super) reply_to: Option<String>,
    pub(super) subject: String,
    #[serde(default)]
    pub(super) body: Option<String>,
    #[serde(default)]
    pub(super) html: Option<String>,
}

/// The addresses of one field: a text, with commas between several, or a list of texts.
pub(super) fn mailboxes(field: &'static str, value: &Json) -> Result<Vec<Mailbox>, Error> {
    let texts: Vec<&str> = match value {
        Json::Null => Vec::new(),
        Json::String(text) => split(text),
        Json::Array(items) => items.iter().map(|item| item.as_str().unwrap_or_default()).collect(),
        _ => return Err(Error::Config(format!("`{field}` is neither an address nor a list of addresses"))),
    };
    if texts.len() > MOST_RECIPIENTS {
        let count = texts.len();
        let message = format!(
            "`{field}` has {count} addresses, at most {MOST_RECIPIENTS}; send them one by one with `each`"
        );
        return Err(Error::Config(message));
    }
    texts.into_iter().map(|text| mailbox(field, text)).collect()
}

pub(super) fn mailbox(field: &str, text: &str) -> Result<Mailbox, Error> {
    let shown: String = text.chars().filter(|letter| !letter.is_control()).take(100).collect();
    text.trim().parse().map_err(|_| {
        Error::Config(format!(
            "`{field}`: \"{shown}\" is no address; write ann@example.com or Ann Lee <ann@example.com>"
        ))
    })
}

/// Commas outside quotes part addresses.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut is_quoted) = (Vec::new(), 0, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn addresses(value: &Json) -> Result<Vec<String>, Error> {
        let found = mailboxes("to", value)?;
        Ok(found.into_iter().map(|mailbox| mailbox.email.to_string()).collect())
    }

    #[test]
    fn one_or_several_addresses_are_read() {
        for value in [
            json!("a@example.com, \"Lee, Ann\" <b@example.com>"),
            json!(["a@example.com", "Ann Lee <b@example.com>"]),
        ] {
            assert_eq!(addresses(&value).unwrap(), ["a@example.com", "b@example.com"]);
        }
        assert_eq!(addresses(&json!(null)).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_address_is_named() {
        for value in [
            json!("nobody"),
            json!("a@example.com\r\nBcc: b@example.com"),
            json!(["a@b", 7]),
            json!("a@example.com,"),
        ] {
            let error = addresses(&value).unwrap_err().to_string();
            assert!(error.contains("is no address"), "{error}");
        }
        assert!(addresses(&json!({"a": 1})).is_err());
        assert!(addresses(&json!(vec!["a@example.com"; 51])).unwrap_err().to_string().contains("51"));
    }
}
