use std::collections::BTreeSet;
use std::str::FromStr;

use chrono::NaiveDate;
use chrono_tz::Tz;
use croner::Cron;
use serde_json::{Value as Json, json};

use super::{Missed, Schedule};
use crate::{Error, Result};

/// The grace of the original design.
const DEFAULT_GRACE_MINUTES: i64 = 5;
/// A year.
const MAX_GRACE_MINUTES: i64 = 525_600;
const MAX_SKIP_DATES: usize = 1_000;

impl Schedule {
    /// What a schedule's config may contain.
    pub(in crate::triggers) const FIELDS: &'static [&'static str] =
        &["type", "cron", "timezone", "skipDates", "missed", "graceMinutes", "payload"];

    /// Reads a trigger's config: `{cron, timezone?, skipDates?, missed?, graceMinutes?, payload?}`.
    pub(in crate::triggers) fn read(config: &Json) -> Result<Self> {
        let minutes = match &config["graceMinutes"] {
            Json::Null => DEFAULT_GRACE_MINUTES,
            given => given.as_i64().filter(|minutes| (0..=MAX_GRACE_MINUTES).contains(minutes)).ok_or_else(
                || invalid(format!("graceMinutes is not a number from 0 to {MAX_GRACE_MINUTES}")),
            )?,
        };
        Ok(Self {
            cron: cron(&config["cron"])?,
            zone: zone(&config["timezone"])?,
            skip_dates: skip_dates(&config["skipDates"])?,
            missed: missed(&config["missed"])?,
            grace_ms: minutes * 60_000,
            payload: match &config["payload"] {
                Json::Null => json!({}),
                payload => payload.clone(),
            },
        })
    }
}

fn cron(given: &Json) -> Result<Cron> {
    let Some(text) = given.as_str() else {
        return Err(invalid("cron is missing: five fields, such as `0 9 * * MON-FRI`".to_owned()));
    };
    Cron::from_str(text).map_err(|error| {
        let advice =
            "five fields: minute, hour, day of month, month, day of week; with six, the first is the second";
        invalid(format!("cron `{text}` cannot be read: {error}; it has {advice}"))
    })
}

fn zone(given: &Json) -> Result<Tz> {
    match given {
        Json::Null => Ok(Tz::UTC),
        Json::String(name) if Tz::from_str(name).is_ok() => Ok(Tz::from_str(name).unwrap_or(Tz::UTC)),
        other => {
            Err(invalid(format!("timezone {other} is not one of the IANA names, such as Europe/Berlin")))
        }
    }
}

fn skip_dates(given: &Json) -> Result<BTreeSet<NaiveDate>> {
    let dates = match given {
        Json::Null => return Ok(BTreeSet::new()),
        Json::Array(dates) if dates.len() <= MAX_SKIP_DATES => dates,
        _ => return Err(invalid(format!("skipDates is not a list of at most {MAX_SKIP_DATES} dates"))),
    };
    let date = |given: &Json| {
        let read = given.as_str().and_then(|text| NaiveDate::from_str(text).ok());
        read.ok_or_else(|| invalid(format!("skipDates: {given} is not a date, such as \"2026-12-25\"")))
    };
    dates.iter().map(date).collect()
}

fn missed(given: &Json) -> Result<Missed> {
    match given.as_str() {
        None if given.is_null() => Ok(Missed::Latest),
        Some("latest") => Ok(Missed::Latest),
        Some("all") => Ok(Missed::All),
        Some("none") => Ok(Missed::None),
        _ => Err(invalid(format!("missed is {given}, not \"latest\", \"all\" or \"none\""))),
    }
}

fn invalid(message: String) -> Error {
    Error::Invalid { field: "config", message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_schedule_is_refused_with_the_field_at_fault() {
        for (config, at_fault) in [
            (json!({}), "cron is missing"),
            (json!({"cron": "every day"}), "cron `every day`"),
            (json!({"cron": "61 * * * *"}), "cron `61 * * * *`"),
            (json!({"cron": "* * * * *", "timezone": "Mars/Base"}), "timezone"),
            (json!({"cron": "* * * * *", "timezone": 1}), "timezone"),
            (json!({"cron": "* * * * *", "skipDates": ["2026-02-30"]}), "2026-02-30"),
            (json!({"cron": "* * * * *", "skipDates": "2026-02-03"}), "skipDates"),
            (json!({"cron": "* * * * *", "missed": "some"}), "missed"),
            (json!({"cron": "* * * * *", "missed": 1}), "missed"),
            (json!({"cron": "* * * * *", "graceMinutes": -1}), "graceMinutes"),
        ] {
            let error = Schedule::read(&config).expect_err(at_fault).to_string();
            assert!(error.contains(at_fault), "{error}");
        }
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let schedule = Schedule::read(&json!({"cron": "0 9 * * MON-FRI"})).unwrap();
        assert_eq!((schedule.zone, schedule.missed, schedule.grace_ms), (Tz::UTC, Missed::Latest, 300_000));
        assert_eq!(schedule.payload, json!({}));
    }
}
