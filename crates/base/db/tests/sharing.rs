//! A shared server: scripts, being away and coming back, signals between two nodes.

#![expect(clippy::panic, reason = "a test ends where it cannot go on")]

use std::time::Duration;

use db::{Db, Error, Script, Shared, testing};

static COUNT: Script = Script::new("COUNT", "return {redis.call('INCRBY', KEYS[1], ARGV[1])}");

async fn count(shared: &Shared) -> db::Result<i64> {
    shared.run(&COUNT, &["count".to_owned()], &["2".to_owned()]).await.map(|answer| answer[0])
}

async fn until(what: impl AsyncFn() -> bool) {
    for _ in 0..500 {
        if what().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it does not happen");
}

#[tokio::test]
async fn a_server_that_goes_away_costs_no_time_and_is_found_again() {
    let Some(mut server) = testing::shared().await else { return };
    let shared = Shared::open(&server.url()).await.unwrap();
    let first = shared.generation();
    assert_eq!((count(&shared).await.unwrap(), count(&shared).await.unwrap()), (2, 4));
    server.kill();
    assert!(matches!(count(&shared).await, Err(Error::Unavailable(_))));
    assert!(!shared.is_up());
    let began = tokio::time::Instant::now();
    for _ in 0..1_000 {
        assert!(count(&shared).await.is_err());
    }
    assert!(began.elapsed() < Duration::from_millis(500), "who asks a server that is away does not wait");
    assert!(server.start().await);
    until(async || shared.is_up()).await;
    assert!(shared.generation() > first);
    assert_eq!(count(&shared).await.unwrap(), 2, "it forgot");
}

#[tokio::test]
async fn a_server_that_hangs_is_taken_for_away_after_half_a_second() {
    let Some(server) = testing::shared().await else { return };
    let shared = Shared::open(&server.url()).await.unwrap();
    count(&shared).await.unwrap();
    server.signal("STOP");
    let began = tokio::time::Instant::now();
    assert!(count(&shared).await.is_err() && count(&shared).await.is_err());
    assert!(began.elapsed() < Duration::from_secs(2));
    server.signal("CONT");
    until(async || count(&shared).await.is_ok()).await;
}

#[tokio::test]
async fn one_that_is_not_there_is_waited_for_and_an_address_that_is_none_is_refused() {
    let Some(mut server) = testing::shared().await else { return };
    server.kill();
    let shared = Shared::open(&server.url()).await.unwrap();
    assert!(!shared.is_up() && count(&shared).await.is_err());
    assert!(server.start().await);
    until(async || count(&shared).await.is_ok()).await;
    let about = Shared::examine(&server.url()).await.unwrap();
    assert!(about.product.starts_with("Redis ") || about.product.starts_with("Valkey "), "{about:?}");
    assert_eq!((about.when_full.as_str(), about.is_writable), ("noeviction", true));
    let refused = Shared::open("http://:canary@host").await.unwrap_err();
    assert!(matches!(refused, Error::BadSharedUrl) && !refused.to_string().contains("canary"));
}

#[tokio::test]
async fn two_nodes_hear_each_other_through_it_and_through_the_database_while_it_is_away() {
    let (Some(fresh), Some(mut server)) = (testing::postgres().await, testing::shared().await) else {
        return;
    };
    let (one, two) = (fresh.db.clone(), Db::open(&fresh.settings, false).await.unwrap());
    let shared = [Shared::open(&server.url()).await.unwrap(), Shared::open(&server.url()).await.unwrap()];
    let mut heard = two.signals();
    one.signal_through(&shared[0]);
    two.signal_through(&shared[1]);
    let mut hears = async |signal: &str| {
        for _ in 0..200 {
            one.tell(signal);
            let next = tokio::time::timeout(Duration::from_millis(50), async {
                while heard.next().await.is_some_and(|said| said != signal) {}
            });
            if next.await.is_ok() {
                return;
            }
        }
        panic!("{signal} is not heard");
    };
    hears("through it").await;
    server.kill();
    hears("by the database").await;
    assert!(server.start().await);
    until(async || shared.iter().all(Shared::is_up)).await;
    hears("through it again").await;
    drop(two);
    fresh.remove().await;
}
