use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use super::{Awaited, Budget, Failure, Spent, TestRun, Usage};
use crate::Payload;

/// The place of an event in its execution's journal, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub u32);

/// A message on its way: the event that sent it, and its place among those the event sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenId {
    /// The event whose payload it carries.
    pub from: Seq,
    /// Its place among the event's `to`.
    pub position: u16,
}

/// One thing that happened; the journal is a list of these and nothing else is kept.
///
/// Inputs are references: a token names the event that holds its payload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// The trigger fired.
    Started {
        /// The body.
        payload: Payload,
        /// Headers, query, method, time.
        facts: Payload,
        /// What the execution that called this one leaves it; absent when a trigger started it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        budget: Option<Budget>,
        /// How many of the first events, this one included, were recorded by the execution that is run again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        adopted: Option<u32>,
        /// What is different because it only tries something out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        test: Option<Arc<TestRun>>,
        /// The entry, or the listener that is tested alone.
        to: Vec<Arc<str>>,
    },
    /// A step that needed nothing from outside is done.
    Passed {
        /// The message it took.
        token: TokenId,
        /// Which listener.
        listener: Arc<str>,
        /// What it hands on; its input unchanged when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<Payload>,
        /// The case that a branch took.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        case: Option<String>,
        /// The HTTP status that an `output` sets.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// Who receives it.
        to: Vec<Arc<str>>,
    },
    /// A message waits at a merge.
    Held {
        /// The message.
        token: TokenId,
        /// Which merge.
        listener: Arc<str>,
    },
    /// A merge handed on.
    Merged {
        /// Which merge.
        listener: Arc<str>,
        /// In which frame.
        frame: Seq,
        /// What it took, in the order of the result.
        arrivals: Vec<TokenId>,
        /// Whether the first payload alone is handed on, not a list.
        first: bool,
        /// Messages that could still have come and end here.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        absorbed: Vec<TokenId>,
        /// Who receives it.
        to: Vec<Arc<str>>,
    },
    /// A step with an effect may begin: its id is this event's seq.
    Scheduled {
        /// The message it takes.
        token: TokenId,
        /// Which listener.
        listener: Arc<str>,
        /// Model tokens set aside for it until it is done.
        #[serde(default, skip_serializing_if = "is_zero")]
        reserved: u64,
    },
    /// A step is done.
    Finished {
        /// The seq of its `Scheduled`.
        step: Seq,
        /// Counted from 1.
        attempt: u32,
        /// What it hands on.
        output: Payload,
        /// What a model was paid.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        usage: Option<Usage>,
        /// Who receives it.
        to: Vec<Arc<str>>,
    },
    /// An attempt failed and there will be another.
    Retrying {
        /// The seq of its `Scheduled`.
        step: Seq,
        /// The attempt that failed.
        attempt: u32,
        /// Why.
        error: Failure,
        /// When the next one begins, in milliseconds since the epoch.
        at_ms: i64,
    },
    /// The node that ran an attempt is gone; there will be another.
    Interrupted {
        /// The seq of its `Scheduled`.
        step: Seq,
        /// The attempt that was lost.
        attempt: u32,
    },
    /// A step failed for good.
    Failed {
        /// The message it took.
        token: TokenId,
        /// Which listener.
        listener: Arc<str>,
        /// The seq of its `Scheduled`, when it had one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<Seq>,
        /// Attempts made.
        attempt: u32,
        /// Why.
        error: Failure,
        /// What a called flow used up before it failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        spent: Option<Spent>,
        /// Who receives `{error, input}`.
        to: Vec<Arc<str>>,
    },
    /// A model asked for calls.
    Turned {
        /// The seq of the turn's `Scheduled`.
        step: Seq,
        /// Counted from 1.
        attempt: u32,
        /// What the model said beside them.
        content: Option<String>,
        /// The calls, in order.
        calls: Vec<Call>,
        /// What the model was paid.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        usage: Option<Usage>,
    },
    /// A model's answer did not fit; it is told so and asked again.
    Corrected {
        /// The seq of the turn's `Scheduled`.
        step: Seq,
        /// Counted from 1.
        attempt: u32,
        /// What the model said.
        content: Option<String>,
        /// What is wrong with it.
        objection: String,
        /// What the model was paid.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        usage: Option<Usage>,
    },
    /// A call opens a frame, whose id is this event's seq.
    Called {
        /// The seq of the turn's `Scheduled`.
        step: Seq,
        /// Its place among the turn's calls.
        call: u16,
        /// The arguments.
        arguments: Payload,
        /// The peer.
        to: Vec<Arc<str>>,
    },
    /// A call that cannot be made is answered at once.
    Rejected {
        /// The seq of the turn's `Scheduled`.
        step: Seq,
        /// Its place among the turn's calls.
        call: u16,
        /// What is wrong with it.
        message: String,
    },
    /// A message waits for a time or a person; the wait's id is this event's seq.
    Waiting {
        /// The message.
        token: TokenId,
        /// Which listener.
        listener: Arc<str>,
        /// What it waits for.
        awaits: Awaited,
    },
    /// A list is to be worked through, a frame an item; the list's id is this event's seq.
    Listed {
        /// The message.
        token: TokenId,
        /// Which listener.
        listener: Arc<str>,
        /// A JSON array.
        items: Payload,
    },
    /// An item opens a frame, whose id is this event's seq.
    Opened {
        /// The seq of its `Listed`.
        list: Seq,
        /// Its place in the list, counted from 0.
        item: u32,
        /// The listener that begins the work.
        to: Vec<Arc<str>>,
    },
    /// All items of a list are answered.
    Gathered {
        /// The seq of its `Listed`.
        list: Seq,
        /// The `Answered` events whose payloads are the result, in the order of the items.
        results: Vec<Seq>,
        /// Who receives it.
        to: Vec<Arc<str>>,
    },
    /// Another flow is called: an execution of its own, known by this event's seq.
    Delegated {
        /// The message it takes.
        token: TokenId,
        /// Which listener.
        listener: Arc<str>,
        /// The flow's name or id.
        flow: Arc<str>,
        /// What the flow receives.
        input: Payload,
        /// What it may use.
        budget: Budget,
    },
    /// A called flow has answered.
    Returned {
        /// The seq of its `Delegated`.
        step: Seq,
        /// What it answers.
        output: Payload,
        /// What it used up.
        spent: Spent,
        /// Who receives it.
        to: Vec<Arc<str>>,
    },
    /// A good part of the execution's model tokens is used.
    Warned {
        /// 75, 90 or 95.
        percent: u8,
        /// Used so far.
        used: u64,
        /// The budget.
        most: u64,
    },
    /// A frame has nothing left to do: its call or its item is answered.
    Answered {
        /// Which frame.
        frame: Seq,
        /// The events whose payloads are the answer.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answer: Vec<Seq>,
        /// Why there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<Failure>,
    },
    /// The execution is over.
    Ended(End),
}

/// How an execution ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct End {
    /// Which of the three.
    pub status: Status,
    /// The events whose payloads are its output.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answer: Vec<Seq>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
}

/// What became of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Nothing was left to do.
    Success,
    /// It failed, was cancelled, or hit a guard.
    Error,
    /// Its active time ran out.
    Timeout,
}

/// A call that a model asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The model's own id of it.
    pub id: String,
    /// The peer it names.
    pub name: String,
    /// What it hands over.
    pub arguments: Json,
}

impl Event {
    /// The usage it reports.
    pub fn usage(&self) -> Option<&Usage> {
        match self {
            Self::Finished { usage, .. } | Self::Turned { usage, .. } | Self::Corrected { usage, .. } => {
                usage.as_ref()
            }
            // An attempt that failed may have been paid for.
            Self::Retrying { error, .. } | Self::Failed { error, .. } => error.usage.as_deref(),
            _ => None,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Serialize for TokenId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.from, self.position).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TokenId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <(Seq, u16)>::deserialize(deserializer).map(|(from, position)| Self { from, position })
    }
}
