//! The data folder: who may look into it, and how much room there is.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use super::{Finding, Report};
use crate::config::Config;
use crate::rooms::sqlite_folder;

const AREA: &str = "data folder";
const MB: u64 = 1_000_000;

pub(super) fn look(config: &Config, report: &mut Report) {
    let folder = &config.blox_data_dir;
    match std::fs::metadata(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            report.add(Finding::fine(
                AREA,
                format!("{} is not there yet; the start makes it", folder.display()),
            ));
            return;
        }
        Err(error) => {
            report.add(Finding::error(
                AREA,
                format!("{} cannot be looked into: {error}", folder.display()),
                "run this as the user of the server, or give that user the folder",
            ));
            return;
        }
        Ok(about) if !about.is_dir() => {
            report.add(Finding::error(
                AREA,
                format!("{} is no folder", folder.display()),
                "set BLOX_DATA_DIR to a folder",
            ));
            return;
        }
        Ok(about) => report.extend(open_to_others(folder, about.permissions().mode())),
    }
    report.extend(files(folder));
    let database = sqlite_folder(config).ok().flatten();
    report.extend(database.map(|folder| room(&folder, u64::from(config.disk_low_mb) * MB)));
}

fn open_to_others(path: &Path, mode: u32) -> Option<Finding> {
    (mode & 0o077 != 0).then(|| {
        Finding::warning(
            AREA,
            format!("{} is open to other users of this machine (mode {:o})", path.display(), mode & 0o777),
            format!("chmod go-rwx {}", path.display()),
        )
    })
}

/// Files of another user are a sign of a server that was once started as root.
fn files(folder: &Path) -> Vec<Finding> {
    let Ok(own) = std::fs::metadata(folder).map(|about| about.uid()) else { return Vec::new() };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let foreign = entries.filter(|entry| entry.metadata().is_ok_and(|about| about.uid() != own));
    let names: Vec<String> = foreign.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    if names.is_empty() {
        return Vec::new();
    }
    vec![Finding::warning(
        AREA,
        format!("{} in {} belong to another user than the folder", names.join(", "), folder.display()),
        "chown them to the user that runs the server",
    )]
}

fn room(folder: &Path, low_bytes: u64) -> Finding {
    let free_bytes = match fs4::available_space(folder) {
        Ok(free_bytes) => free_bytes,
        Err(error) => {
            return Finding::warning(AREA, format!("free space cannot be read: {error}"), "look with `df`");
        }
    };
    let (free_mb, low_mb) = (free_bytes / MB, low_bytes / MB);
    let make_room = "make room, or shorten RETENTION_DAYS and RETENTION_EXECUTIONS";
    match free_bytes {
        _ if free_bytes < low_bytes => Finding::error(
            AREA,
            format!("{free_mb} MB are free, DISK_LOW_MB is {low_mb}: nothing new is begun"),
            make_room,
        ),
        _ if free_bytes < low_bytes * 4 => Finding::warning(
            AREA,
            format!("{free_mb} MB are free; below {low_mb} MB nothing new is begun (DISK_LOW_MB)"),
            make_room,
        ),
        _ => Finding::fine(AREA, format!("{free_mb} MB are free in {}", folder.display())),
    }
}
