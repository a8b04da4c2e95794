//! Embeds the built interface: a list of the files in `ui/dist/app`, empty when nobody has built it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    // Asked when it runs, not when it was compiled: a copied target folder belongs to another tree.
    let room = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let dist = room.join("../../../ui/dist").canonicalize()?;
    println!("cargo:rerun-if-changed={}", dist.display());
    let app = dist.join("app");
    let mut files = Vec::new();
    if app.is_dir() {
        collect(&app, &mut files)?;
    }
    files.sort();
    let list: String =
        files.iter().filter(|file| !is_compressed(file)).map(|file| entry(&app, file)).collect();
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("files.rs"), format!("&[{list}]"))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn is_compressed(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "br" || extension == "gz")
}

fn entry(app: &Path, file: &Path) -> String {
    let name = file.strip_prefix(app).unwrap_or(file).to_string_lossy().replace('\\', "/");
    let mut text = format!("File {{ name: {name:?}, bytes: include_bytes!({:?})", file.display().to_string());
    for encoding in ["br", "gz"] {
        let compressed = PathBuf::from(format!("{}.{encoding}", file.display()));
        let value = if compressed.is_file() {
            format!("Some(include_bytes!({:?}))", compressed.display().to_string())
        } else {
            "None".to_owned()
        };
        // Writing into a String cannot fail.
        let _ = write!(text, ", {encoding}: {value}");
    }
    text.push_str(" },");
    text
}
