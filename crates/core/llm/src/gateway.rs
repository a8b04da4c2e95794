//! The one way to a model.

use std::fmt;
use std::sync::Arc;

use kit::Sources;
use kit::ids::OwnerId;

use crate::redact::redact;
use crate::route::{Route, route};
use crate::upstream::{self, Key};
use crate::{Caller, ChatAnswer, ChatRequest, Credentials, Error, Model, Settings, echo, model};

/// Asks models on behalf of owners. Clones share everything.
#[derive(Clone)]
pub struct Gateway(Arc<Inner>);

struct Inner {
    settings: Settings,
    client: net::Client,
    credentials: Arc<dyn Credentials>,
    sources: Sources,
}

impl Gateway {
    /// A gateway to the providers of the settings.
    pub fn new(
        settings: Settings,
        client: net::Client,
        credentials: Arc<dyn Credentials>,
        sources: Sources,
    ) -> Self {
        Self(Arc::new(Inner { settings, client, credentials, sources }))
    }

    /// Asks a model once and gives its whole answer.
    ///
    /// Fails when nobody serves the model, there is no key, or the provider does not answer as it should;
    /// [`Error::is_transient`] says whether to try again.
    pub async fn chat(&self, caller: &Caller, request: ChatRequest) -> Result<ChatAnswer, Error> {
        if request.messages.is_empty() {
            return Err(Error::NoMessages);
        }
        let asked = request.model.as_deref().unwrap_or(&self.0.settings.default_model);
        if echo::is_echo(asked) {
            return Ok(echo::answer(asked, &request));
        }
        let route = route(&self.0.settings.providers, asked)?;
        let answer = self.ask(caller, &route, &request).await?;
        tracing::debug!(
            owner = %caller.owner, provider = route.provider.name, model = answer.model,
            input_tokens = answer.usage.input_tokens, output_tokens = answer.usage.output_tokens, "model answered",
        );
        Ok(answer)
    }

    /// The models that are known by name, `echo` among them; providers may have more.
    pub fn models(&self) -> Vec<Model> {
        model::listed(&self.0.settings)
    }

    async fn ask(
        &self,
        caller: &Caller,
        route: &Route<'_>,
        request: &ChatRequest,
    ) -> Result<ChatAnswer, Error> {
        let Inner { settings, client, sources, .. } = &*self.0;
        let Route { provider, model } = *route;
        let key = self.key(caller.owner, route).await?;
        let question = provider.wire.question(model, request);
        let body = upstream::ask(client, (provider, settings), &key, &question, sources.clock.now()).await?;
        // The reader's words can repeat the body's.
        let shown = |reason: String| redact(&reason, key.secret());
        let malformed = |reason| Error::Malformed { provider: provider.name.clone(), reason: shown(reason) };
        let mut answer = provider.wire.answer(request, &body).map_err(malformed)?;
        if answer.model.is_empty() {
            model.clone_into(&mut answer.model);
        }
        Ok(answer)
    }

    /// The owner's own key before the operator's.
    async fn key(&self, owner: OwnerId, route: &Route<'_>) -> Result<Key, Error> {
        let Route { provider, model } = *route;
        if let Some(key) = self.0.credentials.key(owner, &provider.name).await {
            return Ok(Key::Owner(key));
        }
        match &provider.api_key {
            Some(key) => Ok(Key::Operator(key.clone())),
            None if provider.needs_key => Err(Error::NoKey {
                model: model.to_owned(),
                provider: provider.name.clone(),
                variable: provider.key_variable.clone(),
            }),
            None => Ok(Key::None),
        }
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
