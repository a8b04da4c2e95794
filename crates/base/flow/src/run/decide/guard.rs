use super::Decision;
use crate::run::{Event, Failure, TokenId};

/// Frames within frames, called flows included.
const MAX_DEPTH: u32 = 50;

impl Decision<'_> {
    /// Ends the execution when a further step of this message's frame would pass a guard.
    ///
    /// Guards pass `on_error` by: a flow cannot catch its own limit.
    pub(super) fn guarded(&mut self, id: TokenId) -> bool {
        let Some(frame) = self.token(id).and_then(|token| self.state.frames.get(&token.frame)) else {
            return true;
        };
        let (most, ceiling) = (self.organism.max_messages, self.state.most_steps());
        let error = if frame.steps >= most {
            Failure::permanent(
                "max_messages",
                format!("a frame took {most} steps: raise organism.max_messages, or break the cycle"),
            )
        } else if self.state.steps >= ceiling {
            let message =
                format!("the execution took {ceiling} steps in all: split the work over executions");
            Failure::permanent("max_messages", message)
        } else if frame.depth > MAX_DEPTH {
            Failure::permanent("max_depth", format!("calls are nested more than {MAX_DEPTH} deep"))
        } else {
            return false;
        };
        self.emit(Event::ended(error));
        true
    }
}
