use kit::Timestamp;
use serde_json::Value as Json;

use super::config::Config;
use super::{MailSettings, deliver, message};
use crate::Error;

/// A message of the server itself, in the operator's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Makes a repeated attempt the same message.
    pub id: String,
    /// The addresses.
    pub to: Vec<String>,
    /// One line.
    pub subject: String,
    /// The text.
    pub body: String,
}

impl MailSettings {
    /// Hands a notice to the mail server.
    pub async fn send(&self, client: &net::Client, notice: &Notice, now: Timestamp) -> Result<(), Error> {
        let config = Config {
            to: Json::from(notice.to.clone()),
            cc: Json::Null,
            bcc: Json::Null,
            reply_to: None,
            subject: notice.subject.clone(),
            body: Some(notice.body.clone()),
            html: None,
        };
        deliver::deliver(client, self, message::build(&config, self, &notice.id, now)?).await
    }
}
