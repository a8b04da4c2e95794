use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The binary that the stories are about: `STORY_BINARY`, or the one that was built beside them.
///
/// A stale one would pass tests that the code fails, so it is refused.
pub(crate) fn binary() -> PathBuf {
    if let Some(named) = std::env::var_os("STORY_BINARY") {
        return fs::canonicalize(named).expect("STORY_BINARY names a file");
    }
    let tests = std::env::current_exe().expect("the path of this test");
    let path = tests.parent().and_then(Path::parent).expect("target/debug").join("bloxserver");
    let Some(built) = modified(&path) else {
        panic!("{} is not there: cargo build --package bloxserver", path.display());
    };
    // Cargo writes beside a binary what it was built from.
    let list = fs::read_to_string(path.with_extension("d")).expect("the list of the binary's sources");
    let sources = list.split_once(": ").map_or("", |(_, sources)| sources);
    for source in sources.split_ascii_whitespace() {
        let is_older = modified(Path::new(source)).is_some_and(|changed| changed <= built);
        assert!(is_older, "{source} is newer than the binary: cargo build --package bloxserver");
    }
    path
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}
