use kit::Timestamp;

use super::{Missed, Schedule};

/// What a schedule does at a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Due {
    /// The tick that fires now.
    pub(super) fires: Option<Timestamp>,
    /// The tick to wait for after that, which may be due already; `None` when there will be none.
    pub(super) next: Option<Timestamp>,
}

impl Schedule {
    /// What is to be done about the tick `planned`.
    ///
    /// A tick within the grace fires. Older ones are missed: then `missed` says which of them fires.
    pub(super) fn due(&self, planned: Timestamp, now: Timestamp) -> Due {
        if planned > now {
            return Due { fires: None, next: Some(planned) };
        }
        let is_missed = now.since_ms(planned) > self.grace_ms;
        if !is_missed || self.missed == Missed::All {
            return Due { fires: Some(planned), next: self.next_after(planned) };
        }
        let in_time = self.next_after(now.plus_ms(-self.grace_ms - 1)).filter(|tick| *tick <= now);
        let fires = in_time.or_else(|| match self.missed {
            Missed::Latest => self.last_until(now),
            Missed::All | Missed::None => None,
        });
        Due { fires, next: self.next_after(fires.unwrap_or(now)) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    /// The ticks that fire when the server comes back at `now`, and the one it waits for then.
    fn caught_up(missed: &str, planned: &str, now: &str) -> (Vec<String>, Option<String>) {
        let schedule = Schedule::read(&json!({"cron": "0 * * * *", "missed": missed})).unwrap();
        let (mut planned, now, mut fired) = (at(planned), at(now), Vec::new());
        loop {
            let due = schedule.due(planned, now);
            fired.extend(due.fires.map(|tick| tick.to_string()[11..16].to_owned()));
            match due.next {
                Some(next) if next <= now => planned = next,
                next => return (fired, next.map(|tick| tick.to_string()[11..16].to_owned())),
            }
        }
    }

    #[test]
    fn missed_ticks_fire_as_the_policy_says() {
        let back_at = "2026-05-01T05:30:00Z";
        let planned = "2026-05-01T02:00:00Z";
        let next = Some("06:00".to_owned());
        assert_eq!(caught_up("latest", planned, back_at), (vec!["05:00".to_owned()], next.clone()));
        assert_eq!(caught_up("none", planned, back_at), (vec![], next.clone()));
        let all = ["02:00", "03:00", "04:00", "05:00"].map(ToOwned::to_owned).to_vec();
        assert_eq!(caught_up("all", planned, back_at), (all, next));
    }

    #[test]
    fn a_tick_within_the_grace_is_not_missed() {
        for missed in ["latest", "none", "all"] {
            let (fired, _) = caught_up(missed, "2026-05-01T02:00:00Z", "2026-05-01T02:04:59Z");
            assert_eq!(fired, ["02:00"], "{missed}");
        }
        let (fired, _) = caught_up("none", "2026-05-01T02:00:00Z", "2026-05-01T05:02:00Z");
        assert_eq!(fired, ["05:00"], "the last one is in time although others were missed");
    }

    #[test]
    fn what_is_not_due_waits() {
        let schedule = Schedule::read(&json!({"cron": "0 * * * *"})).unwrap();
        let planned = at("2026-05-01T02:00:00Z");
        let due = schedule.due(planned, planned.plus_ms(-1));
        assert_eq!(due, Due { fires: None, next: Some(planned) });
        let due = schedule.due(planned, planned);
        assert_eq!(due, Due { fires: Some(planned), next: Some(planned.plus_ms(HOUR_MS)) });
    }
}
