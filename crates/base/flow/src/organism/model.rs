use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::expression::{Expression, Template};
use crate::run::Verdict;

/// Everything one YAML file declares, checked: every name it mentions exists.
#[derive(Debug, Clone)]
pub struct Organism {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The listener that receives the trigger's message.
    pub entry: ListenerIndex,
    /// Active time of one execution, in milliseconds.
    pub timeout_ms: u64,
    /// Steps in one frame.
    pub max_messages: u32,
    /// LLM tokens in one execution.
    pub max_tokens: u64,
    /// Executions at a time; more wait their turn.
    pub concurrency: Option<u32>,
    /// What agents and prompts use unless they say otherwise.
    pub llm: LlmDefaults,
    /// In the order of the file.
    pub listeners: Vec<Listener>,
    /// The listeners' places by their names.
    pub(super) by_name: HashMap<Arc<str>, ListenerIndex>,
    /// Which listener can be reached from which along `next`, cases, `otherwise` and `on_error`.
    pub reach: Reach,
}

/// A listener by its place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct ListenerIndex(pub u16);

/// The `llm:` section.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LlmDefaults {
    /// The model of agents that name none.
    pub model: Option<String>,
    /// How often a call is tried again.
    pub retries: Option<u32>,
    /// `failover`, `round-robin` or `least-loaded`.
    pub strategy: Option<String>,
    /// From which similarity on an answer to another question will do, 0.5 to 1; none but to the same one when absent.
    pub similarity: Option<f64>,
}

/// Handlers to which the `llm:` section applies.
pub const ASK_MODELS: [&str; 2] = ["agent", "prompt"];

impl LlmDefaults {
    /// A config with these where it says nothing.
    pub(crate) fn under(&self, mut config: Json) -> Json {
        let text = |default: &Option<String>| default.as_deref().map(Json::from);
        for (name, default) in [
            ("model", text(&self.model)),
            ("strategy", text(&self.strategy)),
            ("similarity", self.similarity.map(Json::from)),
        ] {
            if let (Some(default), Some(fields)) = (default, config.as_object_mut())
                && fields.get(name).is_none_or(Json::is_null)
            {
                fields.insert(name.to_owned(), default);
            }
        }
        config
    }
}

/// A named node: it receives a message, does one thing, hands messages on.
#[derive(Debug, Clone)]
pub struct Listener {
    /// Its name, unique in the file.
    pub name: Arc<str>,
    /// What an agent reads before calling it.
    pub description: String,
    /// What it does.
    pub work: Work,
    /// The contract of what it accepts.
    pub input: Option<Schema>,
    /// The contract of what it answers (agents: structured output).
    pub output: Option<Schema>,
    /// Who receives its result.
    pub next: Vec<ListenerIndex>,
    /// How often and how fast it is tried again.
    pub retry: Retry,
    /// How long one attempt may take, in milliseconds; the handler's default when absent in the file.
    pub timeout_ms: u64,
    /// What happens after the last attempt failed.
    pub on_error: OnError,
    /// Steps of this listener at a time.
    pub concurrency: Option<u32>,
}

/// What a listener does.
#[derive(Debug, Clone)]
pub enum Work {
    /// The tool-calling loop over its peers.
    Agent(Agent),
    /// The first case that holds, else `otherwise`, else nothing.
    Branch {
        /// In order.
        cases: Vec<Case>,
        /// Where it goes when none holds.
        otherwise: Vec<ListenerIndex>,
    },
    /// Waits for the branches that lead to it.
    Merge(Wait),
    /// A frame an item of a list.
    Each(Each),
    /// Waits for a time.
    Delay(Delay),
    /// Waits for a person.
    Approval(Approval),
    /// Calls another flow of the same owner.
    Flow {
        /// Its name or id.
        flow: Arc<str>,
        /// What it receives; the message as it is when absent.
        input: Option<Template>,
    },
    /// The flow's result.
    Output {
        /// Reshapes the payload.
        payload: Option<Template>,
        /// The HTTP status of a webhook that waits.
        status: Option<Template>,
    },
    /// A synchronous handler, run inside the turn.
    Turn {
        /// Its name in the catalogue.
        handler: Arc<str>,
        /// Its config, rendered for each message.
        config: Template,
    },
    /// An asynchronous handler, run after its step is committed.
    Outside {
        /// Its name in the catalogue.
        handler: Arc<str>,
        /// Its config, rendered for each message.
        config: Template,
    },
}

/// An agent's own keys.
#[derive(Debug, Clone)]
pub struct Agent {
    /// The system prompt (a body: statements allowed).
    pub prompt: Template,
    /// The model; the flow's default when absent.
    pub model: Option<String>,
    /// Sampling temperature.
    pub temperature: Option<f64>,
    /// Tokens of one answer.
    pub max_tokens: Option<u32>,
    /// Model turns in one call of this agent.
    pub max_turns: u32,
    /// Whether it remembers what it said earlier in the same frame.
    pub memory: bool,
    /// Whom it may call.
    pub peers: Vec<ListenerIndex>,
}

/// What an `each` does.
#[derive(Debug, Clone)]
pub struct Each {
    /// The list.
    pub items: Template,
    /// Who begins the work for one item (`do`).
    pub work: ListenerIndex,
    /// Items at a time.
    pub concurrency: u32,
    /// What an item's failure means for the rest.
    pub on_item_error: OnItemError,
}

/// What happens to a list when the work for one of its items fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnItemError {
    /// The `each` fails; items on their way are cancelled.
    Fail,
    /// `{error, input}` stands in the item's place.
    Collect,
    /// The item is left out of the result.
    Skip,
}

/// How long a `delay` waits.
#[derive(Debug, Clone)]
pub enum Delay {
    /// So long.
    For(Template),
    /// Until then.
    Until(Template),
}

/// What an `approval` asks.
#[derive(Debug, Clone)]
pub struct Approval {
    /// The question.
    pub message: Template,
    /// How long somebody has to decide; for ever when absent.
    pub deadline: Option<Template>,
    /// What holds at the deadline.
    pub default: Verdict,
}

/// One case of a branch.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its condition.
    pub when: Expression,
    /// Where the message goes when it holds.
    pub next: Vec<ListenerIndex>,
}

/// How many arrivals a merge waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// All that can still come.
    All,
    /// The first one.
    First,
    /// That many, or fewer when no more can come.
    Count(u32),
}

/// How often and how fast a step is tried again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retry {
    /// Attempts in all, at least 1.
    pub attempts: u32,
    /// The pause before the second attempt; it doubles with each further one.
    pub backoff_ms: u64,
    /// The longest pause.
    pub max_backoff_ms: u64,
}

/// What happens after the last attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnError {
    /// The frame fails.
    Fail,
    /// `{error, input}` goes to `next`.
    Continue,
    /// `{error, input}` goes there alone.
    Listener(ListenerIndex),
}

/// A JSON Schema with its compiled validator.
#[derive(Debug, Clone)]
pub struct Schema {
    /// As written.
    pub json: Json,
    /// Compiled once.
    pub validator: Arc<jsonschema::Validator>,
}

/// Reachability over the listeners, a bit a pair.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    words_per_row: usize,
    bits: Vec<u64>,
}

impl Reach {
    /// The closure of the edges `from -> to` among `count` listeners: paths of one edge or more.
    pub fn closure(count: usize, edges: &[Vec<ListenerIndex>]) -> Self {
        let words_per_row = count.div_ceil(64);
        let mut reach = Self { words_per_row, bits: vec![0; count * words_per_row] };
        for start in 0..count {
            let mut open: Vec<ListenerIndex> = edges.get(start).cloned().unwrap_or_default();
            while let Some(found) = open.pop() {
                let at = usize::from(found.0);
                let word = start * words_per_row + at / 64;
                if reach.bits[word] & (1 << (at % 64)) == 0 {
                    reach.bits[word] |= 1 << (at % 64);
                    open.extend(edges.get(at).into_iter().flatten());
                }
            }
        }
        reach
    }

    /// Whether a message at `from` can still come to `to`.
    pub fn can(&self, from: ListenerIndex, to: ListenerIndex) -> bool {
        let at = usize::from(to.0);
        let word = usize::from(from.0) * self.words_per_row + at / 64;
        self.bits.get(word).is_some_and(|bits| bits & (1 << (at % 64)) != 0)
    }
}

impl Organism {
    /// The listener at that place.
    pub fn listener(&self, index: ListenerIndex) -> &Listener {
        &self.listeners[usize::from(index.0)]
    }

    /// The listener of that name.
    pub fn index(&self, name: &str) -> Option<ListenerIndex> {
        self.by_name.get(name).copied()
    }
}

impl Schema {
    /// What is wrong with `value`, in words with the path to the place; `None` when it fits.
    pub fn objection(&self, value: &Json) -> Option<String> {
        let first = self.validator.iter_errors(value).next()?;
        let path = first.instance_path().to_string();
        Some(if path.is_empty() { first.to_string() } else { format!("{path}: {first}") })
    }
}
