use serde_json::Value as Json;

use super::Decision;
use crate::catalogue::asks_a_model;
use crate::organism::Work;
use crate::run::agent::{messages, text};
use crate::run::{Event, Failure, TokenId, scope};

/// Shares of the budget that are warned of, in percent.
const WARNINGS: [u8; 3] = [75, 90, 95];
/// Characters of a model's token, roughly.
const CHARS_A_TOKEN: u64 = 4;
/// The least that a turn may cost.
const LEAST_TOKENS: u64 = 100;

impl Decision<'_> {
    /// Model tokens to set aside for a message's next step; `None` when the budget has no room, which ends it all.
    pub(super) fn reserve(&mut self, id: TokenId) -> Option<u64> {
        let wanted = self.wanted_tokens(id);
        let (used, held) = (self.state.tokens_used, self.state.index.reserved);
        let most = self.state.most_tokens(self.organism);
        if wanted == 0 || used + held + wanted <= most {
            return Some(wanted);
        }
        let reserved =
            if held > 0 { format!(", {held} are set aside for turns that run") } else { String::new() };
        let message = format!(
            "{used} of {most} model tokens are used{reserved} and the next turn needs about {wanted}: \
             raise organism.max_tokens, or shorten the conversation"
        );
        self.emit(Event::ended(Failure::permanent("max_tokens", message)));
        None
    }

    /// Says once each when 75, 90 and 95 % of the tokens are used.
    pub(super) fn warn_of_budget(&mut self) {
        let (used, most) = (self.state.tokens_used, self.state.most_tokens(self.organism));
        let reached = WARNINGS.iter().rev().find(|percent| used * 100 >= most * u64::from(**percent));
        if let Some(percent) = reached.filter(|percent| **percent > self.state.warned_percent) {
            self.emit(Event::Warned { percent: *percent, used, most });
        }
    }

    /// What is asked, at four characters a token, and what the answer may have at most.
    fn wanted_tokens(&self, id: TokenId) -> u64 {
        let Some(token) = self.token(id) else { return 0 };
        let (asked, answer) = match &self.organism.listener(token.at).work {
            Work::Agent(agent) => {
                // A prompt that cannot be rendered fails its step when it runs.
                let prompt = agent.prompt.render(&scope(self.state, id, self.surroundings, None));
                let prompt = prompt.as_ref().map(text).unwrap_or_default();
                let asked = messages(self.state, id, &prompt);
                (asked.iter().map(length).sum(), agent.max_tokens.map_or(0, u64::from))
            }
            Work::Outside { handler, .. } if asks_a_model(handler) => {
                (length(self.state.ledger.input(id).json()), 0)
            }
            _ => return 0,
        };
        (asked / CHARS_A_TOKEN).max(LEAST_TOKENS) + answer
    }
}

fn length(value: &Json) -> u64 {
    value["content"].as_str().map_or_else(|| value.to_string().len(), str::len) as u64
}
