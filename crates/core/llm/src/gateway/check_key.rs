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

/// How the vendors' keys begin, where no other's do.
const BEGINNINGS: [(&str, &str); 4] =
    [("sk-ant-", "anthropic"), ("sk-proj-", "openai"), ("xai-", "xai"), ("tgp_", "together")];

/// Whose key it is by its form, if that is somebody else than the provider.
pub fn anothers_key(provider: &str, key: &Secret) -> Option<&'static str> {
    let (_, vendor) =
        BEGINNINGS.into_iter().find(|(beginning, _)| key.expose().trim().starts_with(beginning))?;
    let is_vendor = BEGINNINGS.iter().any(|(_, known)| *known == provider);
    (is_vendor && vendor != provider).then_some(vendor)
}

impl Gateway {
    /// Asks a provider for its models with a key: the one question that all of them answer and none charges for.
    pub async fn check_key(&self, provider: &str, key: &Secret) -> KeyCheck {
        self.ask_for_models(provider, Some(key)).await.unwrap_or_else(|reason| {
            tracing::info!(provider, reason, "a key could not be checked");
            KeyCheck::Unknown
        })
    }

    /// The same with the operator's own key, or without one; fails with the reason when nothing was found out.
    pub async fn check_provider(&self, provider: &str) -> Result<KeyCheck, String> {
        let known = self.0.settings.providers.iter().find(|known| known.name == provider);
        self.ask_for_models(provider, known.and_then(|known| known.api_key.as_ref())).await
    }

    async fn ask_for_models(&self, provider: &str, key: Option<&Secret>) -> Result<KeyCheck, String> {
        let Some(provider) = self.0.settings.providers.iter().find(|known| known.name == provider) else {
            return Ok(KeyCheck::Unknown);
        };
        let mut request = Request::new(Method::Get, format!("{}/models", provider.base_url))
            .timeout_ms(TIMEOUT_MS)
            .max_response_bytes(MAX_BYTES)
            .redirects(Redirects::Refuse);
        request.headers.extend(provider.wire.headers(key));
        let response = self.0.client.send(request).await.map_err(|error| error.to_string())?;
        match response.status {
            _ if response.is_success() => Ok(KeyCheck::Accepted),
            401 => Ok(KeyCheck::Refused),
            status => Err(format!("it answers with status {status}")),
        }
    }
}
