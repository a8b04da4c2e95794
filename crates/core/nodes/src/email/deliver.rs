use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::MailSettings;
use super::settings::Security;
use crate::Error;

/// How long one answer of the mail server may take.
const ANSWER: Duration = Duration::from_secs(30);

/// Hands a message to the mail server, at an address that was checked like that of any other request.
pub(super) async fn deliver(
    client: &net::Client,
    settings: &MailSettings,
    message: Message,
) -> Result<(), Error> {
    let addresses = client.addresses(&settings.host, settings.port).await?;
    let refused =
        |problem: String, is_transient| Error::Mail { host: settings.host.clone(), problem, is_transient };
    let Some(address) = addresses.first() else { return Err(refused("it has no address".to_owned(), true)) };
    // Connected to by its checked address, and known to TLS by its name.
    let parameters =
        || TlsParameters::new(settings.host.clone()).map_err(|error| refused(error.to_string(), false));
    let tls = match settings.security {
        Security::Tls => Tls::Wrapper(parameters()?),
        Security::StartTls => Tls::Required(parameters()?),
        Security::None => Tls::None,
    };
    let domain = settings.from.email.domain().to_owned();
    let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.ip().to_string())
        .port(settings.port)
        .tls(tls)
        .timeout(Some(ANSWER))
        .hello_name(ClientId::Domain(domain));
    if let Some((user, password)) = &settings.user {
        transport = transport.credentials(Credentials::new(user.clone(), password.expose().clone()));
    }
    let sent = transport.build().send(message).await;
    sent.map(|_| ()).map_err(|error| refused(told(&error), !error.is_permanent()))
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
