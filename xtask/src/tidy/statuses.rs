//! Only `http` turns an error's kind into a status.

use super::Crate;
use crate::finding::Finding;
use crate::source::has_word;

/// Match arms from a `Kind` to a status, anywhere but in the `http` room.
pub(super) fn check(one: &Crate) -> Vec<Finding> {
    if one.is("http") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for source in &one.sources {
        let lines: Vec<(usize, &str)> = source.shipped().collect();
        for (at, (line, code)) in lines.iter().enumerate() {
            let next = lines.get(at + 1).map_or("", |(_, next)| *next);
            if is_mapping(code, next) {
                let rule = "an error's kind becomes a status only in crates/edge/http; return the error and let it answer";
                findings.push(Finding::refused(&source.path, *line, rule));
            }
        }
    }
    findings
}

/// `Kind::X => StatusCode::Y` or `Kind::X => 404`, on one line or with the answer on the next.
fn is_mapping(code: &str, next: &str) -> bool {
    let Some((pattern, answer)) = code.split_once("=>") else { return false };
    if !has_word(pattern, "Kind") || !pattern.contains("Kind::") {
        return false;
    }
    let answer = if matches!(answer.trim(), "" | "{") { next } else { answer };
    let number = answer.trim().trim_end_matches([',', '}', ' ']);
    has_word(answer, "StatusCode")
        || (number.len() == 3 && number.bytes().all(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn an_arm_from_kind_to_status_is_a_mapping() {
        assert!(is_mapping("Kind::NotFound => StatusCode::NOT_FOUND,", ""));
        assert!(is_mapping("kit::Kind::Invalid | Kind::Denied => 422,", ""));
        assert!(is_mapping("Kind::NotFound => {", "    StatusCode::NOT_FOUND"));
    }

    #[test]
    fn other_arms_are_not() {
        assert!(!is_mapping("404 => Kind::NotFound,", ""));
        assert!(!is_mapping("ErrorKind::NotFound => 404,", ""));
        assert!(!is_mapping("Kind::NotFound => false,", "StatusCode::OK"));
    }

    #[test]
    fn the_http_room_may_and_no_other() {
        let text = "match kind { Kind::NotFound => 404, _ => 500 }";
        assert_eq!(check(&sample("blox-http", "crates/edge/http", &[("a.rs", text)])).len(), 0);
        assert_eq!(
            check(&sample("blox-api", "crates/edge/api", &[("a.rs", "Kind::NotFound => 404,")])).len(),
            1
        );
    }
}
