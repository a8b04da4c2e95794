//! The table of floors in ARCHITECTURE.md is the one of `house`.

use std::fs;
use std::path::Path;

use crate::finding::Finding;
use crate::house;

const PAGE: &str = "ARCHITECTURE.md";

/// Compares the page with the list.
pub(super) fn check(root: &Path) -> Option<Finding> {
    let page = fs::read_to_string(root.join(PAGE)).unwrap_or_default();
    (!page.contains(&house::table())).then(|| {
        Finding::refused(
            PAGE,
            0,
            "the table of floors is not the one that `cargo xtask arrows` prints; paste it",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_the_table_is_refused() {
        assert!(check(Path::new("/nowhere")).is_some());
    }
}
