//! Executions whose node has lost sight of them: what a lost answer left behind has somebody who drives it again.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use db::testing::both_databases;
use journal::{ExecutionStatus, Fuse, Journal, Page, Place};
use kit::{Clock, Entropy, Sources, Timestamp};
use serde_json::json;

use crate::house::{Effect, House, Plan};

const WORK: &str = "
organism: {name: work}
listeners:
  - {name: work, description: works, handler: effect, next: out}
  - {name: out, description: answers, handler: output, config: {payload: '{{ input.took }}'}}
";

both_databases! {
    async fn whoever_goes_away_in_the_midst_of_a_birth_leaves_nothing_that_nobody_drives(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(WORK).await;
        for n in 0..200 {
            // A commit takes about as long: some are broken off before, some after.
            let patience = Duration::from_micros(25 * n);
            let _ = tokio::time::timeout(patience, house.engine.run(house.owner, flow, json!(n))).await;
        }
        house.until("every one ends", || async {
            let stats = house.engine.stats(house.owner, flow).await.unwrap();
            stats.started > 0 && stats.kept(Some(ExecutionStatus::Running)) == 0
        }).await;
        house.until("nothing is held", || async { house.engine.driving() == 0 }).await;
    }

    async fn what_is_on_disk_and_was_not_told_is_taken_up_by_its_own_node(db: Db) {
        let clock = Clock::manual(Timestamp::parse("2026-05-01T12:00:00Z").unwrap());
        let sources = Sources { clock: clock.clone(), entropy: Entropy::system() };
        // The birth is on disk, and its answer is lost.
        let fuse = Arc::new(Fuse::new(0, Place::After));
        let effect = Arc::new(Effect::default());
        let plan = Plan { sources, effect: Arc::clone(&effect), ..Plan::default() };
        let house = House::of(Journal::with_fuse(db, Arc::clone(&fuse)), plan).await;
        let flow = house.flow(WORK).await;
        assert!(house.engine.run(house.owner, flow, json!("kept")).await.is_err());
        assert!(fuse.has_blown());
        fuse.mend();
        let page = Page { number: 1, size: 10 };
        let listed = house.engine.list_executions(house.owner, flow, None, page).await.unwrap().items;
        assert_eq!((listed.len(), house.engine.driving()), (1, 0));
        clock.advance_ms(3_000);
        let row = house.ended(house.owner, flow, listed[0].id).await;
        assert_eq!((row.status, row.epoch), (ExecutionStatus::Success, 2));
        assert_eq!(effect.attempts.load(Ordering::SeqCst), 1);
    }
}
