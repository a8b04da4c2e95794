use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::binary::binary;

/// What a command left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The exit code; a signal has none.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// The standard output of a command that went well.
    pub(crate) fn fine(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// The standard error of a command that ended with that code.
    pub(crate) fn refused(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        self.stderr
    }
}

/// A command that knows nothing of this machine but its `PATH`.
pub(crate) fn bloxserver(folder: &Path) -> Command {
    let mut command = Command::new(binary());
    command.current_dir(folder).env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

/// Runs the program in a folder, to its end, with nothing on its standard input.
pub(crate) fn bloxserver_in<I: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = I>) -> Ended {
    bloxserver(folder).args(arguments).ended("")
}

/// A command that is run to its end.
pub(crate) trait RunToEnd {
    /// Gives it `input` and waits.
    fn ended(&mut self, input: &str) -> Ended;
}

impl RunToEnd for Command {
    fn ended(&mut self, input: &str) -> Ended {
        self.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.spawn().expect("a program that starts");
        let mut stdin = child.stdin.take().expect("its standard input");
        // A program that does not read its input has closed it.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().expect("its end");
        Ended {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}
