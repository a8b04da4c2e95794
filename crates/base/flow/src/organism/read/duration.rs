/// A year: nothing here lasts longer.
const LONGEST_MS: f64 = 365.0 * 86_400_000.0;

/// The milliseconds of `500ms`, `10s`, `5m`, `12h`, `2d`, several of them (`1h30m`), or a number of seconds.
///
/// `None` when it cannot be read, is negative, or is longer than a year.
pub(super) fn parse_ms(text: &str) -> Option<u64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return from_seconds(seconds);
    }
    let (mut rest, mut total_ms) = (text, 0.0);
    while !rest.is_empty() {
        let number_end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let number: f64 = rest[..number_end].parse().ok()?;
        let after = &rest[number_end..];
        let unit_end = after.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(after.len());
        total_ms += number * unit_ms(&after[..unit_end])?;
        rest = after[unit_end..].trim_start();
    }
    whole(total_ms)
}

/// The milliseconds of a number of seconds.
pub(super) fn from_seconds(seconds: f64) -> Option<u64> {
    whole(seconds * 1000.0)
}

/// The milliseconds of a duration as a flow's data has it.
pub(crate) fn of_json(value: &serde_json::Value) -> Option<u64> {
    value.as_f64().map_or_else(|| parse_ms(value.as_str()?), from_seconds)
}

fn unit_ms(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" => 1.0,
        "s" | "sec" => 1_000.0,
        "m" | "min" => 60_000.0,
        "h" => 3_600_000.0,
        "d" => 86_400_000.0,
        _ => return None,
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounded on both sides just before"
)]
fn whole(millis: f64) -> Option<u64> {
    (0.0..=LONGEST_MS).contains(&millis).then(|| millis.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_bare_seconds_are_read() {
        let read = ["500ms", "10s", "5m", "12h", "2d", "1h30m", "1.5s", "7", "0", "0.25"].map(parse_ms);
        let expected = [500, 10_000, 300_000, 43_200_000, 172_800_000, 5_400_000, 1_500, 7_000, 0, 250];
        assert_eq!(read, expected.map(Some));
    }

    #[test]
    fn what_is_negative_endless_or_no_duration_is_refused() {
        for text in ["-1", "-5s", "", " ", "s", "10x", "10 s s", "1e99", "NaN", "inf", "400d", "1..2s", "ten"]
        {
            assert!(parse_ms(text).filter(|millis| *millis > 0).is_none(), "{text}");
        }
    }
}
