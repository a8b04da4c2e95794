//! Questions to persons: listed, decided once, by the API, by a link, or by their deadline.

use std::sync::Arc;
use std::time::Duration;

use db::testing::both_databases;
use engine::flow::run::Verdict;
use engine::{Decision, Error};
use journal::{Approval, ApprovalFilter, ApprovalStatus, Journal, Page};
use kit::{Clock, Entropy, Sources, Timestamp};
use serde_json::{Value as Json, json};

use crate::house::{Effect, House, Plan};

const ASK: &str = "
organism: {name: refunds}
listeners:
  - {name: ask, description: asks, handler: approval, config: {message: 'Refund {{ input.amount }}?', deadline: 2h}, next: out}
  - {name: out, description: answers, handler: output, config: {payload: '{{ input.approval.decision }} by {{ input.approval.by }}'}}
";

const ENDLESS: &str = "
organism: {name: endless}
listeners:
  - {name: ask, description: asks, handler: approval, config: {message: 'Well?'}, next: out}
  - {name: out, description: answers, handler: output, config: {payload: '{{ input.approval.comment }}'}}
";

const EACH: &str = "
organism: {name: many}
listeners:
  - {name: rows, description: all, handler: each, config: {items: '{{ input }}', do: ask, concurrency: 3}, next: out}
  - {name: ask, description: asks, handler: approval, config: {message: '{{ input.n }}?'}}
  - {name: out, description: answers, handler: output}
";

const ALL: Page = Page { number: 1, size: 50 };

fn noon() -> Sources {
    let start = Timestamp::parse("2026-05-01T12:00:00Z").unwrap();
    Sources { clock: Clock::manual(start), entropy: Entropy::system() }
}

async fn at(db: db::Db, sources: &Sources) -> House {
    let plan = Plan { sources: sources.clone(), effect: Arc::new(Effect::default()), ..Plan::default() };
    House::of(Journal::new(db), plan).await
}

fn says(verdict: Verdict, comment: &str) -> Decision {
    Decision { verdict, by: "ann@example.com".to_owned(), comment: Some(comment.to_owned()) }
}

/// The questions that wait for somebody.
async fn pending(house: &House) -> Vec<Approval> {
    let filter = ApprovalFilter { status: Some(ApprovalStatus::Pending), ..ApprovalFilter::default() };
    house.engine.approvals(house.owner, &filter, ALL).await.unwrap().items
}

async fn asked(house: &House, count: usize) -> Vec<Approval> {
    house.until("the questions", || async { pending(house).await.len() == count }).await;
    pending(house).await
}

both_databases! {
    async fn a_question_is_listed_and_the_first_decision_goes_on_with_it(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(ASK).await;
        let started = house.engine.run(house.owner, flow, json!({"amount": 7})).await.unwrap();
        let question = asked(&house, 1).await.remove(0);
        assert_eq!((question.message.as_str(), question.listener.as_str(), question.flow_name.as_str()), ("Refund 7?", "ask", "test"));
        assert_eq!((question.default, question.execution), (Verdict::Reject, started.id));
        assert_eq!(question.deadline, Some(question.asked_at.plus_ms(7_200_000)));
        assert_eq!(house.waits_for(flow, started.id).await.as_deref(), Some("approval"));

        let decided = house.engine.decide(house.owner, question.id, says(Verdict::Approve, "fine")).await.unwrap();
        assert_eq!((decided.status, decided.decision), (ApprovalStatus::Decided, Some(Verdict::Approve)));
        let done = started.result(Duration::from_secs(20)).await.unwrap();
        assert_eq!(done.output.json(), &json!("approve by ann@example.com"));
        let again = house.engine.decide(house.owner, question.id, says(Verdict::Reject, "no")).await.unwrap_err();
        assert_eq!(again.to_string(), "ann@example.com has decided already: approve");
        assert!(pending(&house).await.is_empty());
        let kept = house.engine.approval(house.owner, question.id).await.unwrap();
        assert_eq!((kept.decision, kept.comment.as_deref()), (Some(Verdict::Approve), Some("fine")));
    }

    async fn of_many_who_decide_at_once_one_is_first_and_the_flow_goes_on_once(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(ENDLESS).await;
        let started = house.engine.run(house.owner, flow, Json::Null).await.unwrap();
        let (id, question) = (started.id, asked(&house, 1).await.remove(0));
        let tries: Vec<_> = (0..20).map(|n| {
            let (engine, owner, id) = (house.engine.clone(), house.owner, question.id);
            tokio::spawn(async move { engine.decide(owner, id, says(Verdict::Approve, &n.to_string())).await })
        }).collect();
        let mut first = Vec::new();
        for one in tries {
            match one.await.unwrap() {
                Ok(decided) => first.push(decided.comment.unwrap()),
                Err(error) => assert!(matches!(error, Error::Decided(_)), "{error}"),
            }
        }
        assert_eq!(first.len(), 1, "{first:?}");
        let done = started.result(Duration::from_secs(20)).await.unwrap();
        assert_eq!(done.output.json(), &json!(first[0]));
        let events = house.engine.events(house.owner, flow, id, (None, 100)).await.unwrap();
        assert_eq!(events.iter().filter(|event| event.kind == "ended").count(), 1);
    }

    async fn a_decision_that_a_node_took_with_it_is_carried_out_by_the_next_one(db: Db) {
        let first = House::on(db.clone(), None).await;
        let flow = first.flow(ENDLESS).await;
        let started = first.engine.run(first.owner, flow, Json::Null).await.unwrap();
        let question = asked(&first, 1).await.remove(0);
        // Nobody drives it: the decision is on disk and nowhere else.
        first.engine.close().await;
        let decided = first.engine.decide(first.owner, question.id, says(Verdict::Reject, "later")).await.unwrap();
        assert_eq!(decided.status, ApprovalStatus::Decided);
        let second = House::on(db, None).await;
        let mut following = second.engine.follow(first.owner, flow, started.id, None).await.unwrap();
        while following.next().await.unwrap().is_some() {}
        let details = second.engine.get_execution(first.owner, flow, started.id).await.unwrap();
        assert_eq!(details.output.unwrap().json(), &json!("later"));
    }

    async fn at_the_deadline_the_default_holds_and_nobody_decides_after_it(db: Db) {
        let sources = noon();
        let house = at(db, &sources).await;
        let flow = house.flow(ASK).await;
        let started = house.engine.run(house.owner, flow, json!({"amount": 7})).await.unwrap();
        let question = asked(&house, 1).await.remove(0);
        sources.clock.advance_ms(7_199_500);
        let late = house.engine.decide(house.owner, question.id, says(Verdict::Approve, "late")).await.unwrap_err();
        assert_eq!(late.to_string(), "the deadline has decided: reject");
        sources.clock.advance_ms(1_000);
        let done = started.result(Duration::from_secs(20)).await.unwrap();
        assert_eq!(done.output.json(), &json!("reject by null"));
        let kept = house.engine.approval(house.owner, question.id).await.unwrap();
        assert_eq!((kept.status, kept.decision, kept.decided_by), (ApprovalStatus::Decided, Some(Verdict::Reject), None));
    }

    async fn a_question_of_what_is_cancelled_waits_for_nobody(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(ASK).await;
        let started = house.engine.run(house.owner, flow, json!({"amount": 7})).await.unwrap();
        let question = asked(&house, 1).await.remove(0);
        house.engine.cancel(house.owner, flow, started.id).await.unwrap();
        house.until("the end", || async { pending(&house).await.is_empty() }).await;
        let refused = house.engine.decide(house.owner, question.id, says(Verdict::Approve, "")).await.unwrap_err();
        assert!(refused.to_string().starts_with("nobody has to decide this any more"), "{refused}");
    }

    async fn each_question_of_a_list_is_decided_for_itself(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(EACH).await;
        let started = house.engine.run(house.owner, flow, json!([{"n": 0}, {"n": 1}, {"n": 2}])).await.unwrap();
        for question in asked(&house, 3).await {
            let verdict = if question.message == "1?" { Verdict::Reject } else { Verdict::Approve };
            house.engine.decide(house.owner, question.id, says(verdict, "")).await.unwrap();
        }
        let done = started.result(Duration::from_secs(20)).await.unwrap();
        let said: Vec<_> = done.output.json().as_array().unwrap().iter().map(|item| &item["approval"]["decision"]).collect();
        assert_eq!(said, ["approve", "reject", "approve"]);
    }

    async fn a_ticket_decides_without_a_name_and_strangers_find_nothing(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(ASK).await;
        let started = house.engine.run(house.owner, flow, json!({"amount": 7})).await.unwrap();
        let question = asked(&house, 1).await.remove(0);
        let stranger = Sources::system().id();
        let theirs = house.engine.decide(stranger, question.id, says(Verdict::Approve, "")).await;
        assert!(matches!(theirs, Err(Error::NotFound("approval"))));
        assert!(matches!(house.engine.approval(stranger, question.id).await, Err(Error::NotFound(_))));
        assert_eq!(house.engine.approvals(stranger, &ApprovalFilter::default(), ALL).await.unwrap().total, 0);
        assert!(matches!(house.engine.approval_of_ticket("made up").await, Err(Error::NotFound(_))));

        let ticket = house.engine.ticket(question.id);
        assert_eq!(house.engine.approval_of_ticket(ticket.expose()).await.unwrap().status, ApprovalStatus::Pending);
        house.engine.decide_by_ticket(ticket.expose(), says(Verdict::Approve, "")).await.unwrap();
        assert_eq!(started.result(Duration::from_secs(20)).await.unwrap().output.json(), &json!("approve by ann@example.com"));
        let again = house.engine.decide_by_ticket(ticket.expose(), says(Verdict::Approve, "")).await;
        assert!(matches!(again, Err(Error::Decided(_))));
    }

    async fn with_a_flow_its_questions_go(db: Db) {
        let house = House::on(db, None).await;
        let flow = house.flow(ASK).await;
        house.engine.run(house.owner, flow, json!({"amount": 7})).await.unwrap();
        let question = asked(&house, 1).await.remove(0);
        house.engine.stop_flow(house.owner, flow, None, engine::Waiting::Cancel).await.unwrap();
        house.until("the stop", || async { house.engine.delete_flow(house.owner, flow, None).await.is_ok() }).await;
        assert!(matches!(house.engine.approval(house.owner, question.id).await, Err(Error::NotFound(_))));
    }
}
