use std::collections::BTreeMap;
use std::sync::Arc;

use flow::Payload;
use flow::organism::{Listener, Organism};
use flow::run::{Event, Past, TestRun, past};
use journal::{Flow, TriggerKind};
use kit::ids::{ExecutionId, FlowId, OwnerId, VersionId};
use serde_json::Value as Json;

use crate::running::{Cause, Message, Started};
use crate::{Engine, Error, Result};

/// What is tried out, and with what.
#[derive(Debug, Clone, Default)]
pub struct TestWish {
    /// Only this listener; the whole flow when absent.
    pub listener: Option<String>,
    /// What the flow, or the listener, takes.
    pub input: Option<Json>,
    /// The execution that brought it, when `input` is absent; a listener takes what it took there, with the same past.
    pub like: Option<ExecutionId>,
}

impl Engine {
    /// Tries out the saved text of a flow, whether it runs or not, or one listener of it, with what is pinned.
    ///
    /// An execution of its own kind: it takes no slot, waits in no queue, and, of one listener, is no run of the month.
    /// Fails with `InvalidFlow`, and with `Invalid` when the listener is unknown or nothing says what it takes.
    pub async fn test_flow(&self, owner: OwnerId, flow: FlowId, wish: TestWish) -> Result<Started> {
        let found = self.get_flow(owner, flow).await?;
        let version = self.saved_version(&found).await?;
        let plan = self.plan(version).await?;
        let pins = self.journal().pins(owner, flow).await?.into_iter();
        let pins: Pins = pins.map(|pin| (Arc::from(pin.listener), pin.output)).collect();
        let message = match &wish.listener {
            None => self.test_of_all(owner, flow, &wish, pins).await?,
            Some(name) => {
                let listener = plan.organism.index(name).ok_or_else(|| unknown(&plan.organism, name))?;
                let listener = plan.organism.listener(listener);
                self.test_of_one((owner, flow), &plan.organism, listener, (&wish, pins)).await?
            }
        };
        let kind = TriggerKind::Test;
        let cause = Cause {
            owner,
            flow,
            version,
            is_current: false,
            trigger: None,
            kind,
            claim: None,
            call: None,
            listens: false,
        };
        self.birth(cause, message).await
    }

    /// The version that a flow's saved text is.
    pub(crate) async fn saved_version(&self, flow: &Flow) -> Result<VersionId> {
        let (text, new) = (&flow.organism_yaml, self.sources().id());
        Ok(self.journal().version_of(flow.id, text, new, self.now()).await?.id)
    }

    async fn test_of_all(
        &self,
        owner: OwnerId,
        flow: FlowId,
        wish: &TestWish,
        pins: Pins,
    ) -> Result<Message> {
        let message = match wish.like {
            Some(id) => {
                self.execution(owner, flow, id).await?;
                self.message_of(id).await?
            }
            None => Message::default(),
        };
        // A test of one listener had its trigger's body beside what the listener took.
        let brought = message.trigger_payload.unwrap_or(message.payload);
        let payload = wish.input.clone().unwrap_or(brought);
        let test = Some(Arc::new(TestRun { pins, alone: None }));
        Ok(Message { payload, test, replay_of: None, trigger_payload: None, ..message })
    }

    async fn test_of_one(
        &self,
        (owner, flow): (OwnerId, FlowId),
        organism: &Organism,
        listener: &Listener,
        (wish, mut pins): (&TestWish, Pins),
    ) -> Result<Message> {
        let (mut message, mut input) = (Message::default(), wish.input.clone());
        if let Some(id) = wish.like {
            let Past { input: taken, outputs } = self.past_of((owner, flow), id, &listener.name).await?;
            message = self.message_of(id).await?;
            message.trigger_payload = Some(message.trigger_payload.unwrap_or(message.payload));
            input = input.or_else(|| Some(taken.json().clone()));
            // What was before it there is its past here, whatever is pinned.
            pins.extend(outputs);
        }
        let payload = match input {
            Some(input) => input,
            None => pinned_input(organism, listener, &pins)?,
        };
        let test = Some(Arc::new(TestRun { pins, alone: Some(Arc::clone(&listener.name)) }));
        Ok(Message { payload, test, replay_of: None, ..message })
    }

    async fn past_of(&self, of: (OwnerId, FlowId), id: ExecutionId, listener: &str) -> Result<Past> {
        self.execution(of.0, of.1, id).await?;
        let events = self.journal().events(id, 0, u32::MAX).await?;
        let events: Vec<Event> = events.into_iter().map(|recorded| recorded.event).collect();
        past(&events, listener).ok_or_else(|| Error::Invalid {
            field: "executionId",
            message: format!(
                "`{listener}` took no message in that execution: name another one, or an inputPayload"
            ),
        })
    }
}

type Pins = BTreeMap<Arc<str>, Payload>;

/// What the one pinned listener before it answers; the entry takes null.
fn pinned_input(organism: &Organism, listener: &Listener, pins: &Pins) -> Result<Json> {
    let Some(at) = organism.index(&listener.name) else { return Ok(Json::Null) };
    let before = organism.listeners.iter().filter(|other| other.next.contains(&at));
    let pinned: Vec<&Payload> = before.filter_map(|other| pins.get(&other.name)).collect();
    match pinned.as_slice() {
        [one] => Ok(one.json().clone()),
        [] if organism.entry == at => Ok(Json::Null),
        several => {
            let what = if several.is_empty() { "nothing" } else { "more than one answer" };
            let message = format!(
                "{what} is pinned before `{}`: say what it takes, or name the executionId that it takes it from",
                listener.name
            );
            Err(Error::Invalid { field: "inputPayload", message })
        }
    }
}

pub(crate) fn unknown(organism: &Organism, name: &str) -> Error {
    let names: Vec<&str> = organism.listeners.iter().map(|listener| &*listener.name).collect();
    let message = format!("there is no listener `{name}` in the saved text; there are {}", names.join(", "));
    Error::Invalid { field: "listener", message }
}
