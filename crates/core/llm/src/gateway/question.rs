use net::Bytes;
use serde_json::Value;

use crate::raw::Estimate;
use crate::route::Route;
use crate::translate::{self, Untranslatable};
use crate::{ChatRequest, Dialect, Error, Operation, Provider, RawRequest, Settings};

/// What is asked: in our own words, or in a client's.
pub(super) enum Question<'a> {
    Typed(&'a ChatRequest),
    Raw(&'a RawRequest),
}

impl<'a> Question<'a> {
    pub(super) fn operation(&self) -> Operation {
        match self {
            Self::Typed(_) => Operation::Chat,
            Self::Raw(raw) => raw.operation,
        }
    }

    /// The words in which a provider is asked.
    pub(super) fn dialect(&self, provider: &Provider) -> Dialect {
        match self {
            Self::Typed(_) => provider.wire.dialect(),
            Self::Raw(raw) => provider.dialect_for(raw.dialect),
        }
    }

    /// What a provider of the client's own dialect is told of features that are being tried out.
    pub(super) fn beta(&self, provider: &Provider) -> Option<&str> {
        match self {
            Self::Raw(raw) if raw.dialect == provider.dialect_for(raw.dialect) => raw.beta.as_deref(),
            Self::Typed(_) | Self::Raw(_) => None,
        }
    }

    pub(super) fn asked_model(&self, settings: &'a Settings) -> &'a str {
        match self {
            Self::Typed(request) => request.model.as_deref().unwrap_or(&settings.default_model),
            Self::Raw(raw) => raw.model(),
        }
    }

    pub(super) fn is_streamed(&self) -> bool {
        matches!(self, Self::Raw(raw) if raw.is_streamed())
    }

    pub(super) fn max_tokens(&self) -> Option<u64> {
        match self {
            Self::Typed(request) => request.max_tokens.map(u64::from),
            Self::Raw(raw) => raw.head.max_tokens,
        }
    }

    /// Tokens that may be read and written, before anybody has counted them.
    pub(super) fn estimate(&self) -> Estimate {
        match (self, self.operation()) {
            (Self::Typed(request), _) => {
                Estimate::of_chat(&serde_json::to_vec(request).unwrap_or_default(), self.max_tokens(), 1)
            }
            (Self::Raw(raw), Operation::Chat) => {
                Estimate::of_chat(&raw.body, self.max_tokens(), raw.head.answers)
            }
            (Self::Raw(raw), Operation::Embeddings) => Estimate::of_input(&raw.body),
            // Counting is free.
            (Self::Raw(_), Operation::CountTokens) => Estimate::default(),
        }
    }

    /// The body in the words of the route's provider.
    pub(super) fn body(&self, route: &Route<'_>) -> Result<Bytes, Error> {
        let Route { provider, model } = *route;
        match self {
            Self::Typed(request) => Ok(provider.wire.question(model, request).to_string().into()),
            Self::Raw(raw) if raw.dialect == provider.dialect_for(raw.dialect) => Ok(raw.for_model(model)),
            Self::Raw(raw) => {
                let refused =
                    |Untranslatable(field)| Error::Untranslatable { field, provider: provider.name.clone() };
                let body: Value = serde_json::from_slice(&raw.body)
                    .map_err(|error| Error::field("body", error.to_string()))?;
                let translated =
                    translate::request(&body, raw.dialect, (provider.wire, model)).map_err(refused)?;
                Ok(translated.to_string().into())
            }
        }
    }
}
