//! What lists are searched by, beside words of their own: moments and texts.

use door::Faults;
use kit::Timestamp;

const MAX_TEXT_CHARACTERS: usize = 200;

/// A moment of a query that was checked.
pub(crate) fn moment(text: &Option<String>) -> Option<Timestamp> {
    text.as_deref().and_then(Timestamp::parse)
}

/// Refuses what is no moment.
pub(crate) fn check_moments(moments: &[(&str, &Option<String>)], faults: &mut Faults) {
    for (name, text) in moments {
        if text.is_some() && moment(text).is_none() {
            faults.add(name, "is not a moment such as 2026-01-31T09:30:00Z (RFC 3339)");
        }
    }
}

/// Refuses what nobody looks for.
pub(crate) fn check_text(text: &Option<String>, faults: &mut Faults) {
    if text.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT_CHARACTERS) {
        faults.add("text", format!("has more than {MAX_TEXT_CHARACTERS} characters"));
    }
}
