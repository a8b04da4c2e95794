//! Commits are fenced by the epoch, and harm nobody else when they are refused.

use db::testing::both_databases;
use journal::{BirthKey, Claim, Error, FlowStatus, KvWrite, Page, Progress, Snapshot};
use serde_json::json;

use crate::house::{House, at, end, ended, started};

both_databases! {
    async fn a_commit_of_an_old_epoch_writes_nothing(db: Db) {
        let house = House::on(db).await;
        let birth = house.born(at(0), Progress::Leased).await;
        let new_node = house.sources.id();
        let taken = house.journal.claim_left(new_node, house.node, 10).await.unwrap();
        assert_eq!((taken[0].id, taken[0].epoch), (birth.execution, 2));
        let mut late = house.after(&birth, vec![end(at(5))], ended(at(5)));
        late.kv_writes.push(KvWrite::Set { key: "k".to_owned(), value: json!(1), ttl_ms: None });
        assert!(matches!(house.journal.commit(late.clone()).await, Err(Error::StaleEpoch)));
        assert_eq!(house.events(birth.execution).await, 1);
        assert_eq!(house.journal.kv_get(house.flow.id, "k", at(5)).await.unwrap(), None);
        assert_eq!(house.journal.stats(house.flow.id).await.unwrap().succeeded, 0);
        late.epoch = 2;
        late.node = new_node;
        house.journal.commit(late).await.unwrap();
        assert_eq!(house.events(birth.execution).await, 2);
    }

    async fn of_a_gathered_commit_the_stale_one_alone_drops_out(db: Db) {
        let house = House::on(db).await;
        let mut births = Vec::new();
        for number in 0..20 {
            births.push(house.born(at(number), Progress::Leased).await);
        }
        // One of them has passed to another node.
        let lost = house.journal.claim_left(house.sources.id(), house.node, 1).await.unwrap()[0].id;
        let ends = births.iter().map(|birth| {
            house.journal.commit(house.after(birth, vec![end(at(50))], ended(at(50))))
        });
        let outcomes = futures::future::join_all(ends).await;
        for (birth, outcome) in births.iter().zip(outcomes) {
            match birth.execution == lost {
                true => assert!(matches!(outcome, Err(Error::StaleEpoch)), "{outcome:?}"),
                false => outcome.unwrap(),
            }
        }
        assert_eq!(house.journal.stats(house.flow.id).await.unwrap().succeeded, 19);
    }

    async fn what_is_over_takes_no_more(db: Db) {
        let house = House::on(db).await;
        let birth = house.born(at(0), ended(at(1))).await;
        let more = house.after(&birth, vec![end(at(2))], Progress::Leased);
        assert!(matches!(house.journal.commit(more).await, Err(Error::StaleEpoch)));
        assert_eq!(house.events(birth.execution).await, 1);
    }

    async fn two_writers_cannot_append_the_same_seq(db: Db) {
        let house = House::on(db).await;
        let birth = house.born(at(0), Progress::Leased).await;
        let one = house.after(&birth, vec![started(at(1), "one")], Progress::Leased);
        let mut other = one.clone();
        other.events = vec![started(at(1), "other")];
        house.journal.commit(one).await.unwrap();
        house.journal.commit(other).await.unwrap_err();
        assert_eq!(house.events(birth.execution).await, 2);
    }

    async fn a_birth_needs_a_running_flow_and_leaves_nothing_when_refused(db: Db) {
        let mut house = House::on(db).await;
        let mut flow = house.flow.clone();
        flow.status = FlowStatus::Stopped;
        house = house.save(flow).await;
        let birth = house.birth(at(0), Progress::Leased);
        let id = birth.execution;
        assert!(matches!(house.journal.commit(birth).await, Err(Error::FlowChanged)));
        assert_eq!((house.row(id).await, house.events(id).await), (None, 0));
        assert_eq!(house.journal.monthly_usage(house.owner, at(0)).await.unwrap().runs, 0);
    }

    async fn a_hard_limit_is_exact_and_a_refused_run_is_not_counted(db: Db) {
        let house = House::on(db).await;
        let births = (0..10).map(|number| {
            let mut birth = house.birth(at(number), ended(at(number)));
            birth.birth.as_mut().unwrap().runs_limit = Some(3);
            house.journal.commit(birth)
        });
        let outcomes = futures::future::join_all(births).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3);
        assert!(outcomes.iter().flat_map(|it| it.as_ref().err()).all(|it| matches!(it, Error::RunQuota { limit: 3 })));
        assert_eq!(house.journal.monthly_usage(house.owner, at(0)).await.unwrap().runs, 3);
    }

    async fn a_key_makes_one_execution_and_is_forgotten_in_time(db: Db) {
        let house = House::on(db).await;
        let birth = |started| {
            let mut birth = house.birth(at(started), ended(at(started)));
            let key = BirthKey { key: "delivery".to_owned(), body_hash: None, expires_at: at(100) };
            birth.birth.as_mut().unwrap().claim = Some(Claim::Key(key));
            birth
        };
        let first = birth(0);
        let outcomes = futures::future::join_all([first.clone(), birth(1), birth(2)].map(|it| house.journal.commit(it))).await;
        let taken = outcomes.iter().filter(|outcome| matches!(outcome, Err(Error::KeyTaken))).count();
        assert_eq!((outcomes.iter().filter(|outcome| outcome.is_ok()).count(), taken), (1, 2));
        assert_eq!(house.journal.executions(house.owner, house.flow.id, None, Page { number: 1, size: 10 }).await.unwrap().total, 1);
        assert_eq!(house.journal.prune_keys(at(99)).await.unwrap(), 0);
        assert!(house.journal.execution_of_key("delivery").await.unwrap().is_some());
        assert_eq!(house.journal.prune_keys(at(100)).await.unwrap(), 1);
        house.journal.commit(birth(101)).await.unwrap();
    }

    async fn a_large_event_lies_compressed_and_is_read_as_it_was(db: Db) {
        let house = House::on(db.clone()).await;
        let text = "0123456789".repeat(10_000);
        let mut birth = house.birth(at(0), Progress::Leased);
        birth.events = vec![started(at(0), &text)];
        house.journal.commit(birth.clone()).await.unwrap();
        let row = db.one(&crate::sql::PAYLOAD, &db::params![birth.execution]).await.unwrap();
        assert_eq!(row.get::<Option<String>>(0).unwrap(), None);
        assert!(row.get::<Vec<u8>>(1).unwrap().len() < 5_000);
        assert_eq!(house.journal.events(birth.execution, 0, 10).await.unwrap(), birth.events);
    }

    async fn a_snapshot_is_read_in_its_own_form_only_and_goes_with_the_end(db: Db) {
        let house = House::on(db).await;
        let mut birth = house.birth(at(0), Progress::Leased);
        birth.events = (0..200).map(|number| started(at(number), "x")).collect();
        birth.snapshot = Some(Snapshot { version: 1, body: "one ".repeat(1_000) });
        house.journal.commit(birth.clone()).await.unwrap();
        let read = async |version| house.journal.snapshot(birth.execution, version).await.unwrap();
        assert_eq!((read(1).await, read(2).await), (Some("one ".repeat(1_000)), None));
        let mut next = house.after(&birth, vec![started(at(201), "x")], Progress::Leased);
        next.snapshot = Some(Snapshot { version: 2, body: "two".to_owned() });
        house.journal.commit(next.clone()).await.unwrap();
        assert_eq!((read(1).await, read(2).await), (None, Some("two".to_owned())));
        // One that was refused leaves the last one alone.
        let mut stale = house.after(&next, vec![started(at(202), "x")], Progress::Leased);
        (stale.epoch, stale.snapshot) = (0, Some(Snapshot { version: 2, body: "stale".to_owned() }));
        house.journal.commit(stale).await.unwrap_err();
        assert_eq!(read(2).await, Some("two".to_owned()));
        house.journal.commit(house.after(&next, vec![end(at(203))], ended(at(203)))).await.unwrap();
        assert_eq!(read(2).await, None);
    }
}
