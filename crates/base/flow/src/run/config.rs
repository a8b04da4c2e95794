use std::sync::Arc;

use serde_json::Value as Json;

use super::agent::request;
use super::{Failure, Seq, State, Surroundings, scope};
use crate::Payload;
use crate::catalogue::Catalogue;
use crate::expression::Secrets;
use crate::organism::{ASK_MODELS, Organism, Work};

/// A committed step, ready to run.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The handler's name.
    pub handler: Arc<str>,
    /// The listener's name.
    pub listener: Arc<str>,
    /// Its config, every expression evaluated and every secret opened: for the handler alone.
    pub config: Json,
    /// What it takes.
    pub input: Payload,
    /// How long this attempt may take, in milliseconds.
    pub timeout_ms: u64,
}

/// Prepares a committed step: config and input as the handler receives them.
///
/// `None` when the step is no longer open. `now` in its expressions is the time it was scheduled, so that every
/// attempt sees the same config.
pub fn prepare(
    organism: &Organism,
    catalogue: &Catalogue,
    state: &State,
    step: Seq,
    (surroundings, secrets): (&Surroundings, Arc<dyn Secrets>),
) -> Option<Result<Prepared, Failure>> {
    let (id, open) = state.open_step(step)?;
    let listener = organism.listener(state.tokens.get(&id)?.at);
    let mut surroundings = surroundings.clone();
    surroundings.now = open.scheduled_at;
    let (handler, config) = match &listener.work {
        Work::Outside { handler, config } => {
            let scope = scope(state, id, &surroundings, Some(secrets));
            let config = config.render(&scope).map_err(|error| failure(&error));
            let asks_a_model = ASK_MODELS.contains(&&**handler);
            let config = config.map(|config| if asks_a_model { organism.llm.under(config) } else { config });
            (Arc::clone(handler), config)
        }
        Work::Agent(agent) => {
            let scope = scope(state, id, &surroundings, None);
            let config = request(organism, catalogue, state, (id, agent, listener), &scope);
            (Arc::from("agent"), config.map_err(|error| failure(&error)))
        }
        _ => return None,
    };
    Some(config.map(|config| Prepared {
        handler,
        listener: Arc::clone(&listener.name),
        config,
        input: state.ledger.input(id),
        timeout_ms: listener.timeout_ms,
    }))
}

/// An expression that has no value fails its step, and no repetition helps.
pub(super) fn failure(error: &crate::expression::ExpressionError) -> Failure {
    Failure::permanent("expression", error.to_string())
}
