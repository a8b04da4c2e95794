//! `Retry-After`: seconds or a date.

use chrono::DateTime;
use kit::Timestamp;

/// The longest pause that a server's word is taken for: one day.
pub const MAX_RETRY_AFTER_S: u64 = 86_400;

/// Seconds from `now`, rounded up and at most [`MAX_RETRY_AFTER_S`]; `None` for what is neither form.
///
/// RFC 9110 section 10.2.3. Fractions are no part of it, but model providers send them.
pub(crate) fn seconds(value: &str, now: Timestamp) -> Option<u64> {
    let value = value.trim();
    let pause_s = match value.parse::<f64>() {
        Ok(pause_s) if pause_s >= 0.0 => pause_s.ceil(),
        Ok(_) => return None,
        Err(_) => until(value, now)?,
    };
    Some(pause_s.min(MAX_RETRY_AFTER_S as f64) as u64)
}

fn until(date: &str, now: Timestamp) -> Option<f64> {
    let moment = DateTime::parse_from_rfc2822(date).ok()?;
    let pause_ms = Timestamp::from_millis(moment.timestamp_millis()).since_ms(now);
    Some((pause_ms.max(0) as f64 / 1_000.0).ceil())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(1_700_000_000_000); // 2023-11-14T22:13:20Z

    #[test]
    fn both_forms_are_seconds_from_now() {
        assert_eq!(seconds("120", NOON), Some(120));
        assert_eq!(seconds(" 0.2 ", NOON), Some(1));
        assert_eq!(seconds("Tue, 14 Nov 2023 22:14:20 GMT", NOON), Some(60));
        assert_eq!(seconds("Tue, 14 Nov 2023 22:00:00 GMT", NOON), Some(0));
    }

    #[test]
    fn what_is_neither_form_says_nothing_and_no_pause_is_longer_than_a_day() {
        for odd in ["", "soon", "-5", "NaN"] {
            assert_eq!(seconds(odd, NOON), None, "{odd}");
        }
        for long in ["1e300", "inf", "Tue, 14 Nov 2090 22:00:00 GMT"] {
            assert_eq!(seconds(long, NOON), Some(MAX_RETRY_AFTER_S), "{long}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text: String) {
            prop_assert!(seconds(&text, NOON).is_none_or(|pause_s| pause_s <= MAX_RETRY_AFTER_S));
        }
    }
}
