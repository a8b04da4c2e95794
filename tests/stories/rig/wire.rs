use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// The wire between a server and its database, which can be cut: nothing arrives any more, and nobody is told. What was
/// on its way arrives when it is mended.
pub(crate) struct Wire {
    address: SocketAddr,
    is_cut: Arc<AtomicBool>,
}

impl Wire {
    pub(crate) fn to(target: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("its address");
        let (is_cut, target) = (Arc::new(AtomicBool::new(false)), target.to_owned());
        let state = Arc::clone(&is_cut);
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let (state, target) = (Arc::clone(&state), target.clone());
                thread::spawn(move || {
                    wait_while(&state);
                    let Ok(far) = TcpStream::connect(target) else { return };
                    join(&near, &far, &state);
                });
            }
        });
        Self { address, is_cut }
    }

    /// The same database, at the end of this wire.
    pub(crate) fn url(&self, direct: &str) -> String {
        direct.replace(&place(direct), &self.address.to_string())
    }

    pub(crate) fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
    }

    pub(crate) fn mend(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
    }
}

/// Host and port in the address of a PostgreSQL.
pub(crate) fn place(url: &str) -> String {
    let rest = url.rsplit_once('@').map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default().to_owned()
}

fn join(near: &TcpStream, far: &TcpStream, is_cut: &Arc<AtomicBool>) {
    for (from, to) in [(near, far), (far, near)] {
        let ends = from.try_clone().and_then(|from| Ok((from, to.try_clone()?)));
        let (Ok((from, to)), is_cut) = (ends, Arc::clone(is_cut)) else { return };
        thread::spawn(move || carry(from, to, &is_cut));
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, is_cut: &AtomicBool) {
    let mut bytes = [0; 16 * 1024];
    loop {
        let count = from.read(&mut bytes).unwrap_or(0);
        wait_while(is_cut);
        if count == 0 || to.write_all(&bytes[..count]).is_err() {
            // Either end has hung up: the other one learns it.
            let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
            return;
        }
    }
}

fn wait_while(is_cut: &AtomicBool) {
    while is_cut.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(5));
    }
}
