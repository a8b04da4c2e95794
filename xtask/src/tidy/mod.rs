//! The rules of the rooms. Each check is one file.

mod arrows;
mod drivers;
mod length;
mod map;
mod names;
mod purity;
mod readme;
mod servers;
mod sql;
mod statuses;
mod unfinished;

use std::path::Path;

use anyhow::Result;

use crate::finding::Finding;
use crate::house;
use crate::metadata::{self, Package};
use crate::source::{self, Source};

/// One crate with its files.
#[derive(Debug)]
pub(crate) struct Crate {
    pub(crate) package: Package,
    pub(crate) sources: Vec<Source>,
}

impl Crate {
    /// The room this crate is; xtask is none.
    pub(crate) fn room(&self) -> Option<&'static house::Room> {
        house::of_package(&self.package.name)
    }

    /// Whether the crate is the room of that name.
    pub(crate) fn is(&self, room: &str) -> bool {
        self.room().is_some_and(|own| own.name == room)
    }

    /// The folders of the edge and the frame: where HTTP servers are known.
    pub(crate) fn is_edge_or_frame(&self) -> bool {
        self.package.folder.starts_with("crates/edge/") || self.is("bloxserver")
    }

    pub(crate) fn manifest(&self) -> String {
        format!("{}/Cargo.toml", self.package.folder)
    }
}

/// Runs every check over the workspace at `root`; findings stand in the order of their files.
///
/// # Errors
/// When the workspace cannot be read.
pub(crate) fn check(root: &Path) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let packages = metadata::read(root)?;
    findings.extend(arrows::check_workspace(&packages));
    findings.extend(map::check(root));
    for package in packages {
        let sources = source::read_all(root, &package.folder)?;
        let one = Crate { package, sources };
        findings.extend(readme::check(root, &one));
        findings.extend(check_crate(&one));
    }
    findings.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    Ok(findings)
}

fn check_crate(one: &Crate) -> Vec<Finding> {
    let checks: [fn(&Crate) -> Vec<Finding>; 9] = [
        arrows::check,
        drivers::check,
        servers::check,
        sql::check,
        statuses::check,
        purity::check,
        length::check,
        names::check,
        unfinished::check,
    ];
    checks.iter().flat_map(|check| check(one)).collect()
}

/// A crate made of text, for the tests of the checks.
#[cfg(test)]
fn sample(package: &str, folder: &str, files: &[(&str, &str)]) -> Crate {
    let sources = files.iter().map(|(path, text)| Source::new(path, text, false)).collect();
    let floor = house::of_package(package).map(|room| room.floor.in_manifest());
    Crate {
        package: Package { name: package.into(), folder: folder.into(), floor, dependencies: Vec::new() },
        sources,
    }
}

/// A dependency that ships, for the tests of the checks.
#[cfg(test)]
fn ships(package: &str) -> metadata::Dependency {
    metadata::Dependency { package: package.into(), is_for_tests: false }
}
