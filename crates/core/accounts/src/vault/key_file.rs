//! The file of the master key: made once, whole, and for its owner only.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use kit::Secret;

use crate::{Error, Result};

/// Writes a new file; `false` when another process was quicker and its file stands.
pub(super) fn create(path: &Path, text: &Secret) -> Result<bool> {
    // Written beside and then linked: whoever sees the file sees all of it, and an existing one is never replaced.
    let beside = path.with_extension(format!("new.{}", std::process::id()));
    let made = write_beside(&beside, text).and_then(|()| link(&beside, path));
    // Also after a failure; that it may not be there is no failure of its own.
    let _ = fs::remove_file(&beside);
    made.map_err(|error| {
        trouble(path, format!("cannot be made ({error}): check its folder, or set API_KEY_ENCRYPTION_KEY"))
    })
}

/// Reads the file, if nobody else may.
pub(super) fn read(path: &Path) -> Result<Secret> {
    let unreadable = |error: io::Error| trouble(path, format!("cannot be read ({error})"));
    let mode = fs::metadata(path).map_err(unreadable)?.mode();
    if mode & 0o077 != 0 {
        let now = mode & 0o777;
        return Err(trouble(path, format!("is open to other users (mode {now:o}): run `chmod 600` on it")));
    }
    fs::read_to_string(path).map(Secret::new).map_err(unreadable)
}

fn write_beside(path: &Path, text: &Secret) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // One left behind by a process that died under the same number.
    let _ = fs::remove_file(path);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.expose().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

fn link(beside: &Path, path: &Path) -> io::Result<bool> {
    match fs::hard_link(beside, path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(error),
    }
    // The name is on disk before anything is sealed with the key.
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(true)
}

fn trouble(path: &Path, problem: String) -> Error {
    Error::MasterKeyFile { path: path.display().to_string(), problem }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use kit::Entropy;

    use super::*;
    use crate::MasterKeys;

    #[test]
    fn the_file_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/master.key");
        let (_, created) = MasterKeys::load_or_create(&path, &Entropy::seeded(1)).unwrap();
        let first = fs::read_to_string(&path).unwrap();
        assert!(created);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        let (_, created) = MasterKeys::load_or_create(&path, &Entropy::seeded(2)).unwrap();
        assert!(!created);
        assert_eq!(fs::read_to_string(&path).unwrap(), first);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing else is left behind");
    }

    #[test]
    fn the_slower_of_two_processes_takes_the_key_of_the_quicker() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        assert!(create(&path, &Secret::from("first")).unwrap());
        assert!(!create(&path, &Secret::from("second")).unwrap());
        assert_eq!(read(&path).unwrap().expose(), "first\n");
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        MasterKeys::load_or_create(&path, &Entropy::seeded(1)).unwrap();
        for mode in [0o640, 0o604, 0o666] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let refused = MasterKeys::load_or_create(&path, &Entropy::seeded(1)).unwrap_err().to_string();
            assert!(refused.contains(&format!("mode {mode:o}")), "{refused}");
        }
    }

    #[test]
    fn a_damaged_file_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        create(&path, &Secret::from("damaged")).unwrap();
        assert!(MasterKeys::load_or_create(&path, &Entropy::seeded(1)).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "damaged\n");
    }
}
