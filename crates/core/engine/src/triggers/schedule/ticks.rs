use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use kit::Timestamp;

use super::Schedule;

/// The longest gap that a time zone's clock has jumped over, so that a day's first moment is found.
const LONGEST_GAP_HOURS: i64 = 24;

/// Daylight saving, as Vixie cron has it: a tick at a fixed time inside the missing hour fires right after it, and
/// one inside the repeated hour fires once; ticks in intervals follow the real time.
impl Schedule {
    /// The first tick after a moment; `None` when none will ever come.
    pub(super) fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        let mut from = self.local(after);
        let mut inclusive = false;
        loop {
            let tick = self.cron.find_next_occurrence(&from, inclusive).ok()?;
            if !self.skip_dates.contains(&tick.date_naive()) {
                return Some(moment(&tick));
            }
            from = self.first_moment(tick.date_naive().checked_add_days(Days::new(1))?)?;
            inclusive = true;
        }
    }

    /// The last tick up to a moment.
    pub(super) fn last_until(&self, until: Timestamp) -> Option<Timestamp> {
        let mut from = self.local(until);
        let mut inclusive = true;
        loop {
            let tick = self.cron.find_previous_occurrence(&from, inclusive).ok()?;
            if !self.skip_dates.contains(&tick.date_naive()) {
                return Some(moment(&tick));
            }
            from = self.first_moment(tick.date_naive())?;
            inclusive = false;
        }
    }

    fn local(&self, at: Timestamp) -> DateTime<Tz> {
        at.to_utc().with_timezone(&self.zone)
    }

    /// A day's first moment: midnight, or where the clock goes on when it jumps over midnight.
    fn first_moment(&self, day: NaiveDate) -> Option<DateTime<Tz>> {
        let midnight = day.and_time(NaiveTime::MIN);
        (0..=LONGEST_GAP_HOURS)
            .find_map(|hour| self.zone.from_local_datetime(&(midnight + TimeDelta::hours(hour))).earliest())
    }
}

fn moment(tick: &DateTime<Tz>) -> Timestamp {
    Timestamp::from_millis(tick.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn ticks(config: &Json, from: &str, count: usize) -> Vec<String> {
        let schedule = Schedule::read(config).unwrap();
        let next = |tick: &Timestamp| schedule.next_after(*tick);
        std::iter::successors(schedule.next_after(at(from)), next)
            .take(count)
            .map(|tick| tick.to_string())
            .collect()
    }

    #[test]
    fn a_schedule_keeps_its_hour_when_the_clocks_change() {
        // Berlin: the clock goes forward on 29 March 2026 and back on 25 October 2026.
        let config = json!({"cron": "0 9 * * *", "timezone": "Europe/Berlin"});
        assert_eq!(
            ticks(&config, "2026-03-27T12:00:00Z", 3),
            ["2026-03-28T08:00:00.000Z", "2026-03-29T07:00:00.000Z", "2026-03-30T07:00:00.000Z"]
        );
        assert_eq!(
            ticks(&config, "2026-10-23T12:00:00Z", 3),
            ["2026-10-24T07:00:00.000Z", "2026-10-25T08:00:00.000Z", "2026-10-26T08:00:00.000Z"]
        );
    }

    #[test]
    fn a_tick_in_the_missing_hour_fires_right_after_it_and_no_day_is_left_out() {
        let config = json!({"cron": "30 2 * * *", "timezone": "Europe/Berlin"});
        assert_eq!(
            ticks(&config, "2026-03-28T12:00:00Z", 2),
            ["2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z"]
        );
    }

    #[test]
    fn a_tick_in_the_repeated_hour_fires_once_and_an_interval_in_both() {
        let daily = json!({"cron": "30 2 * * *", "timezone": "Europe/Berlin"});
        assert_eq!(
            ticks(&daily, "2026-10-24T12:00:00Z", 2),
            ["2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"]
        );
        let half_hourly = json!({"cron": "*/30 * * * *", "timezone": "Europe/Berlin"});
        let found = ticks(&half_hourly, "2026-10-24T23:59:00Z", 5);
        let expected: Vec<String> =
            (0..5).map(|n| at("2026-10-25T00:00:00Z").plus_ms(n * 30 * 60_000).to_string()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn days_to_skip_are_days_of_the_schedule_s_own_calendar() {
        // 25 December in Tokyo begins at 15:00 UTC of the 24th.
        let config = json!({"cron": "0 * * * *", "timezone": "Asia/Tokyo", "skipDates": ["2026-12-25"]});
        assert_eq!(
            ticks(&config, "2026-12-24T13:30:00Z", 2),
            ["2026-12-24T14:00:00.000Z", "2026-12-25T15:00:00.000Z"]
        );
        let schedule = Schedule::read(&config).unwrap();
        assert_eq!(schedule.last_until(at("2026-12-25T10:00:00Z")), Some(at("2026-12-24T14:00:00Z")));
    }

    #[test]
    fn a_day_without_a_midnight_is_skipped_whole() {
        // Beirut's clock jumped from 0:00 to 1:00 on 29 March 2026.
        let config = json!({"cron": "15 * * * *", "timezone": "Asia/Beirut", "skipDates": ["2026-03-28"]});
        assert_eq!(ticks(&config, "2026-03-27T22:30:00Z", 1), ["2026-03-28T22:15:00.000Z"]);
    }

    #[test]
    fn a_day_that_never_comes_has_no_tick() {
        assert_eq!(ticks(&json!({"cron": "0 0 30 2 *"}), "2026-01-01T00:00:00Z", 1), [""; 0]);
    }

    #[test]
    fn a_tick_is_never_the_moment_asked_about() {
        let every_second = json!({"cron": "* * * * * *"});
        assert_eq!(ticks(&every_second, "2026-01-01T00:00:00Z", 1), ["2026-01-01T00:00:01.000Z"]);
        assert_eq!(ticks(&every_second, "2026-01-01T00:00:00.500Z", 1), ["2026-01-01T00:00:01.000Z"]);
    }
}
