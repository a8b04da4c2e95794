use kit::Secret;
use net::{Method, Redirects, Request};

use super::Gateway;

const TIMEOUT_MS: u64 = 10_000;
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// What a provider says to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyCheck {
    /// It takes it.
    Accepted,
    /// It does not know it.
    Refused,
    /// It could not be asked, or did not say.
    Unknown,
}

impl Gateway {
    /// Asks a provider for its models with a key: the one question that all of them answer and none charges for.
    pub async fn check_key(&self, provider: &str, key: &Secret) -> KeyCheck {
        let Some(provider) = self.0.settings.providers.iter().find(|known| known.name == provider) else {
            return KeyCheck::Unknown;
        };
        let mut request = Request::new(Method::Get, format!("{}/models", provider.base_url))
            .timeout_ms(TIMEOUT_MS)
            .max_response_bytes(MAX_BYTES)
            .redirects(Redirects::Refuse);
        request.headers.extend(provider.wire.headers(Some(key)));
        match self.0.client.send(request).await {
            Ok(response) if response.is_success() => KeyCheck::Accepted,
            Ok(response) if response.status == 401 => KeyCheck::Refused,
            Ok(response) => {
                tracing::info!(
                    provider = provider.name,
                    status = response.status,
                    "a key could not be checked"
                );
                KeyCheck::Unknown
            }
            Err(error) => {
                tracing::info!(provider = provider.name, %error, "a key could not be checked");
                KeyCheck::Unknown
            }
        }
    }
}
