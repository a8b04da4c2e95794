//! `respond: stream`: what models say while they say it, then what the flow answers.

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use engine::{Finished, Hearing, Started};
use kit::ids::ExecutionId;

use super::fire::{AcceptedBody, failure};

/// A caller who is told of one execution.
struct Telling {
    id: ExecutionId,
    hearing: Option<Hearing>,
    /// `None` once it was told.
    result: Option<Pin<Box<dyn Future<Output = Option<Finished>> + Send>>>,
}

/// The stream of an execution; a caller who leaves ends the stream and nothing else.
pub(super) fn answer(mut started: Started, deadline: Duration) -> Response {
    let (id, hearing) = (started.id, started.take_hearing());
    let telling = Telling { id, hearing, result: Some(Box::pin(started.result(deadline))) };
    let events = futures::stream::unfold(telling, |mut telling| async move {
        let event = telling.next().await?;
        Some((Ok::<_, Infallible>(event), telling))
    });
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

impl Telling {
    /// What was said comes before what came of it.
    async fn next(&mut self) -> Option<Event> {
        let result = self.result.as_mut()?;
        let said = async {
            match &mut self.hearing {
                Some(hearing) => hearing.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            said = said => Some(event("delta", &said)),
            finished = result => {
                self.result = None;
                Some(self.last(finished))
            }
        }
    }

    fn last(&self, finished: Option<Finished>) -> Event {
        let Some(finished) = finished else { return event("accepted", &AcceptedBody::of(self.id)) };
        match failure(self.id, &finished) {
            Some(failure) => event("error", failure.body()),
            None => event("result", &finished.output),
        }
    }
}

fn event(name: &str, data: &impl serde::Serialize) -> Event {
    Event::default().event(name).data(serde_json::to_string(data).unwrap_or_default())
}
