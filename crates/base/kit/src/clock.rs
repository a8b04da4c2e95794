use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use crate::Timestamp;

/// What time it is: the machine's clock, or one that a test moves by hand.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(watch::Sender<Timestamp>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until it is moved.
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(watch::Sender::new(start)))
    }

    /// The present moment.
    #[expect(clippy::disallowed_methods, reason = "the one home of the machine's clock")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => {
                let since_epoch =
                    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
            }
            Source::Manual(now) => *now.borrow(),
        }
    }

    /// Waits until that moment has come: by the machine's clock, or until a test has moved there.
    pub async fn sleep_until(&self, at: Timestamp) {
        match &self.0 {
            Source::System => {
                let pause_ms = u64::try_from(at.since_ms(self.now())).unwrap_or(0);
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            }
            Source::Manual(now) => {
                // The sender is this clock: it is there as long as somebody waits on it.
                let _ = now.subscribe().wait_for(|now| *now >= at).await;
            }
        }
    }

    /// Waits that long.
    pub async fn sleep_ms(&self, millis: i64) {
        self.sleep_until(self.now().plus_ms(millis)).await;
    }

    /// Moves a manual clock forward; the machine's clock is not moved.
    pub fn advance_ms(&self, millis: i64) {
        if let Source::Manual(now) = &self.0 {
            now.send_modify(|now| *now = now.plus_ms(millis));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_sleeps_on_a_manual_clock_wakes_when_it_is_moved_there() {
        let clock = Clock::manual(Timestamp::from_millis(0));
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_ms(60_000).await }
        });
        tokio::task::yield_now().await;
        clock.advance_ms(59_999);
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance_ms(1);
        sleeper.await.unwrap();
        clock.sleep_until(Timestamp::from_millis(1)).await;
    }
}
