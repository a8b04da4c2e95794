//! What is due is taken by one node, and no more of it than fits.

use std::collections::HashSet;

use db::testing::both_databases;
use journal::{FlowStatus, Progress};

use crate::house::{House, at, ids, parked};

both_databases! {
    async fn what_is_due_is_taken_once_and_what_is_not_yet_due_is_left(db: Db) {
        let house = House::on(db).await;
        let due = house.born(at(0), parked(at(0), Some(at(100)))).await;
        house.born(at(1), parked(at(1), Some(at(101)))).await;
        house.born(at(2), parked(at(2), None)).await;
        assert_eq!(house.journal.next_wake().await.unwrap(), Some(at(100)));
        assert!(house.journal.claim_due(house.node, at(99), 10).await.unwrap().is_empty());
        let taken = house.journal.claim_due(house.node, at(100), 10).await.unwrap();
        assert_eq!((ids(&taken), taken[0].epoch, taken[0].node), (vec![due.execution], 2, Some(house.node)));
        assert!(house.journal.claim_due(house.node, at(100), 10).await.unwrap().is_empty());
        assert_eq!(house.journal.next_wake().await.unwrap(), Some(at(101)));
    }

    async fn two_nodes_that_claim_at_once_share_without_overlap(db: Db) {
        let house = House::on(db).await;
        for number in 0..60 {
            house.born(at(number), parked(at(number), Some(at(100)))).await;
        }
        let claims = (0..6).map(|_| {
            let (journal, node) = (house.journal.clone(), house.sources.id());
            async move { journal.claim_due(node, at(200), 20).await.unwrap() }
        });
        let taken: Vec<_> = futures::future::join_all(claims).await.iter().flat_map(|some| ids(some)).collect();
        let distinct: HashSet<_> = taken.iter().copied().collect();
        assert_eq!(distinct.len(), taken.len(), "none is taken twice");
        let rest = house.journal.claim_due(house.node, at(200), 100).await.unwrap();
        assert_eq!(taken.len() + rest.len(), 60);
    }

    async fn what_is_due_while_its_flow_is_stopped_waits_in_its_queue_until_it_runs(db: Db) {
        let mut house = House::on(db).await;
        let waiting = house.born(at(0), parked(at(0), Some(at(10)))).await;
        let mut flow = house.flow.clone();
        flow.status = FlowStatus::Stopped;
        house = house.save(flow).await;
        assert!(house.journal.claim_due(house.node, at(20), 10).await.unwrap().is_empty());
        assert_eq!(house.journal.enqueue_due(at(20)).await.unwrap(), 1);
        // It is no reason to wake up any more.
        assert_eq!(house.journal.next_wake().await.unwrap(), None);
        assert!(house.journal.queued_flows().await.unwrap().is_empty());
        assert!(house.journal.take_queued(house.node, house.flow.id, 10).await.unwrap().is_empty());
        let mut flow = house.flow.clone();
        flow.status = FlowStatus::Running;
        house = house.save(flow).await;
        assert_eq!(house.journal.queued_flows().await.unwrap(), [(house.owner, house.flow.id)]);
        let taken = house.journal.take_queued(house.node, house.flow.id, 10).await.unwrap();
        assert_eq!(ids(&taken), [waiting.execution]);
    }

    async fn a_queue_gives_no_more_than_its_flow_allows_at_a_time_the_oldest_first(db: Db) {
        let mut house = House::on(db).await;
        let mut flow = house.flow.clone();
        flow.concurrency = Some(2);
        house = house.save(flow).await;
        let mut queued = Vec::new();
        for number in 0..5 {
            queued.push(house.born(at(number), Progress::Queued { at: at(number) }).await.execution);
        }
        let (journal, flow) = (house.journal.clone(), house.flow.id);
        let both = futures::future::join(
            journal.take_queued(house.node, flow, 10),
            journal.take_queued(house.sources.id(), flow, 10),
        );
        let (one, other) = both.await;
        let mut taken = [ids(&one.unwrap()), ids(&other.unwrap())].concat();
        taken.sort_unstable();
        assert_eq!(taken, queued[..2]);
        assert!(journal.take_queued(house.node, flow, 10).await.unwrap().is_empty());
    }

    async fn what_a_dead_node_left_is_taken_in_parts(db: Db) {
        let house = House::on(db).await;
        for number in 0..5 {
            house.born(at(number), Progress::Leased).await;
        }
        house.journal.add_node(house.node, ("test", None), at(0)).await.unwrap();
        assert!(house.journal.unknown_nodes().await.unwrap().is_empty());
        house.journal.remove_node(house.node).await.unwrap();
        assert_eq!(house.journal.unknown_nodes().await.unwrap(), [house.node]);
        let (heir, gone) = (house.sources.id(), house.node);
        assert_eq!(house.journal.claim_left(heir, gone, 3).await.unwrap().len(), 3);
        assert_eq!(house.journal.claim_left(heir, gone, 3).await.unwrap().len(), 2);
        assert!(house.journal.claim_left(heir, gone, 3).await.unwrap().is_empty());
    }
}
