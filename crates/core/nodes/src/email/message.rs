use std::time::{Duration, SystemTime};

use kit::Timestamp;
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{MultiPart, SinglePart};

use super::MailSettings;
use super::config::{Config, mailbox, mailboxes};
use crate::Error;

/// Bytes of a message's texts.
const MOST_BYTES: usize = 5 * 1024 * 1024;

/// The message that a configuration asks for; its id is the step's, so that a repeated attempt is the same message.
pub(super) fn build(
    config: &Config,
    settings: &MailSettings,
    step_key: &str,
    now: Timestamp,
) -> Result<Message, Error> {
    let subject = config.subject.trim();
    if subject.is_empty() || subject.chars().any(char::is_control) {
        return Err(Error::Config("`subject` is empty or has more than one line".to_owned()));
    }
    let id = format!("<{}@{}>", step_key.replace(':', "."), settings.from.email.domain());
    let date = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(now.as_millis()).unwrap_or(0));
    let mut builder =
        Message::builder().message_id(Some(id)).date(date).from(settings.from.clone()).subject(subject);
    let to = mailboxes("to", &config.to)?;
    if to.is_empty() {
        return Err(Error::Config("`to` names nobody".to_owned()));
    }
    for mailbox in to {
        builder = builder.to(mailbox);
    }
    for mailbox in mailboxes("cc", &config.cc)? {
        builder = builder.cc(mailbox);
    }
    for mailbox in mailboxes("bcc", &config.bcc)? {
        builder = builder.bcc(mailbox);
    }
    if let Some(reply_to) = &config.reply_to {
        builder = builder.reply_to(mailbox("reply_to", reply_to)?);
    }
    let size = config.body.as_ref().map_or(0, String::len) + config.html.as_ref().map_or(0, String::len);
    if size > MOST_BYTES {
        return Err(Error::Config(format!("the message has {size} bytes; at most {MOST_BYTES} are sent")));
    }
    let text = |text: &String| SinglePart::builder().header(ContentType::TEXT_PLAIN).body(text.clone());
    let html = |html: &String| SinglePart::builder().header(ContentType::TEXT_HTML).body(html.clone());
    let built = match (&config.body, &config.html) {
        (Some(plain), Some(rich)) => {
            builder.multipart(MultiPart::alternative().singlepart(text(plain)).singlepart(html(rich)))
        }
        (Some(plain), None) => builder.singlepart(text(plain)),
        (None, Some(rich)) => builder.singlepart(html(rich)),
        (None, None) => return Err(Error::Config("the message has neither `body` nor `html`".to_owned())),
    };
    built.map_err(|error| Error::Config(format!("the message cannot be written: {error}")))
}
