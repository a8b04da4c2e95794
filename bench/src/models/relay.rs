//! The least that can stand between a client and a provider: what this machine takes for the way alone.

use anyhow::Result;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

/// Copies bytes both ways and reads none of them, until it is killed.
pub(crate) async fn relay(port: u16, provider: u16) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    loop {
        let (mut client, _) = listener.accept().await?;
        let mut server = TcpStream::connect(("127.0.0.1", provider)).await?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        // A client that leaves ends its own connection and nothing else.
        tokio::spawn(async move { drop(copy_bidirectional(&mut client, &mut server).await) });
    }
}
