//! A question in our own words: what agents and prompts ask.

use super::Gateway;
use super::attempt::{Attempts, Won};
use super::look_up::{Looked, Place, Subject, look_up};
use super::ongoing::Ongoing;
use super::question::Question;
use crate::cache::{CacheOutcome, CacheWish, Kept};
use crate::redact::redact;
use crate::wire::Tally;
use crate::{Caller, ChatAnswer, ChatRequest, Error, Usage, echo};

impl Gateway {
    /// Asks a model and gives its whole answer.
    ///
    /// Fails when nobody serves the model, there is no key, a limit or a budget is reached, or no provider answers as it
    /// should; [`Error::is_transient`] says whether to try again.
    pub async fn chat(&self, caller: &Caller, request: ChatRequest) -> Result<ChatAnswer, Error> {
        if request.messages.is_empty() {
            return Err(Error::NoMessages);
        }
        let asked = request.model.as_deref().unwrap_or(&self.0.settings.default_model);
        if echo::is_echo(asked) {
            return Ok(echo::answer(asked, &request));
        }
        let question = Question::Typed(&request);
        let mut call = Ongoing::begin(&self.0, caller, &question);
        match self.answer(caller, &question, &request, &mut call).await {
            Ok(answer) => Ok(answer),
            Err(error) => {
                call.fail(&error);
                Err(error)
            }
        }
    }

    async fn answer(
        &self,
        caller: &Caller,
        question: &Question<'_>,
        request: &ChatRequest,
        call: &mut Ongoing,
    ) -> Result<ChatAnswer, Error> {
        let body = serde_json::to_vec(request).unwrap_or_default();
        let subject = Subject {
            asked_model: question.asked_model(&self.0.settings),
            kind: "native",
            body: &body,
            temperature: request.temperature,
            is_whole: true,
        };
        let place = match look_up(&self.0, caller, &subject, CacheWish::default()).await? {
            Looked::Known(outcome, kept) => match read(&kept) {
                Some(answer) => {
                    call.record.cache = outcome;
                    (call.record.model, call.record.provider) = (kept.model, kept.provider);
                    call.succeed();
                    return Ok(answer);
                }
                None => None,
            },
            Looked::Unknown(place) => place,
        };
        if place.is_some() {
            call.record.cache = CacheOutcome::Miss;
        }
        let attempts = Attempts { inner: &self.0, caller, question };
        match call.trace().around(attempts.win(call)).await? {
            Won::Whole { route, key, body, tally } => {
                let mut answer = route.provider.wire.answer(request, &body).map_err(|reason| {
                    let provider = route.provider.name.clone();
                    Error::Malformed { provider, reason: redact(&reason, key.secret()) }
                })?;
                if answer.model.is_empty() {
                    route.model.clone_into(&mut answer.model);
                }
                self.ended(call, &mut answer, tally, place);
                Ok(answer)
            }
            Won::Streamed(_) => {
                let provider = call.record.provider.clone();
                Err(Error::Malformed { provider, reason: "it is a stream that nobody asked for".to_owned() })
            }
        }
    }

    fn ended(&self, call: &mut Ongoing, answer: &mut ChatAnswer, tally: Tally, place: Option<Place>) {
        let is_whole = tally.is_whole;
        call.has_all(tally);
        call.succeed();
        // Where the provider did not count, what was estimated: budgets of agents are for something.
        answer.usage = call.record.usage;
        tracing::debug!(
            owner = %call.record.owner, provider = call.record.provider, model = answer.model,
            input_tokens = answer.usage.input_tokens, output_tokens = answer.usage.output_tokens, "model answered",
        );
        match (place, serde_json::to_vec(answer)) {
            (Some(place), Ok(body)) if is_whole => {
                let (model, provider) = (answer.model.clone(), call.record.provider.clone());
                place.keep(&self.0, Kept { body: body.into(), model, provider });
            }
            (place, _) => place.into_iter().for_each(Place::leave),
        }
    }
}

/// An answer that is given again cost nothing this time.
fn read(kept: &Kept) -> Option<ChatAnswer> {
    let answer: ChatAnswer = serde_json::from_slice(&kept.body).ok()?;
    Some(ChatAnswer { usage: Usage::default(), ..answer })
}
