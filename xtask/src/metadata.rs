//! The workspace as `cargo metadata` tells it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// One crate of the workspace.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Folder below the root, with `/`.
    pub(crate) folder: String,
    /// `floor` of `[package.metadata.bloxserver]`, as JSON text.
    pub(crate) floor: Option<String>,
    pub(crate) dependencies: Vec<Dependency>,
}

/// One line of a manifest's dependencies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dependency {
    pub(crate) package: String,
    /// Needed by tests alone.
    pub(crate) is_for_tests: bool,
}

/// Reads every crate of the workspace at `root`.
///
/// # Errors
/// When cargo cannot read the manifests; its own words are passed on.
pub(crate) fn read(root: &Path) -> Result<Vec<Package>> {
    let output = Command::new("cargo")
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("cargo metadata could not be started")?;
    ensure!(output.status.success(), "cargo metadata failed:\n{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout)?;
    let packages = document["packages"].as_array().context("cargo metadata names no packages")?;
    Ok(packages.iter().map(|package| parse(package, root)).collect())
}

fn parse(package: &Value, root: &Path) -> Package {
    let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
    let folder = manifest.parent().and_then(|folder| folder.strip_prefix(root).ok()).unwrap_or(Path::new(""));
    let floor = &package["metadata"]["bloxserver"]["floor"];
    Package {
        name: text(&package["name"]),
        folder: folder.to_string_lossy().replace('\\', "/"),
        floor: (!floor.is_null()).then(|| floor.to_string()),
        dependencies: package["dependencies"].as_array().into_iter().flatten().map(dependency).collect(),
    }
}

fn dependency(value: &Value) -> Dependency {
    Dependency { package: text(&value["name"]), is_for_tests: value["kind"] == "dev" }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_knows_its_folder_its_floor_and_what_only_its_tests_need() {
        let value = serde_json::json!({
            "name": "blox-engine",
            "manifest_path": "/house/crates/core/engine/Cargo.toml",
            "metadata": {"bloxserver": {"floor": 2}},
            "dependencies": [{"name": "blox-flow", "kind": null}, {"name": "blox-db", "kind": "dev"}],
        });
        let package = parse(&value, Path::new("/house"));
        assert_eq!(package.folder, "crates/core/engine");
        assert_eq!(package.floor.as_deref(), Some("2"));
        assert!(!package.dependencies[0].is_for_tests);
        assert!(package.dependencies[1].is_for_tests);
    }
}
