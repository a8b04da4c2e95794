//! The one list of rooms, floors and arrows. A new arrow needs a page in docs/decisions.

use std::fmt::Write as _;

/// How high a room stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Floor {
    /// Everyone stands on it; within it, an order: `kit` is 0, `net` is 1.
    Ground(u8),
    /// An arrow goes from a floor to a strictly lower one.
    Number(u8),
    /// Wires everything; nobody imports it.
    Frame,
}

impl Floor {
    fn height(self) -> u16 {
        match self {
            Self::Ground(order) => u16::from(order),
            Self::Number(floor) => 100 + u16::from(floor),
            Self::Frame => u16::MAX,
        }
    }

    /// Whether a room on this floor may stand on a room of the other.
    pub(crate) fn is_above(self, other: Self) -> bool {
        self.height() > other.height()
    }

    /// As the manifest writes it under `[package.metadata.bloxserver]`.
    pub(crate) fn in_manifest(self) -> String {
        match self {
            Self::Ground(_) => "\"ground\"".into(),
            Self::Number(floor) => floor.to_string(),
            Self::Frame => "\"frame\"".into(),
        }
    }
}

/// One room: a crate of the workspace.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// The folder's name, which is also the word for it.
    pub(crate) name: &'static str,
    /// The crate's name in its manifest.
    pub(crate) package: &'static str,
    pub(crate) floor: Floor,
    /// The rooms it may import; the ground is not drawn.
    pub(crate) arrows: &'static [&'static str],
}

const fn room(
    name: &'static str,
    package: &'static str,
    floor: Floor,
    arrows: &'static [&'static str],
) -> Room {
    Room { name, package, floor, arrows }
}

/// Every room, from the top.
pub(crate) const ROOMS: &[Room] = &[
    room("bloxserver", "bloxserver", Floor::Frame, &[]),
    room("api", "blox-api", Floor::Number(4), &["engine", "librarian", "billing", "accounts", "llm", "http"]),
    room("triggers", "blox-triggers", Floor::Number(4), &["engine", "accounts", "http"]),
    room("web", "blox-web", Floor::Number(4), &["http"]),
    room("nodes", "blox-nodes", Floor::Number(3), &["engine", "librarian", "llm", "sandbox"]),
    room("billing", "blox-billing", Floor::Number(3), &["journal", "accounts", "db"]),
    room("http", "blox-http", Floor::Number(3), &[]),
    room("engine", "blox-engine", Floor::Number(2), &["journal", "flow"]),
    room("librarian", "blox-librarian", Floor::Number(2), &["llm", "db"]),
    room("journal", "blox-journal", Floor::Number(1), &["flow", "db"]),
    room("llm", "blox-llm", Floor::Number(1), &["db"]),
    room("accounts", "blox-accounts", Floor::Number(1), &["db"]),
    room("sandbox", "blox-sandbox", Floor::Number(1), &[]),
    room("flow", "blox-flow", Floor::Number(0), &[]),
    room("db", "blox-db", Floor::Number(0), &[]),
    room("net", "blox-net", Floor::Ground(1), &[]),
    room("kit", "blox-kit", Floor::Ground(0), &[]),
];

/// Crates that are no rooms: they stand beside the house and import what they look at; nobody imports them.
pub(crate) const BESIDE: &[&str] = &["xtask", "blox-bench", "stories"];

/// The room of a crate, if the crate is one.
pub(crate) fn of_package(package: &str) -> Option<&'static Room> {
    ROOMS.iter().find(|room| room.package == package)
}

/// The floors and arrows as a Markdown table, for ARCHITECTURE.md.
pub(crate) fn table() -> String {
    let mut text = String::from("| floor | rooms | arrows |\n|---|---|---|\n");
    for number in (0..=4).rev() {
        let rooms: Vec<&Room> = ROOMS.iter().filter(|room| room.floor == Floor::Number(number)).collect();
        let names: Vec<&str> = rooms.iter().map(|room| room.name).collect();
        let arrows: Vec<String> = rooms
            .iter()
            .filter(|room| !room.arrows.is_empty())
            .map(|room| format!("{} → {}", room.name, room.arrows.join(", ")))
            .collect();
        // Writing into a String cannot fail.
        let _ = writeln!(text, "| {number} | {} | {} |", names.join(", "), arrows.join(" · "));
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_arrow_ends_in_a_room_on_a_lower_floor() {
        for room in ROOMS {
            for arrow in room.arrows {
                let target = ROOMS.iter().find(|other| other.name == *arrow).expect(arrow);
                assert!(room.floor.is_above(target.floor), "{} -> {arrow}", room.name);
            }
        }
    }

    #[test]
    fn the_ground_lies_below_every_floor_and_the_frame_above() {
        assert!(Floor::Number(0).is_above(Floor::Ground(1)));
        assert!(Floor::Ground(1).is_above(Floor::Ground(0)));
        assert!(Floor::Frame.is_above(Floor::Number(4)));
        assert!(!Floor::Number(2).is_above(Floor::Number(2)));
    }

    #[test]
    fn the_table_has_a_row_a_floor() {
        let table = table();
        assert!(
            table.contains("| 2 | engine, librarian | engine → journal, flow · librarian → llm, db |"),
            "{table}"
        );
        assert_eq!(table.lines().count(), 7);
    }
}
