//! Requests and tokens of a minute, and calls at once.

use std::sync::Arc;

use db::Script;
use kit::ids::OwnerId;

use super::{Holding, SharedLimits};
use crate::admission::ledger::{Limits, Refusal};
use crate::admission::slot::{Allowance, Lane};

static ADMIT: Script = Script::new("ADMIT", include_str!("admit.lua"));
static SETTLE: Script = Script::new("SETTLE", include_str!("settle.lua"));

/// Counts in the end as if it had never been.
const FORGET: i64 = -1;

impl SharedLimits {
    /// Lets a call in that may take so many tokens, or says what is in the way.
    pub(crate) async fn admit(
        self: &Arc<Self>,
        (owner, lane): (OwnerId, Lane),
        limits: &Limits,
        tokens: u64,
    ) -> Option<Result<(Holding, Option<Allowance>), Refusal>> {
        if let Some(limit) = limits.tokens.filter(|limit| tokens > *limit) {
            return Some(Err(Refusal::Never { limit }));
        }
        let keys = keys(owner, lane);
        let id = self.id();
        let most = |limit: Option<u64>| limit.map_or("-1".to_owned(), |limit| limit.to_string());
        let values = [
            id.clone(),
            tokens.to_string(),
            self.window_ms.to_string(),
            self.lease_ms.to_string(),
            most(limits.requests),
            most(limits.tokens),
            limits.concurrency.to_string(),
        ];
        let answer = self.shared.run(&ADMIT, &keys, &values).await.ok()?;
        match answer[..] {
            [1, requests, used_tokens] => {
                let leases = vec![keys[2].clone()];
                let holding = self.keeper.hold((&SETTLE, keys.to_vec()), leases, id);
                Some(Ok((holding, self.allowance(limits, requests, used_tokens))))
            }
            [0, reason, wait_ms] => Some(Err(match reason {
                1 => Refusal::Requests { limit: limits.requests.unwrap_or(0), wait_ms },
                2 => Refusal::Tokens { limit: limits.tokens.unwrap_or(0), wait_ms },
                _ => Refusal::Concurrency { limit: limits.concurrency },
            })),
            _ => None,
        }
    }

    fn allowance(&self, limits: &Limits, requests: i64, tokens: i64) -> Option<Allowance> {
        let used = |number: i64| u64::try_from(number).unwrap_or(0);
        limits.requests.zip(limits.tokens).map(|(limit_requests, limit_tokens)| Allowance {
            limit_requests,
            remaining_requests: limit_requests.saturating_sub(used(requests)),
            limit_tokens,
            remaining_tokens: limit_tokens.saturating_sub(used(tokens)),
            reset_ms: used(self.window_ms),
        })
    }
}

impl Holding {
    /// What was counted takes the place of what was reserved.
    pub(crate) fn settle(self, tokens: u64) {
        self.end(tokens.to_string());
    }

    /// As if it had not been admitted.
    pub(crate) fn forget(self) {
        self.end(FORGET.to_string());
    }
}

fn keys(owner: OwnerId, lane: Lane) -> [String; 3] {
    let lane = match lane {
        Lane::Platform => "platform",
        Lane::Own => "own",
    };
    ["calls", "tokens", "flights"].map(|what| format!("blox:llm:{owner}:{lane}:{what}"))
}
