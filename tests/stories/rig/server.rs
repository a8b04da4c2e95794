use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use super::command::bloxserver;
use super::{Answer, Dice, Store, request, until};

/// How a server is started.
#[derive(Clone)]
pub(crate) struct Launch {
    folder: PathBuf,
    address: SocketAddr,
    variables: BTreeMap<String, String>,
    arguments: Vec<String>,
}

impl Launch {
    /// On the store, with development sign-in, flows allowed to reach this machine.
    pub(crate) fn on(store: &Store) -> Self {
        let address = free_address();
        let mut launch = Self {
            folder: store.folder().to_owned(),
            address,
            variables: BTreeMap::new(),
            arguments: vec!["serve".to_owned()],
        };
        for (name, value) in store.variables() {
            launch = launch.with(name, &value);
        }
        let port = address.port().to_string();
        launch.with("PORT", &port).with("ENV", "development").with("EGRESS_ALLOW", "127.0.0.1")
    }

    /// With another setting.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// With one more argument.
    pub(crate) fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The command, for a start that is meant to fail.
    pub(crate) fn command(&self) -> Command {
        let mut command = bloxserver(&self.folder);
        command.args(&self.arguments).envs(&self.variables);
        command
    }

    /// Starts it without waiting for anything.
    pub(crate) fn spawn(&self) -> Server {
        let log = self.folder.join(format!("log-{}", self.address.port()));
        let open = || File::options().create(true).append(true).open(&log).expect("a log");
        let mut command = self.command();
        command.stdin(Stdio::null()).stdout(Stdio::from(open())).stderr(Stdio::from(open()));
        let child = command.spawn().expect("a server that starts");
        Server { child: Some(child), launch: self.clone(), log }
    }

    /// Starts it and waits until it takes work.
    pub(crate) fn start(&self) -> Server {
        let mut server = self.spawn();
        server.wait_ready();
        server
    }
}

/// A running server; killed at the end of its story.
pub(crate) struct Server {
    child: Option<Child>,
    launch: Launch,
    log: PathBuf,
}

impl Server {
    pub(crate) fn address(&self) -> SocketAddr {
        self.launch.address
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.as_ref().expect("a running server").id()
    }

    /// Everything that it printed and logged, over all its starts.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("the log")
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        request(self.address(), "GET", path, &[], b"").expect("an answer")
    }

    /// Waits until it takes work; fails at once when the process ended.
    pub(crate) fn wait_ready(&mut self) {
        let address = self.address();
        until("the server is ready", Duration::from_secs(60), || {
            if let Some(status) = self.child.as_mut().and_then(|child| child.try_wait().expect("a child")) {
                panic!("the server ended with {status}: {}", self.log());
            }
            let answer = request(address, "GET", "/health/ready", &[], b"").ok()?;
            (answer.status == 200).then_some(())
        });
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) -> Launch {
        let mut child = self.child.take().expect("a running server");
        child.kill().expect("a process that can be killed");
        child.wait().expect("its end");
        self.launch.clone()
    }

    /// Sends `TERM`, `INT`, `STOP` or `CONT`.
    pub(crate) fn signal(&self, name: &str) {
        // The shell's own: the program of that name is not on every machine.
        let command = format!("kill -{name} {}", self.process());
        let status = Command::new("sh").args(["-c", &command]).status().expect("a shell");
        assert!(status.success());
    }

    /// Waits for its own end.
    pub(crate) fn ended(&mut self, patience: Duration) -> ExitStatus {
        let child = self.child.as_mut().expect("a running server");
        let status = until("the server ends", patience, || child.try_wait().expect("a child"));
        self.child = None;
        status
    }

    /// Resident memory, in bytes.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process())).expect("/proc");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("VmRSS");
        let kibibytes: u64 = line.split_ascii_whitespace().nth(1).unwrap().parse().unwrap();
        kibibytes * 1_024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // Gone already, or now.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Below the ports that the system gives to outgoing connections: a restart must find its port free.
fn free_address() -> SocketAddr {
    let mut dice = Dice::new();
    let mut candidates = std::iter::repeat_with(|| 10_000 + dice.below(20_000));
    let free = candidates.find_map(|port| {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, u16::try_from(port).ok()?));
        TcpListener::bind(address).ok().map(|_| address)
    });
    free.expect("a free port")
}
