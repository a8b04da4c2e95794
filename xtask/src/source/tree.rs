//! Finds and reads the Rust files of a crate.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{Source, blank, testing};

/// Reads every Rust file of the crate in `folder` (below `root`), in the order of their paths.
///
/// Files under `tests` and `benches`, and modules declared under `#[cfg(test)]`, count as tests.
///
/// # Errors
/// When a file cannot be read or is not UTF-8; the error names it.
pub(crate) fn read_all(root: &Path, folder: &str) -> Result<Vec<Source>> {
    let mut paths = Vec::new();
    collect(&root.join(folder), &mut paths)?;
    paths.sort();
    let mut texts = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        texts.push((path.strip_prefix(root).unwrap_or(&path).to_path_buf(), text));
    }
    let test_files = test_files(&texts);
    Ok(texts
        .iter()
        .map(|(path, text)| Source::new(&slashes(path), text, is_test(path, &test_files)))
        .collect())
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                collect(&path, paths)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
    Ok(())
}

/// The paths, without extension, of modules that a `#[cfg(test)] mod name;` declares.
fn test_files(texts: &[(PathBuf, String)]) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for (path, text) in texts {
        let folder = module_folder(path);
        found.extend(testing::test_modules(&blank::blank(text).code).iter().map(|name| folder.join(name)));
    }
    found
}

/// Where the modules lie that a file declares: beside `lib.rs` and `mod.rs`, else below the file's own name.
fn module_folder(path: &Path) -> PathBuf {
    match path.file_stem().and_then(|stem| stem.to_str()) {
        Some("lib" | "main" | "mod") => path.parent().unwrap_or(Path::new("")).to_path_buf(),
        _ => path.with_extension(""),
    }
}

fn is_test(path: &Path, test_files: &BTreeSet<PathBuf>) -> bool {
    let in_test_folder = path.iter().any(|part| part == "tests" || part == "benches");
    in_test_folder || path.with_extension("").ancestors().any(|module| test_files.contains(module))
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_declared_for_tests_is_a_test_with_all_below_it() {
        let texts = vec![(PathBuf::from("src/a.rs"), "#[cfg(test)]\nmod fixtures;\nmod real;".to_owned())];
        let files = test_files(&texts);
        assert!(is_test(Path::new("src/a/fixtures.rs"), &files));
        assert!(is_test(Path::new("src/a/fixtures/deep.rs"), &files));
        assert!(!is_test(Path::new("src/a/real.rs"), &files));
    }

    #[test]
    fn the_folders_of_tests_and_benches_are_tests() {
        assert!(is_test(Path::new("crates/core/engine/tests/crash.rs"), &BTreeSet::new()));
        assert!(!is_test(Path::new("crates/core/engine/src/testing.rs"), &BTreeSet::new()));
    }
}
