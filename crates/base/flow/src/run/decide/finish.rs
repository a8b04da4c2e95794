use serde_json::Value as Json;

use super::Decision;
use crate::Payload;
use crate::organism::{Retry, Work};
use crate::run::{Event, Failure, Seq, TokenId, Usage};

/// Attempts lost with their node before the step is given up: it may be what takes the nodes down.
const MAX_INTERRUPTIONS: u32 = 5;

impl Decision<'_> {
    /// An attempt has ended.
    pub(super) fn finish(&mut self, step: Seq, outcome: Result<(Json, Option<Usage>), Failure>) {
        let Some((id, open)) = self.state.open_step(step) else { return };
        let attempt = open.attempt;
        let Some(at) = self.token(id).map(|token| token.at) else { return };
        let is_agent = matches!(self.organism.listener(at).work, Work::Agent(_));
        match outcome {
            Ok((output, usage)) if is_agent => self.turn(id, (step, attempt), &output, usage),
            Ok((output, usage)) => match self.output_objection(at, &output) {
                Some(error) => self.fail(id, Some(step), attempt, error),
                None => {
                    let to = self.onward(id, &self.organism.listener(at).next);
                    self.emit(Event::Finished { step, attempt, output: Payload::new(output), usage, to });
                    self.warn_of_budget();
                }
            },
            Err(error) => self.attempt_failed(id, step, attempt, error),
        }
    }

    /// An attempt was lost with its node.
    pub(super) fn interrupt(&mut self, step: Seq) {
        let Some((id, open)) = self.state.open_step(step) else { return };
        let (attempt, lost) = (open.attempt, open.interruptions);
        if lost + 1 >= MAX_INTERRUPTIONS {
            let message = format!("{MAX_INTERRUPTIONS} nodes were lost while they ran it");
            return self.fail(id, Some(step), attempt, Failure::permanent("interrupted", message));
        }
        self.emit(Event::Interrupted { step, attempt });
    }

    fn attempt_failed(&mut self, id: TokenId, step: Seq, attempt: u32, error: Failure) {
        let Some(token) = self.state.tokens.get(&id) else { return };
        let retry = self.organism.listener(token.at).retry;
        if !error.retryable || attempt >= retry.attempts {
            return self.fail(id, Some(step), attempt, error);
        }
        let pause_ms = pause_ms(retry, attempt, error.retry_after_ms, self.surroundings.jitter);
        let at_ms = self.now().plus_ms(pause_ms).as_millis();
        self.emit(Event::Retrying { step, attempt, error, at_ms });
    }
}

/// The pause after an attempt: doubling, within 25 % of itself by `jitter`, never shorter than was asked for.
fn pause_ms(retry: Retry, attempt: u32, asked_ms: Option<u64>, jitter: f64) -> i64 {
    let doubled = retry.backoff_ms.saturating_mul(1_u64 << (attempt - 1).min(30)).min(retry.max_backoff_ms);
    let spread = doubled as f64 * (0.75 + 0.5 * jitter);
    i64::try_from((spread as u64).max(asked_ms.unwrap_or(0))).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_honour_what_was_asked() {
        let retry = Retry { attempts: 9, backoff_ms: 1_000, max_backoff_ms: 5_000 };
        let pauses: Vec<i64> = (1..=5).map(|attempt| pause_ms(retry, attempt, None, 0.5)).collect();
        assert_eq!(pauses, [1_000, 2_000, 4_000, 5_000, 5_000]);
        assert_eq!((pause_ms(retry, 1, None, 0.0), pause_ms(retry, 1, None, 1.0)), (750, 1_250));
        assert_eq!(pause_ms(retry, 1, Some(30_000), 0.5), 30_000);
    }
}
