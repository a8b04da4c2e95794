//! A client's own request, passed on, and the answer in the client's words.

use std::borrow::Cow;
use std::fmt;

use futures::stream::{self, BoxStream, StreamExt};
use net::Bytes;
use serde_json::{Value, json};

use super::attempt::{Attempts, Won};
use super::look_up::{Looked, Place, Subject, look_up};
use super::ongoing::Ongoing;
use super::opened::Opened;
use super::question::Question;
use super::relay::{Keeping, Relay, Writer};
use super::{Gateway, simulated};
use crate::cache::{CacheOutcome, CacheWish, Kept};
use crate::raw::input_tokens;
use crate::route::{Route, routes};
use crate::translate::{self, Form, To, ToAnthropic, ToOpenAi, ToResponses};
use crate::wire::Tally;
use crate::{Allowance, Caller, Dialect, Error, Operation, RawRequest, echo};

/// What a client gets.
#[derive(Debug)]
pub struct Reply {
    /// Who answered.
    pub provider: String,
    /// The model, in the provider's words.
    pub model: String,
    /// What became of it at the cache.
    pub cache: CacheOutcome,
    /// What the caller has left, where that is limited.
    pub allowance: Option<Allowance>,
    /// The answer.
    pub body: ReplyBody,
}

/// An answer in the client's dialect.
pub enum ReplyBody {
    /// All of it, as JSON.
    Whole(Bytes),
    /// Server-sent events; dropped, the provider is told to stop.
    Events(BoxStream<'static, Bytes>),
}

impl Gateway {
    /// Passes a client's request on to a provider of its model.
    ///
    /// Where the provider speaks the client's dialect, the bytes of request and answer stay as they are, but for the
    /// model's name and the usage of a stream that did not ask for it. Otherwise both are translated.
    pub async fn pass(&self, caller: &Caller, request: RawRequest, wish: CacheWish) -> Result<Reply, Error> {
        if echo::is_echo(request.model()) {
            return simulated::reply(&request, self.0.sources.clock.now());
        }
        if let Some(reply) = self.counted_here(&request)? {
            return Ok(reply);
        }
        let kind = kind(&request);
        let subject = Subject {
            asked_model: request.model(),
            kind: &kind,
            body: &request.body,
            temperature: request.head.temperature,
            is_whole: !request.is_streamed(),
        };
        let question = Question::Raw(&request);
        let mut call = Ongoing::begin(&self.0, caller, &question);
        let place = match look_up(&self.0, caller, &subject, wish).await {
            Ok(Looked::Known(outcome, kept)) => return Ok(self.known(call, outcome, kept, &request)),
            Ok(Looked::Unknown(place)) => place,
            Err(error) => return Err(failed(call, error)),
        };
        if place.is_some() {
            call.record.cache = CacheOutcome::Miss;
        }
        let attempts = Attempts { inner: &self.0, caller, question: &question };
        match call.trace().around(attempts.win(&mut call)).await {
            Ok(Won::Whole { route, body, tally, .. }) => {
                self.whole(call, &request, (route, body, tally), place)
            }
            Ok(Won::Streamed(opened)) => Ok(self.streamed(call, &request, *opened, place)),
            Err(error) => Err(failed(call, error)),
        }
    }

    /// Tokens of a conversation for a provider that does not count them: our own estimate.
    fn counted_here(&self, request: &RawRequest) -> Result<Option<Reply>, Error> {
        if request.operation != Operation::CountTokens {
            return Ok(None);
        }
        let routes = routes(&self.0.settings, request.model())?;
        let Some(Route { provider, model }) = routes.into_iter().next() else { return Ok(None) };
        if provider.wire.dialect() == Dialect::Anthropic {
            return Ok(None);
        }
        let body = json!({ "input_tokens": input_tokens(&request.body) });
        Ok(Some(Reply {
            provider: provider.name.clone(),
            model: model.to_owned(),
            cache: CacheOutcome::Off,
            allowance: None,
            body: ReplyBody::Whole(body.to_string().into()),
        }))
    }

    fn known(&self, mut call: Ongoing, cache: CacheOutcome, kept: Kept, request: &RawRequest) -> Reply {
        let Kept { body, model, provider } = kept;
        call.record.cache = cache;
        call.record.model.clone_from(&model);
        call.record.provider.clone_from(&provider);
        call.succeed();
        let body = match request.is_streamed() {
            true => ReplyBody::Events(stream::once(std::future::ready(body)).boxed()),
            false => ReplyBody::Whole(body),
        };
        Reply { provider, model, cache, allowance: None, body }
    }

    fn whole(
        &self,
        mut call: Ongoing,
        request: &RawRequest,
        (route, body, tally): (Route<'_>, Bytes, Tally),
        place: Option<Place>,
    ) -> Result<Reply, Error> {
        let said_in = route.provider.dialect_for(request.dialect);
        let body = match said_in == request.dialect {
            true => body,
            false => {
                let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
                translate::answer(&answer, said_in, &self.to(&call, request)).to_string().into()
            }
        };
        let is_whole = tally.is_whole;
        call.has_all(tally);
        let allowance = call.allowance();
        call.succeed();
        let reply = self.reply(&call, allowance, ReplyBody::Whole(body.clone()));
        match place {
            Some(place) if is_whole => {
                let (model, provider) = (reply.model.clone(), reply.provider.clone());
                place.keep(&self.0, Kept { body, model, provider });
            }
            other => other.into_iter().for_each(Place::leave),
        }
        Ok(reply)
    }

    fn streamed(&self, call: Ongoing, request: &RawRequest, opened: Opened, place: Option<Place>) -> Reply {
        let wishes_usage = request.head.stream_options.as_ref().is_some_and(|(_, includes)| *includes);
        let said_in = opened.dialect();
        let to = (said_in != request.dialect).then(|| self.to(&call, request));
        let writer = match to {
            None => Writer::Same { hides_usage: request.adds_usage() },
            Some(To::OpenAi { created_s }) => Writer::ToOpenAi(ToOpenAi::new(created_s, wishes_usage)),
            Some(To::Anthropic) => Writer::ToAnthropic(ToAnthropic::default()),
            Some(To::Responses(form)) => {
                Writer::ToResponses(Box::new(ToResponses::new(form, said_in == Dialect::Anthropic)))
            }
        };
        let keeping = place.filter(|place| place.may_keep).map(|place| Keeping {
            key: place.key,
            ttl_ms: place.ttl_ms,
            bytes: Vec::new(),
            alike: place.alike,
        });
        let (allowance, placeholder) = (call.allowance(), ReplyBody::Whole(Bytes::new()));
        let mut reply = self.reply(&call, allowance, placeholder);
        let relay = Relay::new(opened, call, (writer, request.dialect), keeping);
        let events = stream::unfold(relay, |mut relay| async move { Some((relay.next().await?, relay)) });
        reply.body = ReplyBody::Events(events.boxed());
        reply
    }

    /// In which words the client is answered.
    fn to(&self, call: &Ongoing, request: &RawRequest) -> To {
        let created_s = self.0.sources.clock.now().as_millis() / 1_000;
        match request.dialect {
            Dialect::OpenAi => To::OpenAi { created_s },
            Dialect::Anthropic => To::Anthropic,
            Dialect::Responses => {
                let asked = serde_json::from_slice(&request.body).unwrap_or_default();
                To::Responses(Form::new(&hex::encode(call.record.id.as_bytes()), created_s, &asked))
            }
        }
    }

    fn reply(&self, call: &Ongoing, allowance: Option<Allowance>, body: ReplyBody) -> Reply {
        let (provider, model) = (call.record.provider.clone(), call.record.model.clone());
        Reply { provider, model, cache: call.record.cache, allowance, body }
    }
}

/// Ends a call that nobody answered.
fn failed(mut call: Ongoing, error: Error) -> Error {
    call.fail(&error);
    error
}

/// The form an answer has: those of the cache are given again as they are.
fn kind(request: &RawRequest) -> Cow<'static, str> {
    let form = form(request);
    match &request.beta {
        Some(beta) => format!("{form} with {beta}").into(),
        None => form.into(),
    }
}

fn form(request: &RawRequest) -> &'static str {
    match (request.dialect, request.operation, request.is_streamed()) {
        (_, Operation::Embeddings, _) => "embeddings",
        (_, Operation::CountTokens, _) => "count_tokens",
        (Dialect::OpenAi, Operation::Chat, false) => "openai",
        (Dialect::OpenAi, Operation::Chat, true) => "openai streamed",
        (Dialect::Responses, Operation::Chat, false) => "responses",
        (Dialect::Responses, Operation::Chat, true) => "responses streamed",
        (Dialect::Anthropic, Operation::Chat, false) => "anthropic",
        (Dialect::Anthropic, Operation::Chat, true) => "anthropic streamed",
    }
}

impl fmt::Debug for ReplyBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(body) => f.debug_struct("Whole").field("bytes", &body.len()).finish(),
            Self::Events(_) => f.debug_struct("Events").finish_non_exhaustive(),
        }
    }
}
