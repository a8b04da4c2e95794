use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::MailSettings;
use super::settings::Security;
use crate::Error;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// How long one answer of the mail server may take.
const ANSWER: Duration = Duration::from_secs(30);

/// Hands a message to the mail server, at an address that was checked like that of any other request.
pub(super) async fn deliver(
    client: &net::Client,
    settings: &MailSettings,
    message: Message,
) -> Result<(), Error> {
    let sent = transport(client, settings).await?.send(message).await;
    sent.map(|_| ()).map_err(|error| refused(settings, told(&error), !error.is_permanent()))
}

impl MailSettings {
    /// Connects to the mail server, greets it and signs in, and sends nothing.
    pub async fn check(&self, client: &net::Client) -> Result<(), Error> {
        let greeted = transport(client, self).await?.test_connection().await;
        match greeted {
            Ok(true) => Ok(()),
            Ok(false) => Err(refused(self, "it hung up after the greeting".to_owned(), true)),
            Err(error) => Err(refused(self, told(&error), !error.is_permanent())),
        }
    }

    /// Where it is.
    pub fn host(&self) -> &str {
        &self.host
    }
}

async fn transport(client: &net::Client, settings: &MailSettings) -> Result<Transport, Error> {
    let addresses = client.addresses(&settings.host, settings.port).await?;
    let Some(address) = addresses.first() else {
        return Err(refused(settings, "it has no address".to_owned(), true));
    };
    // Connected to by its checked address, and known to TLS by its name.
    let parameters = || {
        TlsParameters::new(settings.host.clone()).map_err(|error| refused(settings, error.to_string(), false))
    };
    let tls = match settings.security {
        Security::Tls => Tls::Wrapper(parameters()?),
        Security::StartTls => Tls::Required(parameters()?),
        Security::None => Tls::None,
    };
    let domain = settings.from.email.domain().to_owned();
    let mut transport = Transport::builder_dangerous(address.ip().to_string())
        .port(settings.port)
        .tls(tls)
        .timeout(Some(ANSWER))
        .hello_name(ClientId::Domain(domain));
    if let Some((user, password)) = &settings.user {
        transport = transport.credentials(Credentials::new(user.clone(), password.expose().clone()));
    }
    Ok(transport.build())
}

fn refused(settings: &MailSettings, problem: String, is_transient: bool) -> Error {
    Error::Mail { host: settings.host.clone(), problem, is_transient }
}

/// What the server said, or what kept it from saying it.
fn told(error: &lettre::transport::smtp::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    match error.status() {
        Some(status) => format!("{status}: {cause}"),
        None => cause.to_string(),
    }
}
