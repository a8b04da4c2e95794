use chrono::{Datelike, NaiveTime};
use kit::Timestamp;

/// The first moment of the calendar month (UTC) of a moment.
pub(crate) fn month_start(at: Timestamp) -> Timestamp {
    let day = at.to_utc().date_naive();
    let first = day.with_day(1).unwrap_or(day).and_time(NaiveTime::MIN).and_utc();
    Timestamp::from_millis(first.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_at_its_first_moment() {
        for at in ["2026-12-01T00:00:00.000Z", "2026-12-31T23:59:59.999Z"] {
            assert_eq!(month_start(Timestamp::parse(at).unwrap()).to_string(), "2026-12-01T00:00:00.000Z");
        }
    }
}
