//! Executions over all flows, and how many ran when.

use db::testing::both_databases;
use flow::run::Failure;
use journal::{ExecutionPlace, ExecutionStatus, Progress, Search, TriggerKind};
use kit::Timestamp;
use kit::ids::ExecutionId;

use crate::house::{House, at, ended, parked};

fn failed(at: Timestamp, message: &str) -> Progress {
    let error = Some(Failure::permanent("refused", message.to_owned()));
    Progress::Ended { status: ExecutionStatus::Error, error, at }
}

/// All pages of what is found, and how many there were.
async fn all(house: &House, search: &Search, size: u32) -> (Vec<ExecutionId>, usize) {
    let (mut ids, mut pages, mut after): (Vec<_>, _, Option<ExecutionPlace>) = (Vec::new(), 0, None);
    loop {
        let found = house.journal.search(house.owner, search, after, size).await.unwrap();
        ids.extend(found.items.iter().map(|(execution, _)| execution.id));
        pages += 1;
        match found.next {
            Some(next) => after = Some(next.to_string().parse().unwrap()),
            None => return (ids, pages),
        }
    }
}

both_databases! {
    async fn the_newest_come_first_page_by_page_whatever_is_born_meanwhile(db: Db) {
        let house = House::on(db).await;
        let mut born = Vec::new();
        for number in 0..7 {
            // Some of them in one millisecond.
            born.push(house.born(at(number / 2), ended(at(number))).await.execution);
        }
        born.reverse();
        assert_eq!(all(&house, &Search::default(), 3).await, (born.clone(), 3));
        assert_eq!(all(&house, &Search::default(), 7).await, (born.clone(), 1), "the last page says that it is");
        let first = house.journal.search(house.owner, &Search::default(), None, 3).await.unwrap();
        house.born(at(100), ended(at(100))).await;
        let second = house.journal.search(house.owner, &Search::default(), first.next, 3).await.unwrap();
        let ids: Vec<_> = second.items.iter().map(|(execution, _)| execution.id).collect();
        assert_eq!(ids, born[3..6]);
        let stranger = house.sources.id();
        assert!(house.journal.search(stranger, &Search::default(), None, 9).await.unwrap().items.is_empty());
    }

    async fn filters_find_what_they_name_however_rare(db: Db) {
        let house = House::on(db).await;
        let mut broken = Vec::new();
        for number in 0..1_200 {
            let progress = if number % 500 == 0 { failed(at(number), "the Shop said 100% no") } else { ended(at(number)) };
            let id = house.born(at(number), progress).await.execution;
            if number % 500 == 0 {
                broken.insert(0, id);
            }
        }
        let waiting = house.born(at(-5), parked(at(-5), None)).await.execution;
        let by = async |search: Search| all(&house, &search, 50).await.0;
        let status = |status| Search { status: Some(status), ..Search::default() };
        let text = |text: &str| Search { text: Some(text.to_owned()), ..Search::default() };
        assert_eq!(by(status(ExecutionStatus::Error)).await, broken);
        assert_eq!(by(status(ExecutionStatus::Running)).await, [waiting]);
        assert_eq!(by(status(ExecutionStatus::Timeout)).await, []);
        assert_eq!(by(text("shop SAID 100%")).await, broken);
        assert_eq!(by(text(&waiting.to_string())).await, [waiting]);
        assert_eq!(by(text("100_ no")).await, [], "no sign stands for others");
        assert_eq!(by(Search { trigger_kind: Some(TriggerKind::Webhook), ..Search::default() }).await, []);
        let span = Search { from: Some(at(400)), before: Some(at(1_000)), ..status(ExecutionStatus::Error) };
        assert_eq!(by(span).await, broken[1..2]);
        let own = Search { flow: Some(house.flow.id), ..status(ExecutionStatus::Error) };
        assert_eq!(by(own).await, broken);
        assert_eq!(by(Search { flow: Some(house.sources.id()), ..Search::default() }).await, []);
    }

    async fn what_ended_is_counted_by_the_hour_of_its_start(db: Db) {
        let house = House::on(db).await;
        let hour = 3_600_000;
        // 400 s after an hour begins.
        for (started, took, fails) in [(0, 100, false), (1, 200, false), (2, 3_000, true), (hour, 50, false)] {
            let end = at(started + took);
            house.born(at(started), if fails { failed(end, "no") } else { ended(end) }).await;
        }
        house.born(at(3), Progress::Leased).await;
        let span = (at(-hour), at(3 * hour));
        let points = house.journal.run_series((house.owner, None), span, 1).await.unwrap();
        let sums: Vec<_> = points.iter().map(|point| (point.at, point.succeeded, point.failed, point.timed_out)).collect();
        assert_eq!(sums, [(at(-400_000), 2, 1, 0), (at(hour - 400_000), 1, 0, 0)]);
        let p50 = points[0].durations.quantile(0.5).unwrap();
        assert!((180..=220).contains(&p50), "{p50}");
        let days = house.journal.run_series((house.owner, Some(house.flow.id)), (at(-24 * hour), at(hour)), 24).await.unwrap();
        assert_eq!((days.len(), days[0].succeeded, days[0].failed), (1, 3, 1));
        let stranger = house.sources.id();
        assert_eq!(house.journal.run_series((stranger, Some(house.flow.id)), span, 1).await.unwrap(), []);
        assert_eq!(house.journal.prune_run_hours(at(hour - 400_000), 2).await.unwrap(), 2);
        assert_eq!(house.journal.prune_run_hours(at(hour - 400_000), 2).await.unwrap(), 1);
        assert_eq!(house.journal.run_series((house.owner, None), span, 1).await.unwrap().len(), 1);
    }

    async fn a_flow_in_a_list_tells_its_newest_execution(db: Db) {
        let house = House::on(db).await;
        let page = journal::Page { number: 1, size: 10 };
        let last = || async { house.journal.flows(house.owner, page).await.unwrap().items.remove(0).last_execution };
        assert_eq!(last().await, None);
        house.born(at(5), Progress::Leased).await;
        house.born(at(1), ended(at(2))).await;
        let found = last().await.unwrap();
        assert_eq!((found.status, found.started_at, found.completed_at), (ExecutionStatus::Running, at(5), None));
    }
}
