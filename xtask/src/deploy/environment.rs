//! `.env.example` names exactly the settings that the server knows.

use std::collections::BTreeMap;

use crate::finding::Finding;

/// Compares the example with the server's own list. A setting may stand commented out (`# NAME=value`).
pub(super) fn check(path: &str, text: &str, known: &[String]) -> Vec<Finding> {
    let written = names(text);
    let strange = written.iter().filter(|(name, _)| !known.contains(name));
    let strange = strange.map(|(name, line)| {
        Finding::refused(path, *line, format!("the server knows no setting {name}; remove it"))
    });
    let missing = known.iter().filter(|name| !written.contains_key(*name));
    let missing = missing.map(|name| {
        Finding::refused(
            path,
            0,
            format!("the setting {name} is missing; add it with its default and a line about it"),
        )
    });
    strange.chain(missing).collect()
}

fn names(text: &str) -> BTreeMap<String, usize> {
    let lines = text.lines().enumerate().filter_map(|(index, line)| {
        let (name, _) = line.trim_start_matches("# ").split_once('=')?;
        let is_name = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        is_name.then(|| (name.to_owned(), index + 1))
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_lists_must_be_the_same() {
        let known = ["PORT".to_owned(), "HOST".to_owned()];
        let findings = check(".env.example", "# The port.\nPORT=8000\n# PROT=1\n", &known);
        let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
        assert!(messages[0].contains("no setting PROT") && findings[0].line == 3, "{messages:?}");
        assert!(messages[1].contains("HOST is missing"), "{messages:?}");
    }

    #[test]
    fn a_setting_may_be_commented_out() {
        assert_eq!(check(".env.example", "# HOST=127.0.0.1\n", &["HOST".to_owned()]), []);
    }
}
