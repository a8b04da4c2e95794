//! ARCHITECTURE.md shows the table of floors of `house`, and names only what exists.

use std::fs;
use std::path::Path;

use crate::finding::Finding;
use crate::house;

const PAGE: &str = "ARCHITECTURE.md";
const FOLDERS: &[&str] =
    &["crates", "docs", "xtask", "migrations", "scripts", "deploy", ".ci", "bench", "tests"];

/// Compares the page with the list of rooms and with the folders at `root`.
pub(super) fn check(root: &Path) -> Vec<Finding> {
    let page = fs::read_to_string(root.join(PAGE)).unwrap_or_default();
    let mut findings = Vec::new();
    if !page.contains(&house::table()) {
        let rule = "the table of floors is not the one that `cargo xtask arrows` prints; paste it";
        findings.push(Finding::refused(PAGE, 0, rule));
    }
    let gone = paths(&page).into_iter().filter(|(_, path)| !root.join(path).exists());
    findings.extend(
        gone.map(|(line, path)| {
            Finding::refused(PAGE, line, format!("{path} does not exist; name what does"))
        }),
    );
    findings
}

/// What stands in backticks and begins like a path of this repository, with its line.
fn paths(page: &str) -> Vec<(usize, &str)> {
    let quoted = page
        .lines()
        .enumerate()
        .flat_map(|(index, line)| line.split('`').skip(1).step_by(2).map(move |text| (index + 1, text)));
    quoted.filter(|(_, text)| FOLDERS.contains(&text.split('/').next().unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_the_table_is_refused() {
        assert_eq!(check(Path::new("/nowhere")).len(), 1);
    }

    #[test]
    fn only_quoted_paths_of_this_repository_count() {
        let page = "`crates/base/kit` and `db::Db`\ncrates/x `flow` `docs/words.md`";
        assert_eq!(paths(page), [(1, "crates/base/kit"), (2, "docs/words.md")]);
    }
}
