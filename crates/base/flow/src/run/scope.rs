use std::fmt;
use std::sync::Arc;

use super::{Ledger, Seq, State, Surroundings, TestRun, TokenId};
use crate::Payload;
use crate::expression::{Scope, Secrets, Steps, Template};
use crate::organism::{Organism, Work};

/// The names that expressions see for one message.
pub fn scope(
    state: &State,
    token: TokenId,
    surroundings: &Surroundings,
    secrets: Option<Arc<dyn Secrets>>,
) -> Scope {
    Scope {
        input: state.ledger.input(token),
        trigger: state.trigger.clone(),
        steps: Arc::new(Ancestry {
            ledger: Arc::clone(&state.ledger),
            from: token.from,
            test: state.test.clone().filter(|test| test.alone.is_some()),
        }),
        vars: surroundings.vars.clone(),
        execution: state.execution.clone(),
        now: surroundings.now,
        secrets,
    }
}

/// The outputs among a message's ancestors.
struct Ancestry {
    ledger: Arc<Ledger>,
    from: Seq,
    /// The past of a listener that is tested alone.
    test: Option<Arc<TestRun>>,
}

impl Steps for Ancestry {
    fn output(&self, listener: &str) -> Option<Payload> {
        let mut found = None;
        self.ledger.ancestors(self.from, |name, payload| {
            let is_it = &**name == listener;
            if is_it {
                found = Some(payload.clone());
            }
            is_it
        });
        found.or_else(|| self.test.as_ref()?.pins.get(listener).cloned())
    }

    fn names(&self) -> Vec<Arc<str>> {
        let mut names: Vec<Arc<str>> = Vec::new();
        self.ledger.ancestors(self.from, |name, _| {
            if !names.contains(name) {
                names.push(Arc::clone(name));
            }
            false
        });
        let pinned = self.test.iter().flat_map(|test| test.pins.keys().cloned());
        names.extend(pinned);
        names
    }
}

impl fmt::Debug for Ancestry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ancestors of {:?}", self.from)
    }
}

impl State {
    /// The handler and the config of a message that stands at a handler of the turn.
    pub fn turn_config<'organism>(
        &self,
        organism: &'organism Organism,
        token: TokenId,
    ) -> Option<(&'organism str, &'organism Template)> {
        match &organism.listener(self.tokens.get(&token)?.at).work {
            Work::Turn { handler, config } => Some((handler, config)),
            _ => None,
        }
    }
}
