use std::time::Duration;

use engine::Engine;
use kit::{Clock, Kind, Problem};
use tokio_util::sync::CancellationToken;

/// Ticks fall on full seconds; a look right after each finds them at once.
const LOOK_MS: i64 = 1_000;

/// Fires schedules until `stop`.
pub async fn fire_schedules(engine: Engine, clock: Clock, stop: CancellationToken) {
    loop {
        let pause_ms = LOOK_MS - clock.now().as_millis().rem_euclid(LOOK_MS);
        let pause = Duration::from_millis(u64::try_from(pause_ms).unwrap_or_default());
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
        }
        loop {
            match engine.fire_due_schedules().await {
                Ok(true) if !stop.is_cancelled() => {}
                Ok(_) => break,
                // Starting, draining, or the database is away: what is due stays due.
                Err(error) if error.kind() == Kind::Unavailable => break,
                Err(error) => {
                    tracing::warn!(%error, "due schedules could not be looked at");
                    break;
                }
            }
        }
    }
}
