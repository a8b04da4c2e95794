use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use journal::{Alert, AlertFilter, Page, Paged, Signal, Signals};
use kit::ids::{AlertId, OwnerId};

use crate::{Engine, Result};

/// The newest alerts: what a follower may miss between two looks.
const NEWEST: Page = Page { number: 1, size: 200 };
/// How long a follower waits before it looks by itself.
const LOOK: Duration = Duration::from_secs(5);

/// Alerts as they come.
pub struct AlertStream {
    engine: Engine,
    owner: OwnerId,
    is_operator: bool,
    seen: HashSet<AlertId>,
    told: VecDeque<Alert>,
    signals: Signals,
}

impl Engine {
    /// The alerts of an owner, the newest first; with those of the server for an operator.
    pub async fn alerts(
        &self,
        owner: OwnerId,
        is_operator: bool,
        filter: &AlertFilter,
        page: Page,
    ) -> Result<Paged<Alert>> {
        if let Some(flow) = filter.flow {
            self.get_flow(owner, flow).await?;
        }
        Ok(self.journal().alerts(owner, is_operator, filter, page).await?)
    }

    /// Alerts that come from now on, or after one that was seen.
    pub async fn follow_alerts(
        &self,
        owner: OwnerId,
        is_operator: bool,
        after: Option<AlertId>,
    ) -> Result<AlertStream> {
        let signals = self.journal().signals();
        let mut stream = AlertStream {
            engine: self.clone(),
            owner,
            is_operator,
            seen: HashSet::new(),
            told: VecDeque::new(),
            signals,
        };
        let newest = stream.newest().await?;
        // Those before the one that was seen were seen too.
        let new = after.map_or(0, |after| newest.iter().take_while(|alert| alert.id != after).count());
        stream.seen.extend(newest.iter().skip(new).map(|alert| alert.id));
        Ok(stream)
    }
}

impl AlertStream {
    /// The next alert; `None` when the server closes.
    pub async fn next(&mut self) -> Result<Option<Alert>> {
        loop {
            if let Some(alert) = self.told.pop_front() {
                return Ok(Some(alert));
            }
            let newest = self.newest().await?;
            // What is no longer among the newest is not asked for again.
            let seen = std::mem::take(&mut self.seen);
            self.seen = newest.iter().map(|alert| alert.id).collect();
            self.told.extend(newest.into_iter().rev().filter(|alert| !seen.contains(&alert.id)));
            if self.told.is_empty() && !self.wait().await {
                return Ok(None);
            }
        }
    }

    async fn newest(&self) -> Result<Vec<Alert>> {
        let all = AlertFilter::default();
        Ok(self.engine.alerts(self.owner, self.is_operator, &all, NEWEST).await?.items)
    }

    /// Waits until there may be one; `false` when the server closes.
    async fn wait(&mut self) -> bool {
        let closed = self.engine.0.closed.clone();
        let heard = async {
            loop {
                match self.signals.next().await {
                    Some(Signal::Alert | Signal::Missed) => return true,
                    Some(_) => {}
                    None => return false,
                }
            }
        };
        tokio::select! {
            goes_on = heard => goes_on,
            () = tokio::time::sleep(LOOK) => true,
            () = closed.cancelled() => false,
        }
    }
}
