use super::Decision;
use crate::run::{Event, Failure, TokenId};

/// Frames within frames.
const MAX_DEPTH: u32 = 50;

impl Decision<'_> {
    /// Ends the execution when a further step of this message's frame would pass a guard.
    ///
    /// Guards pass `on_error` by: a flow cannot catch its own limit.
    pub(super) fn guarded(&mut self, id: TokenId) -> bool {
        let Some(frame) = self.token(id).and_then(|token| self.state.frames.get(&token.frame)) else {
            return true;
        };
        let most = self.organism.max_messages;
        let error = if frame.steps >= most {
            Failure::permanent(
                "max_messages",
                format!("a frame took {most} steps: raise organism.max_messages, or break the cycle"),
            )
        } else if frame.depth > MAX_DEPTH {
            Failure::permanent("max_depth", format!("calls are nested more than {MAX_DEPTH} deep"))
        } else {
            return false;
        };
        self.emit(Event::ended(error));
        true
    }

    /// Ends the execution when its budget of model tokens is used up.
    pub(super) fn over_budget(&mut self) -> bool {
        let (used, most) = (self.state.tokens_used, self.organism.max_tokens);
        if used < most {
            return false;
        }
        let message = format!(
            "{used} of {most} tokens are used: raise organism.max_tokens, or shorten the conversation"
        );
        self.emit(Event::ended(Failure::permanent("max_tokens", message)));
        true
    }
}
