//! A question in our own words whose answer is told while it is written.

use futures::StreamExt;
use serde_json::{Value, json};

use super::Gateway;
use super::pass::ReplyBody;
use crate::cache::CacheWish;
use crate::wire::{Frames, Wire};
use crate::{Caller, ChatAnswer, ChatRequest, Dialect, Error, Operation, RawRequest, Usage, echo};

impl Gateway {
    /// Asks a model, tells its words as they come, and gives the whole answer.
    ///
    /// As [`Gateway::chat`] in all else. What was told of an answer that broke off is void: the error says so, and whoever
    /// asks again begins anew. An answer with a schema is told as a whole.
    pub async fn chat_aloud(
        &self,
        caller: &Caller,
        request: ChatRequest,
        tell: impl Fn(&str) + Send + Sync,
    ) -> Result<ChatAnswer, Error> {
        let asked = request.model.clone().unwrap_or_else(|| self.0.settings.default_model.clone());
        // Half a JSON text says nothing to a person, and vendors stream it each in its own way.
        if request.output_schema.is_some() || request.messages.is_empty() || echo::is_echo(&asked) {
            return self.chat_at_once(caller, request, tell).await;
        }
        let raw =
            RawRequest::read(Dialect::OpenAi, Operation::Chat, self.streamed_body(&asked, &request).into())?;
        let reply = match self.pass(caller, raw, CacheWish::default()).await {
            // Some servers speak the protocol and cannot stream: what they can is enough.
            Err(Error::Malformed { .. } | Error::Cut { .. }) => {
                return self.chat_at_once(caller, request, tell).await;
            }
            reply => reply?,
        };
        let broken =
            |reason: &str| Error::Cut { provider: reply.provider.clone(), reason: reason.to_owned() };
        let ReplyBody::Events(mut events) = reply.body else {
            return Err(broken("it is no stream, though one was asked for"));
        };
        let (mut frames, mut whole) = (Frames::default(), Whole::default());
        while let Some(piece) = events.next().await {
            frames.push(&piece);
            while let Some(frame) = frames.next() {
                let Some(data) = frame.data() else { continue };
                if let Some(text) = whole.take(&data).map_err(|reason| broken(&reason))? {
                    tell(&text);
                }
            }
        }
        let body = whole.completion().ok_or_else(|| broken("it ended before it was whole"))?;
        let mut answer = Wire::OpenAiCompatible
            .answer(&request, body.to_string().as_bytes())
            .map_err(|reason| broken(&reason))?;
        if answer.model.is_empty() {
            answer.model = reply.model;
        }
        // An answer that is given again cost nothing this time.
        if reply.cache.is_given_again() {
            answer.usage = Usage::default();
        }
        Ok(answer)
    }

    async fn chat_at_once(
        &self,
        caller: &Caller,
        request: ChatRequest,
        tell: impl Fn(&str) + Send + Sync,
    ) -> Result<ChatAnswer, Error> {
        let answer = self.chat(caller, request).await?;
        answer.text.as_deref().into_iter().for_each(tell);
        Ok(answer)
    }

    /// The body in OpenAI's words: the gateway translates it where another provider answers.
    fn streamed_body(&self, asked: &str, request: &ChatRequest) -> String {
        let wire = self.0.settings.provider_of(asked).map(|provider| provider.wire);
        let own = wire.filter(|wire| wire.dialect() == Dialect::OpenAi).unwrap_or(Wire::OpenAiCompatible);
        let mut body = own.question(asked, request);
        body["stream"] = true.into();
        body["stream_options"] = json!({ "include_usage": true });
        body.to_string()
    }
}

/// A completion that is put together again out of its chunks.
#[derive(Default)]
struct Whole {
    text: Option<String>,
    /// The number of each call, and its id, name and arguments.
    calls: Vec<(u64, [String; 3])>,
    finish: Option<Value>,
    usage: Value,
    model: String,
}

impl Whole {
    /// Takes a chunk in; answers the words in it.
    fn take(&mut self, data: &[u8]) -> Result<Option<String>, String> {
        if data.trim_ascii() == b"[DONE]" {
            return Ok(None);
        }
        let chunk: Value = serde_json::from_slice(data).map_err(|error| error.to_string())?;
        if let Some(error) = chunk.get("error").filter(|error| !error.is_null()) {
            return Err(error["message"].as_str().unwrap_or("it broke off").to_owned());
        }
        if let Some(model) = chunk["model"].as_str() {
            model.clone_into(&mut self.model);
        }
        if chunk["usage"].is_object() {
            self.usage = chunk["usage"].clone();
        }
        let choice = &chunk["choices"][0];
        if !choice["finish_reason"].is_null() {
            self.finish = Some(choice["finish_reason"].clone());
        }
        for call in choice["delta"]["tool_calls"].as_array().into_iter().flatten() {
            self.take_call(call);
        }
        let said = choice["delta"]["content"].as_str().filter(|said| !said.is_empty());
        if let Some(said) = said {
            self.text.get_or_insert_default().push_str(said);
        }
        Ok(said.map(str::to_owned))
    }

    fn take_call(&mut self, call: &Value) {
        /// No model makes more calls at once.
        const MOST: usize = 1_000;
        let number = call["index"].as_u64().unwrap_or(0);
        let id = call["id"].as_str().unwrap_or_default();
        // Some servers give every call the same index; a new id is a new call all the same.
        let is_same = |(at, [known, ..]): &(u64, [String; 3])| {
            *at == number && (id.is_empty() || id == known || known.is_empty())
        };
        let index = match self.calls.iter().rposition(is_same) {
            Some(index) => index,
            None if self.calls.len() >= MOST => return,
            None => {
                self.calls.push((number, Default::default()));
                self.calls.len() - 1
            }
        };
        let [known, name, arguments] = &mut self.calls[index].1;
        let part = |of: &str| call["function"][of].as_str().unwrap_or_default();
        // What is repeated with every part is still one; a name may also come in pieces.
        if known.is_empty() {
            id.clone_into(known);
        }
        if name != part("name") {
            name.push_str(part("name"));
        }
        arguments.push_str(part("arguments"));
    }

    /// All of it as it would have come at once; `None` when it does not say why it ended.
    fn completion(self) -> Option<Value> {
        let calls: Vec<Value> = self
            .calls
            .into_iter()
            .map(|(_, [id, name, arguments])| json!({ "id": id, "type": "function", "function": { "name": name, "arguments": arguments } }))
            .collect();
        let mut message = json!({ "role": "assistant", "content": self.text });
        if !calls.is_empty() {
            message["tool_calls"] = calls.into();
        }
        let choice = json!({ "index": 0, "message": message, "finish_reason": self.finish? });
        Some(json!({ "model": self.model, "choices": [choice], "usage": self.usage }))
    }
}
