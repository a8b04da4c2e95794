use chrono::{Datelike, TimeZone, Utc};
use kit::Timestamp;
use kit::ids::OwnerId;

use crate::{Journal, Result, sql};

/// What an owner used in one calendar month (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthlyUsage {
    /// The first moment of the month.
    pub period_start: Timestamp,
    /// The first moment of the next month.
    pub period_end: Timestamp,
    /// Runs admitted.
    pub runs: u64,
    /// Tokens that models read.
    pub input_tokens: u64,
    /// Tokens that models wrote.
    pub output_tokens: u64,
}

impl Journal {
    /// What an owner has used in the month of `now`.
    pub async fn monthly_usage(&self, owner: OwnerId, now: Timestamp) -> Result<MonthlyUsage> {
        let (period_start, period_end) = (month_start(now, 0), month_start(now, 1));
        let row = self.db().maybe(&sql::MONTHLY_RUNS, &db::params![owner, period_start]).await?;
        let (runs, input_tokens, output_tokens) = match row {
            Some(row) => (row.get(0)?, row.get(1)?, row.get(2)?),
            None => (0, 0, 0),
        };
        Ok(MonthlyUsage { period_start, period_end, runs, input_tokens, output_tokens })
    }
}

/// The first moment of the calendar month (UTC) that lies `later` months after the one of `at`.
pub fn month_start(at: Timestamp, later: u32) -> Timestamp {
    let day = at.to_utc();
    let months = day.year() * 12 + i32::try_from(day.month0() + later).unwrap_or(0);
    let month0 = u32::try_from(months.rem_euclid(12)).unwrap_or(0);
    let first = Utc.with_ymd_and_hms(months.div_euclid(12), month0 + 1, 1, 0, 0, 0).single();
    first.map_or(at, |first| Timestamp::from_millis(first.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_at_its_first_moment_and_ends_where_the_next_begins() {
        let at = Timestamp::parse("2026-12-31T23:59:59.999Z").unwrap();
        assert_eq!(month_start(at, 0).to_string(), "2026-12-01T00:00:00.000Z");
        assert_eq!(month_start(at, 1).to_string(), "2027-01-01T00:00:00.000Z");
        assert_eq!(month_start(at.plus_ms(1), 0).to_string(), "2027-01-01T00:00:00.000Z");
    }
}
