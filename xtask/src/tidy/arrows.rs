//! A room imports strictly lower floors, and only along the arrows of `house`; nobody imports what stands beside it.

use super::Crate;
use crate::finding::Finding;
use crate::house::{self, BESIDE, Floor, ROOMS, Room};
use crate::metadata::{Dependency, Package};

/// Every room is a crate, and every crate is a room or stands beside the house.
pub(super) fn check_workspace(packages: &[Package]) -> Vec<Finding> {
    let is_there = |room: &Room| packages.iter().any(|package| package.name == room.package);
    let lost = ROOMS.iter().filter(|room| !is_there(room)).map(|room| {
        Finding::refused(
            "xtask/src/house.rs",
            0,
            format!("the room {} has no crate {}; add it or its removal", room.name, room.package),
        )
    });
    let strange = packages.iter().filter(|package| {
        house::of_package(&package.name).is_none() && !BESIDE.contains(&package.name.as_str())
    });
    let strange = strange.map(|package| {
        let manifest = format!("{}/Cargo.toml", package.folder);
        Finding::refused(
            manifest,
            0,
            format!(
                "{} is no room; rooms stand in xtask/src/house.rs, and a new one needs a decision page",
                package.name
            ),
        )
    });
    lost.chain(strange).collect()
}

/// The floor in the manifest, and each dependency on another room.
pub(super) fn check(one: &Crate) -> Vec<Finding> {
    let Some(room) = one.room() else { return Vec::new() };
    let mut findings = Vec::new();
    if one.package.floor.as_deref() != Some(&room.floor.in_manifest()) {
        let rule = format!("[package.metadata.bloxserver] must say floor = {}", room.floor.in_manifest());
        findings.push(Finding::refused(one.manifest(), 0, rule));
    }
    let arrows = one.package.dependencies.iter().filter_map(|dependency| complaint(room, dependency));
    findings.extend(arrows.map(|complaint| Finding::refused(one.manifest(), 0, complaint)));
    findings
}

fn complaint(room: &Room, dependency: &Dependency) -> Option<String> {
    if BESIDE.contains(&dependency.package.as_str()) {
        return Some(format!("{} stands beside the house; no room imports it", dependency.package));
    }
    // A room may turn on its own features for its tests.
    let target = house::of_package(&dependency.package).filter(|target| *target != room)?;
    if !room.floor.is_above(target.floor) {
        return Some(format!(
            "{} stands on {}, which is not below it; turn the arrow with a trait of the lower room",
            room.name, target.name
        ));
    }
    let is_drawn = room.arrows.contains(&target.name)
        || matches!(target.floor, Floor::Ground(_))
        || room.floor == Floor::Frame;
    // A test may lean on any lower room.
    (!is_drawn && !dependency.is_for_tests).then(|| {
        format!(
            "no arrow {} → {}; a new arrow needs a page in docs/decisions and a line in xtask/src/house.rs",
            room.name, target.name
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::{sample, ships};
    use super::*;

    fn messages(package: &str, dependencies: Vec<Dependency>) -> Vec<String> {
        let mut one = sample(package, "crates/x", &[]);
        one.package.dependencies = dependencies;
        check(&one).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_drawn_arrow_the_ground_and_foreign_crates_pass() {
        let dependencies =
            ["blox-journal", "blox-flow", "blox-kit", "blox-engine", "tokio"].map(ships).to_vec();
        assert_eq!(messages("blox-engine", dependencies), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_up_or_sideways_is_refused_even_in_tests() {
        let up =
            messages("blox-engine", vec![Dependency { package: "blox-nodes".into(), is_for_tests: true }]);
        assert!(up[0].starts_with("engine stands on nodes"), "{up:?}");
        assert_eq!(messages("blox-engine", vec![ships("blox-librarian")]).len(), 1);
    }

    #[test]
    fn an_arrow_that_is_not_drawn_is_refused_but_for_tests() {
        assert!(messages("blox-api", vec![ships("blox-db")])[0].starts_with("no arrow api → db"));
        assert!(
            messages("blox-api", vec![Dependency { package: "blox-db".into(), is_for_tests: true }])
                .is_empty()
        );
    }

    #[test]
    fn no_room_imports_what_stands_beside_the_house() {
        assert!(messages("bloxserver", vec![ships("blox-bench")])[0].starts_with("blox-bench stands beside"));
    }

    #[test]
    fn a_wrong_floor_in_the_manifest_is_refused() {
        let mut one = sample("blox-engine", "crates/core/engine", &[]);
        one.package.floor = Some("3".into());
        assert_eq!(check(&one)[0].file, "crates/core/engine/Cargo.toml");
    }

    #[test]
    fn a_crate_that_is_no_room_is_refused() {
        let package = sample("blox-extra", "crates/core/extra", &[]).package;
        assert!(
            check_workspace(&[package])
                .iter()
                .any(|finding| finding.message.contains("blox-extra is no room"))
        );
    }
}
