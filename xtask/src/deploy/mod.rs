//! The deploy files, read as far as it goes without a container engine.

mod compose;
mod dockerfile;
mod environment;
mod yaml;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::finding::Finding;

/// Checks `deploy/Dockerfile`, `deploy/compose.yaml` and `.env.example` below `root`.
///
/// # Errors
/// When one of them cannot be read, or the server cannot be asked for the names of its settings.
pub(crate) fn check(root: &Path) -> Result<Vec<Finding>> {
    let mut findings = dockerfile::check("deploy/Dockerfile", &read(root, "deploy/Dockerfile")?);
    findings.extend(compose::check("deploy/compose.yaml", &read(root, "deploy/compose.yaml")?));
    findings.extend(environment::check(".env.example", &read(root, ".env.example")?, &setting_names(root)?));
    Ok(findings)
}

fn read(root: &Path, path: &str) -> Result<String> {
    fs::read_to_string(root.join(path)).with_context(|| format!("{path} cannot be read"))
}

/// The server itself says which settings it knows: one name a line.
fn setting_names(root: &Path) -> Result<Vec<String>> {
    let arguments = ["run", "--quiet", "--locked", "--package", "bloxserver", "--", "config", "--names"];
    let output = Command::new("cargo").args(arguments).current_dir(root).output()?;
    ensure!(
        output.status.success(),
        "`bloxserver config --names` failed:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect())
}
