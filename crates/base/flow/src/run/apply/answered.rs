use super::{agent, list};
use crate::run::frame::{Caller, Place};
use crate::run::{Failure, Seq, State};

/// A frame is over: whatever is left in it goes, and who waits for it gets its answer.
pub(super) fn answered(state: &mut State, seq: Seq, frame: Seq, error: Option<&Failure>) {
    let Some(Caller { token, place }) = state.close(frame).and_then(|frame| frame.caller) else { return };
    match place {
        Place::Call(step, call) => {
            let answer = match error {
                Some(error) => Err(error.message.clone()),
                None => Ok(state.ledger.payload(seq)),
            };
            agent::answer(state, step, call, answer);
        }
        Place::Item(item) => list::answered(state, token, item, (seq, error)),
    }
}
