//! Where a question stands among those that are like it.

use std::sync::Arc;

use kit::Secret;
use serde::Deserialize;
use serde_json::json;

use super::Inner;
use super::attempt::{Attempts, Won};
use super::look_up::Subject;
use super::ongoing::Ongoing;
use super::question::Question;
use crate::cache::{self, Comparable, Likeness, Partition, Vector, comparable};
use crate::{Caller, Dialect, Error, Operation, RawRequest};

/// Who wants variety is not given what was said before (the original system's bound for its cache).
const WARM: f64 = 0.7;

/// A question that may be answered by one that is like it.
pub(super) struct Alike {
    partition: Partition,
    vector: Vector,
}

impl Alike {
    /// None for tools, at a high temperature or without one, and where nothing can be compared.
    pub(super) async fn of(
        inner: &Arc<Inner>,
        caller: &Caller,
        subject: &Subject<'_>,
        own_key: Option<&Secret>,
    ) -> Option<Self> {
        if subject.temperature.is_none_or(|temperature| temperature >= WARM) {
            return None;
        }
        let Comparable { text, rest } = comparable(subject.body)?;
        let (vector, kind) = match &inner.settings.similarity_model {
            Some(model) => {
                let asked = embedding(inner, caller, model, &text).await;
                // The question itself can still be answered.
                let told = |error: &Error| tracing::warn!(%error, model, "the question is not compared");
                (asked.inspect_err(told).ok()?, format!("{} by {model}", subject.kind))
            }
            None => {
                let exact = cache::exact_words(&text);
                (Vector::of_words(&text), format!("{} by words with {exact}", subject.kind))
            }
        };
        let partition = cache::key_of_value(caller.owner, own_key, &kind, &rest);
        Some(Self { partition, vector })
    }

    /// The answer to the most similar question, if one is as similar as the caller wishes.
    pub(super) fn find(&self, inner: &Inner, caller: &Caller) -> Option<(Likeness, cache::Kept)> {
        let now = inner.sources.clock.now();
        let (key, similarity) = inner.alikes.find(&self.partition, &self.vector, caller.similarity?, now)?;
        // The answers have a bound of their own: it may be gone.
        let kept = inner.store.get(&key, now)?;
        Some((Likeness::new(similarity, &self.vector), kept))
    }

    /// Makes the answer under the key findable.
    pub(super) fn keep(self, inner: &Inner, key: cache::CacheKey, ttl_ms: i64) {
        let until = inner.sources.clock.now().plus_ms(ttl_ms);
        inner.alikes.put(self.partition, self.vector, key, until);
    }
}

/// A text's vector, asked for in the caller's name: a call like any other, with its limits and its record.
async fn embedding(inner: &Arc<Inner>, caller: &Caller, model: &str, text: &str) -> Result<Vector, Error> {
    #[derive(Deserialize)]
    struct Answer {
        data: Vec<Datum>,
    }
    #[derive(Deserialize)]
    struct Datum {
        embedding: Vec<f32>,
    }
    let body = json!({ "model": model, "input": text }).to_string();
    let request = RawRequest::read(Dialect::OpenAi, Operation::Embeddings, body.into())?;
    let question = Question::Raw(&request);
    let mut call = Ongoing::begin(inner, caller, &question);
    let attempts = Attempts { inner, caller, question: &question };
    let result = call.trace().around(attempts.win(&mut call)).await.and_then(|won| match won {
        Won::Whole { route, body, tally, .. } => {
            let answer = serde_json::from_slice::<Answer>(&body).ok();
            let numbers = answer.and_then(|answer| answer.data.into_iter().next());
            let vector = numbers.and_then(|datum| Vector::of_embedding(datum.embedding));
            call.has_all(tally);
            vector.ok_or_else(|| malformed(&route.provider.name))
        }
        Won::Streamed(_) => Err(malformed(&call.record.provider)),
    });
    match &result {
        Ok(_) => call.succeed(),
        Err(error) => call.fail(error),
    }
    result
}

fn malformed(provider: &str) -> Error {
    Error::Malformed { provider: provider.to_owned(), reason: "it has no vector of numbers".to_owned() }
}
