//! Every crate is explained by its README, which is its documentation.

use std::fs;
use std::path::Path;

use super::Crate;
use crate::finding::Finding;
use crate::source::Source;

/// The README stands beside the manifest, says something, and opens the crate's root file.
pub(super) fn check(root: &Path, one: &Crate) -> Vec<Finding> {
    let path = format!("{}/README.md", one.package.folder);
    let text = fs::read_to_string(root.join(&path)).unwrap_or_default();
    let mut findings: Vec<Finding> = empty(&path, &text).into_iter().collect();
    let is_root = |source: &&Source| {
        matches!(source.path.strip_prefix(&one.package.folder), Some("/src/lib.rs" | "/src/main.rs"))
    };
    findings.extend(one.sources.iter().filter(is_root).filter_map(not_included));
    findings
}

fn empty(path: &str, text: &str) -> Option<Finding> {
    let sentences = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).count();
    (sentences == 0)
        .then(|| Finding::refused(path, 0, "say here what the crate is, why, and what holds in it"))
}

fn not_included(source: &Source) -> Option<Finding> {
    let is_included = source.text.starts_with("#![doc = include_str!(\"../README.md\")]");
    (!is_included)
        .then(|| Finding::refused(&source.path, 1, "begin with #![doc = include_str!(\"../README.md\")]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_alone_says_nothing() {
        assert!(empty("README.md", "# flow\n").is_some());
        assert!(empty("README.md", "").is_some());
        assert!(empty("README.md", "# flow\n\nThe pure core.\n").is_none());
    }

    #[test]
    fn the_root_file_begins_with_the_readme() {
        assert!(not_included(&Source::new("lib.rs", "mod a;", false)).is_some());
        assert!(
            not_included(&Source::new("lib.rs", "#![doc = include_str!(\"../README.md\")]\nmod a;", false))
                .is_none()
        );
    }
}
