//! Whole messages to a mail server on the loopback.

use std::sync::{Arc, Mutex};

use engine::flow::Payload;
use engine::{Failure, Handler, Outcome, SecretUse};
use kit::{Clock, Secret, Timestamp};
use serde_json::{Value as Json, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::{Email, MailSettings};
use crate::testing::context;

/// A mail server: speaks SMTP, keeps what it takes, knows nobody called `nobody` and has no room for `full`.
struct Relay {
    port: u16,
    taken: Arc<Mutex<Vec<String>>>,
}

impl Relay {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&taken);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                log.lock().unwrap().push(String::new());
                serve(connection, &log).await;
            }
        });
        Self { port, taken }
    }

    fn settings(&self) -> MailSettings {
        let url = format!("smtp://127.0.0.1:{}?tls=none", self.port);
        MailSettings::parse(&Secret::new(url), "Flows <flows@example.com>").unwrap()
    }

    fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }
}

/// One conversation (RFC 5321); everything the client says goes to the end of the log.
async fn serve(connection: TcpStream, log: &Mutex<Vec<String>>) {
    let mut stream = BufReader::new(connection);
    let mut is_data = false;
    stream.write_all(b"220 relay.test ready\r\n").await.unwrap();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        log.lock().unwrap().last_mut().unwrap().push_str(&line);
        let answer = match line.trim_end() {
            "." if is_data => {
                is_data = false;
                "250 taken"
            }
            _ if is_data => continue,
            "DATA" => {
                is_data = true;
                "354 go on"
            }
            "QUIT" => "221 bye",
            line if line.starts_with("EHLO") => "250 relay.test",
            line if line.contains("<nobody@") => "550 5.1.1 no such user",
            line if line.contains("<full@") => "452 4.2.2 mailbox full",
            _ => "250 fine",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
    }
}

async fn send(settings: Option<MailSettings>, allow: &str, config: Json) -> Outcome {
    let client = net::Client::new(allow.parse().unwrap()).unwrap();
    let clock = Clock::manual(Timestamp::from_millis(1_700_000_000_000));
    Email::new(client, settings, clock).run(&context(), config, Payload::default()).await
}

async fn failure(settings: Option<MailSettings>, allow: &str, config: Json) -> Failure {
    match send(settings, allow, config).await {
        Outcome::Failed(failure) => failure,
        Outcome::Done(answer) => panic!("{answer:?}"),
    }
}

const LOOPBACK: &str = "127.0.0.1";

fn letter(to: &str) -> Json {
    json!({"to": to, "subject": "Your order", "body": "It is on its way."})
}

#[tokio::test]
async fn a_message_arrives_with_its_headers_and_the_id_of_its_step() {
    let relay = Relay::start().await;
    let config = json!({
        "to": ["Ann Lee <ann@example.com>", "bob@example.com"], "bcc": "eve@example.com", "reply_to": "shop@example.com",
        "subject": "Größe 42", "body": "plain text", "html": "<p>rich text</p>",
    });
    let Outcome::Done(answer) = send(Some(relay.settings()), LOOPBACK, config).await else { panic!() };
    let id = "<00000000-0000-0000-0000-000000000001.7@example.com>";
    assert_eq!(answer.output["messageId"], id);
    assert_eq!(answer.output["recipients"], json!(["ann@example.com", "bob@example.com", "eve@example.com"]));
    let said = relay.taken().remove(0);
    for part in [
        "EHLO example.com",
        "MAIL FROM:<flows@example.com>",
        "RCPT TO:<eve@example.com>",
        id,
        "To: \"Ann Lee\" <ann@example.com>",
        "Subject: =?utf-8?",
        "Reply-To: shop@example.com",
        "plain text",
        "<p>rich text</p>",
        "multipart/alternative",
        "Date: Tue, 14 Nov 2023",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(!said.contains("Bcc"), "{said}");
}

#[tokio::test]
async fn what_the_server_refuses_for_good_is_not_tried_again_and_what_it_puts_off_is() {
    let relay = Relay::start().await;
    let refused = failure(Some(relay.settings()), LOOPBACK, letter("nobody@example.com")).await;
    assert!(!refused.retryable && refused.code == "mail_refused", "{refused:?}");
    assert!(
        refused.message.contains("550") && refused.message.contains("no such user"),
        "{}",
        refused.message
    );
    let put_off = failure(Some(relay.settings()), LOOPBACK, letter("full@example.com")).await;
    assert!(put_off.retryable && put_off.code == "mail_unavailable", "{put_off:?}");
}

#[tokio::test]
async fn a_mail_server_at_a_private_address_is_refused_unless_the_operator_opened_it() {
    let relay = Relay::start().await;
    let refused = failure(Some(relay.settings()), "", letter("ann@example.com")).await;
    assert!(!refused.retryable && refused.message.contains("EGRESS_ALLOW"), "{refused:?}");
    assert!(relay.taken().is_empty());
}

#[tokio::test]
async fn a_server_without_mail_says_what_its_operator_has_to_do() {
    let failure = failure(None, "", letter("ann@example.com")).await;
    assert_eq!(failure.code, "not_configured");
    assert!(failure.message.contains("SMTP_URL"), "{}", failure.message);
}

#[tokio::test]
async fn a_header_cannot_be_smuggled_in() {
    let relay = Relay::start().await;
    for (key, value) in [
        ("subject", "a\r\nBcc: eve@example.com"),
        ("to", "ann@example.com\r\nBcc: eve@example.com"),
        ("reply_to", "x\n<a@b.c>\n"),
    ] {
        let mut config = letter("ann@example.com");
        config[key] = json!(value);
        let refused = failure(Some(relay.settings()), LOOPBACK, config).await;
        assert_eq!(refused.code, "invalid_config", "{key}");
    }
    assert!(relay.taken().is_empty());
}

#[tokio::test]
async fn a_secret_is_not_mailed() {
    let relay = Relay::start().await;
    let client = net::Client::new(LOOPBACK.parse().unwrap()).unwrap();
    let mut context = context();
    context.secrets_used = vec![SecretUse { name: "KEY".to_owned(), hosts: Vec::new() }];
    let email = Email::new(client, Some(relay.settings()), Clock::manual(Timestamp::from_millis(0)));
    let outcome = email.run(&context, letter("ann@example.com"), Payload::default()).await;
    assert!(matches!(outcome, Outcome::Failed(failure) if failure.code == "secret_not_allowed"));
    assert!(relay.taken().is_empty());
}

#[tokio::test]
async fn a_server_that_asks_for_tls_and_has_none_gets_no_message() {
    let relay = Relay::start().await;
    let url = Secret::new(format!("smtp://u:p@127.0.0.1:{}", relay.port));
    let settings = MailSettings::parse(&url, "flows@example.com").unwrap();
    let refused = failure(Some(settings), LOOPBACK, letter("ann@example.com")).await;
    assert!(refused.code.starts_with("mail_"), "{refused:?}");
    assert!(
        relay.taken().iter().all(|said| !said.contains("MAIL FROM") && !said.contains("AUTH")),
        "{:?}",
        relay.taken()
    );
}
