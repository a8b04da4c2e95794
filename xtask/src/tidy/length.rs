//! A file is one idea, and short.

use super::Crate;
use crate::finding::Finding;

/// Lines without tests: warned above the first, refused above the second.
const WARNED: usize = 300;
const REFUSED: usize = 400;

/// Counts the lines that ship, comments and blank lines included.
pub(super) fn check(one: &Crate) -> Vec<Finding> {
    one.sources.iter().filter_map(|source| complaint(&source.path, source.shipped().count())).collect()
}

fn complaint(path: &str, lines: usize) -> Option<Finding> {
    let rule = format!("{lines} lines without tests (aim 150, limit {REFUSED}); split it by idea");
    if lines > REFUSED {
        return Some(Finding::refused(path, 0, rule));
    }
    (lines > WARNED).then(|| Finding::warned(path, 0, rule))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_limits_are_inclusive() {
        assert_eq!(complaint("a.rs", 300), None);
        assert!(complaint("a.rs", 301).is_some_and(|finding| finding.is_warning()));
        assert!(complaint("a.rs", 400).is_some_and(|finding| finding.is_warning()));
        assert!(complaint("a.rs", 401).is_some_and(|finding| !finding.is_warning()));
    }

    #[test]
    fn tests_do_not_count() {
        let tests = format!("fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{}}}\n", "fn b() {}\n".repeat(500));
        assert!(check(&sample("blox-llm", "crates/core/llm", &[("a.rs", &tests)])).is_empty());
    }
}
