//! What is over goes when it has had its time, and nothing else goes with it.

use db::testing::both_databases;
use journal::{ExecutionStatus, KvWrite, Letter, Page, Progress, Stale};
use kit::Timestamp;
use serde_json::json;

use crate::house::{House, at, end, ended, parked, started};
use crate::sql;

fn stale(house: &House, before: Timestamp) -> Stale {
    let (status, from) = (ExecutionStatus::Success, Timestamp::default());
    Stale { flow: house.flow.id, status, from, started_before: before, ended_before: before }
}

/// Removes batch by batch, as the engine does; answers how many executions went and in how many transactions.
async fn prune(house: &House, mut stale: Stale) -> (u64, u32) {
    let (mut gone, mut batches) = (0, 0);
    loop {
        let old = house.journal.stale_executions(&stale).await.unwrap();
        let Some(last) = old.last() else { return (gone, batches) };
        stale.from = last.started_at;
        gone += house.journal.prune_executions(house.flow.id, &old).await.unwrap();
        batches += 1;
    }
}

both_databases! {
    async fn old_executions_go_with_all_they_remember_and_the_sums_stay(db: Db) {
        let house = House::on(db.clone()).await;
        let mut old = Vec::new();
        for number in 0..250 {
            old.push(house.born(at(number), ended(at(number + 1))).await.execution);
        }
        let mut large = house.birth(at(250), Progress::Leased);
        large.events = vec![started(at(250), &"0123456789".repeat(10_000))];
        house.journal.commit(large.clone()).await.unwrap();
        let letter = Letter { command_id: "x".to_owned(), body: "1".to_owned(), is_final: false };
        house.journal.send(large.execution, &letter, at(250)).await.unwrap();
        house.journal.commit(house.after(&large, vec![end(at(251))], ended(at(251)))).await.unwrap();
        let young = house.born(at(10_000), ended(at(10_001))).await.execution;
        let before = house.journal.stats(house.flow.id).await.unwrap();

        let (gone, batches) = prune(&house, stale(&house, at(5_000))).await;
        assert_eq!((gone, batches), (251, 3), "at most 100 a transaction");
        for id in old.iter().chain([&large.execution]) {
            assert_eq!(house.row(*id).await, None);
            let rows: i64 = db.one(&sql::ROWS_OF, &db::params![*id]).await.unwrap().get(0).unwrap();
            assert_eq!(rows, 0);
        }
        assert_eq!((house.row(young).await.unwrap().id, house.events(young).await), (young, 1));
        let after = house.journal.stats(house.flow.id).await.unwrap();
        assert_eq!((after.started, after.succeeded, after.duration_ms), (before.started, before.succeeded, before.duration_ms));
        let page = Page { number: 1, size: 10 };
        let listed = house.journal.executions(house.owner, house.flow.id, None, page).await.unwrap();
        assert_eq!((listed.total, listed.items.len()), (1, 1), "a list counts what is there");
        let succeeded = house.journal.executions(house.owner, house.flow.id, Some(ExecutionStatus::Success), page).await.unwrap();
        assert_eq!(succeeded.total, 1);
    }

    async fn what_runs_or_waits_stays_however_old(db: Db) {
        let house = House::on(db).await;
        let running = house.born(at(0), Progress::Leased).await.execution;
        let waiting = house.born(at(1), parked(at(1), Some(at(1_000_000)))).await.execution;
        let queued = house.born(at(2), Progress::Queued { at: at(2) }).await.execution;
        // It waited long, and ended only now: its time begins there.
        let long = house.born(at(3), ended(at(900_000))).await.execution;
        for status in [ExecutionStatus::Running, ExecutionStatus::Success, ExecutionStatus::Error] {
            assert_eq!(prune(&house, Stale { status, ..stale(&house, at(800_000)) }).await, (0, 0));
        }
        // Not even when it is named.
        let named: Vec<_> = [running, waiting, queued]
            .map(|id| journal::OldExecution { id, started_at: at(0), events: 1 })
            .to_vec();
        assert_eq!(house.journal.prune_executions(house.flow.id, &named).await.unwrap(), 0);
        for id in [running, waiting, queued, long] {
            assert!(house.row(id).await.is_some());
            assert_eq!(house.events(id).await, 1);
        }
    }

    async fn one_with_very_many_events_goes_at_once_and_its_events_piece_by_piece(db: Db) {
        let house = House::on(db.clone()).await;
        let mut birth = house.birth(at(0), ended(at(1)));
        birth.events = (0..5_000).map(|number| started(at(number), "x")).collect();
        house.journal.commit(birth.clone()).await.unwrap();
        house.born(at(10), ended(at(11))).await;
        assert_eq!(prune(&house, stale(&house, at(100))).await, (2, 2), "it has a transaction of its own");
        assert_eq!(house.row(birth.execution).await, None);
        let mut left = vec![house.events(birth.execution).await];
        while house.journal.clear_remains().await.unwrap() {
            left.push(house.events(birth.execution).await);
        }
        assert_eq!(left, [3_000, 1_000, 0]);
        let rows: i64 = db.one(&sql::ROWS_OF, &db::params![birth.execution]).await.unwrap().get(0).unwrap();
        assert_eq!(rows, 0);
    }

    async fn a_deleted_flow_is_gone_at_once_and_its_events_piece_by_piece(db: Db) {
        let house = House::on(db.clone()).await;
        let mut long = house.birth(at(0), ended(at(1)));
        long.events = (0..5_000).map(|number| started(at(number), "x")).collect();
        house.journal.commit(long.clone()).await.unwrap();
        let waiting = house.born(at(2), parked(at(2), Some(at(1_000)))).await.execution;
        let flow = house.journal.flow(house.owner, house.flow.id).await.unwrap().unwrap();
        assert!(house.journal.delete_flow(&flow).await.unwrap());
        for id in [long.execution, waiting] {
            assert_eq!(house.row(id).await, None);
        }
        assert!(house.journal.flow(flow.owner, flow.id).await.unwrap().is_none());
        while house.journal.clear_remains().await.unwrap() {}
        for id in [long.execution, waiting] {
            let rows: i64 = db.one(&sql::ROWS_OF, &db::params![id]).await.unwrap().get(0).unwrap();
            assert_eq!(rows, 0);
        }
    }

    async fn the_newest_stay_by_number(db: Db) {
        let house = House::on(db).await;
        let mut all = Vec::new();
        for number in 0..20 {
            all.push(house.born(at(number), ended(at(number))).await.execution);
        }
        assert_eq!(house.journal.start_of_newest(house.flow.id, 21).await.unwrap(), None);
        let oldest = house.journal.start_of_newest(house.flow.id, 5).await.unwrap().unwrap();
        assert_eq!(oldest, at(15));
        prune(&house, Stale { ended_before: at(100), ..stale(&house, oldest) }).await;
        for (number, id) in all.iter().enumerate() {
            assert_eq!(house.row(*id).await.is_some(), number >= 15, "{number}");
        }
        let kept = house.journal.flows_with_finished(None, 10).await.unwrap();
        assert_eq!(kept, [(house.flow.id, house.owner, 5)]);
    }

    async fn one_node_has_the_turn_and_the_next_goes_on_where_it_stopped(db: Db) {
        let house = House::on(db).await;
        let turns = (0..4).map(|_| house.journal.take_pruning_turn(at(0), at(100)));
        let turns = futures::future::join_all(turns).await;
        assert_eq!(turns.iter().filter(|turn| matches!(turn, Ok(Some(None)))).count(), 1, "{turns:?}");
        house.journal.note_pruned_up_to(Some(house.flow.id)).await.unwrap();
        assert_eq!(house.journal.take_pruning_turn(at(99), at(199)).await.unwrap(), None);
        assert_eq!(house.journal.take_pruning_turn(at(100), at(200)).await.unwrap(), Some(Some(house.flow.id)));
        house.journal.note_pruned_up_to(None).await.unwrap();
        assert_eq!(house.journal.take_pruning_turn(at(200), at(300)).await.unwrap(), Some(None));
    }

    async fn memory_with_an_end_goes_after_it(db: Db) {
        let house = House::on(db).await;
        let mut birth = house.birth(at(0), ended(at(0)));
        let set = |key: &str, ttl_ms| KvWrite::Set { key: key.to_owned(), value: json!(1), ttl_ms };
        birth.kv_writes = vec![set("short", Some(10)), set("long", Some(1_000)), set("ever", None)];
        house.journal.commit(birth).await.unwrap();
        assert_eq!(house.journal.prune_kv(at(500)).await.unwrap(), 1);
        assert_eq!(house.journal.kv_list(house.flow.id, "", at(0)).await.unwrap(), ["ever", "long"]);
    }
}
