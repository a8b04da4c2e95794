use kit::Timestamp;

use crate::organism::Organism;
use crate::run::stage::{Delegation, Stage};
use crate::run::{Seq, Spent, State, TokenId};

/// A message goes into another flow.
pub(super) fn delegated(organism: &Organism, state: &mut State, seq: Seq, (id, at): (TokenId, Timestamp)) {
    let Some(token) = state.tokens.get(&id) else { return };
    let (frame, timeout_ms) = (token.frame, organism.listener(token.at).timeout_ms);
    let deadline = at.plus_ms(i64::try_from(timeout_ms).unwrap_or(i64::MAX));
    let delegation = Delegation { step: seq, since: at, active_ms: state.active_ms, deadline };
    state.change(id, |token| token.stage = Stage::Delegated(delegation));
    state.count_step(frame);
}

/// What the other flow used counts here too; of its active time, as much as the clock stood still for it.
pub(super) fn charge(state: &mut State, id: TokenId, spent: Spent) {
    let Some(Stage::Delegated(delegation)) = state.tokens.get(&id).map(|token| &token.stage) else { return };
    let passed_ms = u64::try_from(state.touched_at.since_ms(delegation.since)).unwrap_or(0);
    let still_ms = passed_ms.saturating_sub(state.active_ms - delegation.active_ms);
    state.active_ms += spent.active_ms.min(still_ms);
    state.tokens_used += spent.tokens;
    state.steps = state.steps.saturating_add(spent.steps);
}
