//! A fresh database for each test, of both kinds.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::{Db, Settings, Target};

/// Makes two tests of one body: on a fresh SQLite file, and on a fresh PostgreSQL schema.
///
/// The PostgreSQL half needs `TEST_POSTGRES_URL`; `make test` sets it. Without it the test fails, unless
/// `TEST_POSTGRES=skip` says that it may be left out.
#[macro_export]
macro_rules! both_databases {
    ($($(#[$attribute:meta])* async fn $name:ident($db:ident: Db) $body:block)*) => {
        $(mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn body_of_the_test($db: $crate::Db) $body

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let fresh = $crate::testing::sqlite().await;
                body_of_the_test(fresh.db.clone()).await;
            }

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(fresh) = $crate::testing::postgres().await {
                    body_of_the_test(fresh.db.clone()).await;
                    fresh.remove().await;
                }
            }
        })*
    };
}
pub use both_databases;

/// A database that lives as long as its test.
#[derive(Debug)]
pub struct Fresh {
    /// The open database.
    pub db: Db,
    /// How it was opened, for tests that open it again.
    pub settings: Settings,
    folder: Option<tempfile::TempDir>,
    schema: Option<(String, String)>,
}

/// A migrated SQLite file in a folder of its own.
#[expect(clippy::expect_used, reason = "a test without a database ends here")]
pub async fn sqlite() -> Fresh {
    let folder = tempfile::tempdir().expect("a folder for the database");
    let target = Target::Sqlite(folder.path().join("test.db"));
    let settings = Settings { target, connections: 2, timeout_ms: 5_000 };
    let db = Db::open(&settings, true).await.expect("a fresh SQLite database");
    Fresh { db, settings, folder: Some(folder), schema: None }
}

/// A migrated PostgreSQL schema; `None` when `TEST_POSTGRES=skip`.
#[expect(clippy::expect_used, clippy::disallowed_methods, reason = "a test without a database ends here")]
pub async fn postgres() -> Option<Fresh> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    if std::env::var("TEST_POSTGRES").is_ok_and(|word| word == "skip") {
        return None;
    }
    let url = std::env::var("TEST_POSTGRES_URL")
        .expect("TEST_POSTGRES_URL is not set: run `make test`, or set TEST_POSTGRES=skip");
    let schema = format!("t{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let client = crate::postgres::client(&url, 5_000).await.expect("the test PostgreSQL");
    // A process of the same number may have died and left its own.
    let fresh = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
    client.batch_execute(&fresh).await.expect("a fresh schema");
    let separator = if url.contains('?') { '&' } else { '?' };
    let target = Target::Postgres(format!("{url}{separator}options=-csearch_path%3D{schema}"));
    let settings = Settings { target, connections: 4, timeout_ms: 5_000 };
    let db = Db::open(&settings, true).await.expect("a fresh PostgreSQL schema");
    Some(Fresh { db, settings, folder: None, schema: Some((url, schema)) })
}

impl Fresh {
    /// Drops what the test made.
    pub async fn remove(self) {
        if let Some((url, schema)) = &self.schema
            && let Ok(client) = crate::postgres::client(url, 5_000).await
        {
            // A schema that stays behind goes with the private cluster.
            let _ = client.batch_execute(&format!("DROP SCHEMA {schema} CASCADE")).await;
        }
        drop(self.folder);
    }
}

/// A Redis or Valkey of a test's own, on a port of its own; killed with it.
#[derive(Debug)]
pub struct SharedFresh {
    port: u16,
    process: Option<std::process::Child>,
}

/// A fresh server; `None` when `TEST_REDIS=skip`.
#[expect(
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test without a server ends here"
)]
pub async fn shared() -> Option<SharedFresh> {
    if std::env::var("TEST_REDIS").is_ok_and(|word| word == "skip") {
        return None;
    }
    // A port that is free now may be taken in a moment: another one then.
    for _ in 0..20 {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("its address").port();
        drop(free);
        let mut fresh = SharedFresh { port, process: None };
        if fresh.start().await {
            return Some(fresh);
        }
    }
    panic!("neither valkey-server nor redis-server starts: run `make test`, or set TEST_REDIS=skip");
}

impl SharedFresh {
    /// `REDIS_URL`.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Kills it, with all that it holds.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            // Gone already, or now.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Stops it in the midst of its work, or lets it go on: `STOP` or `CONT`.
    #[expect(clippy::expect_used, reason = "a test without a server ends here")]
    pub fn signal(&self, name: &str) {
        let id = self.process.as_ref().expect("a running server").id();
        let command = format!("kill -{name} {id}");
        assert!(std::process::Command::new("sh").args(["-c", &command]).status().expect("a shell").success());
    }

    /// Starts it on its port; `false` when it does not come up.
    pub async fn start(&mut self) -> bool {
        let port = self.port.to_string();
        let arguments =
            ["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", "/tmp"];
        for program in ["valkey-server", "redis-server"] {
            let mut command = std::process::Command::new(program);
            command.args(arguments).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
            let Ok(process) = command.spawn() else { continue };
            self.process = Some(process);
            for _ in 0..100 {
                if crate::Shared::examine(&self.url()).await.is_ok() {
                    return true;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            self.kill();
        }
        false
    }
}

impl Drop for SharedFresh {
    fn drop(&mut self) {
        self.kill();
    }
}
