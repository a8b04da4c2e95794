//! `kill -9` at any moment: every acknowledged execution is there after the restart, and ends.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::orders::Orders;
use crate::rig::{Api, Dice, Launch, Server, Stopwatch, both_stores};

const CALLERS: usize = 8;
/// On each database; `STORY_KILLS` says otherwise.
const KILLS: u32 = 100;

both_stores! {
    fn every_acknowledged_execution_is_there_after_kill_9_and_ends(store: &Store) {
        let most = std::env::var_os("STORY_KILLS").map_or(KILLS, |kills| kills.to_str().unwrap().parse().unwrap());
        let (mut dice, watch, orders) = (Dice::new(), Stopwatch::start(), Orders::new(Duration::from_millis(3)));
        let launch = Launch::on(store).with("DEFAULT_TIER", "enterprise").with("RUST_LOG", "warn");
        let mut server = launch.start();
        let api = Api::of(&server);
        let (flow, hook) = orders.install(&api);
        let (mut kills, mut calm) = (0, 0);
        while kills < most {
            (server, kills) = one_round((server, kills), (&orders, &hook), &mut dice);
            // A step that is interrupted five times fails, as promised; on PostgreSQL a takeover takes too long for that.
            if kills - calm >= 3 && store.database_url.is_none() {
                api.wait_until_all_ended(&flow, Duration::from_secs(60));
                calm = kills;
            }
        }
        api.wait_until_all_ended(&flow, Duration::from_secs(60));
        let found = orders.compare(&api, &flow);
        eprintln!("{kills} kills in {:?}: {}; {} executions on record, {} steps repeated in the world under their key",
            watch.elapsed(), orders.told(), found.executions, found.repeated);
        drop(server);
    }
}

/// Load, a kill in the midst of it, a restart; sometimes another kill while the restart takes over.
fn one_round(
    (server, mut kills): (Server, u32),
    (orders, hook): (&Orders, &str),
    dice: &mut Dice,
) -> (Server, u32) {
    let (address, over) = (server.address(), AtomicBool::new(false));
    let moment = Duration::from_millis(30) + dice.millis(600);
    let launch = std::thread::scope(|scope| {
        for _ in 0..CALLERS {
            scope.spawn(|| orders.order(address, hook, &over));
        }
        std::thread::sleep(moment);
        let launch = server.kill();
        over.store(true, Ordering::Relaxed);
        launch
    });
    kills += 1;
    if dice.below(3) == 0 {
        let unlucky = launch.spawn();
        std::thread::sleep(dice.millis(400));
        unlucky.kill();
        kills += 1;
    }
    (launch.start(), kills)
}
