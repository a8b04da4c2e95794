//! A process that dies at any commit loses nothing and does nothing twice.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use db::testing::both_databases;
use engine::flow::run::StepEvent;
use journal::{Fuse, Journal, Page, Place};
use serde_json::json;

use crate::house::{Effect, House, Plan};

/// An effect that is repeated once, a tool's effect within an agent, two effects in parallel that meet.
const EVERYTHING: &str = "
organism: {name: everything}
listeners:
  - {name: first, description: works, handler: effect, retry: {attempts: 2, backoff: 1ms}, next: boss}
  - {name: boss, description: asks, agent: true, prompt: You ask., peers: [tool], next: [left, right]}
  - {name: tool, description: a tool, handler: effect, next: shout}
  - {name: shout, description: shouts, handler: set, config: {payload: done}}
  - {name: left, description: left, handler: effect, next: both}
  - {name: right, description: right, handler: effect, next: both}
  - {name: both, description: joins, handler: merge, config: {wait: all}, next: out}
  - {name: out, description: answers, handler: output, config: {payload: '{{ input | length }}'}}
";

/// Steps with an effect in one run of it.
const EFFECTS: usize = 4;

/// Runs it until the fuse blows, lets another engine finish it, and answers whether the fuse blew.
async fn crash_at(db: &db::Db, fuse: Fuse) -> bool {
    let (fuse, effect) = (Arc::new(fuse), Arc::new(Effect::default()));
    effect.failures.store(1, Ordering::SeqCst);
    let plan = || Plan { effect: Arc::clone(&effect), ..Plan::default() };
    let first = House::of(Journal::with_fuse(db.clone(), Arc::clone(&fuse)), plan()).await;
    let flow = first.flow(EVERYTHING).await;
    let acknowledged = first.engine.run(first.owner, flow, json!(null)).await.map(|started| started.id);
    first.until("it ends or dies", || async { first.engine.driving() == 0 }).await;
    first.engine.abandon();

    let second = House::of(Journal::new(db.clone()), plan()).await;
    let page = Page { number: 1, size: 10 };
    let listed = second.engine.list_executions(first.owner, flow, None, page).await.unwrap().items;
    if let Ok(id) = acknowledged {
        assert_eq!(listed.len(), 1, "what was acknowledged is there");
        assert_eq!(listed[0].id, id);
    }
    for execution in listed {
        second.ended(first.owner, flow, execution.id).await;
        let found = second.engine.get_execution(first.owner, flow, execution.id).await.unwrap();
        assert_eq!(found.output.unwrap().json(), &json!(2));
        let events = second.engine.events(first.owner, flow, execution.id, (None, 1_000)).await.unwrap();
        check(&execution.id.to_string(), &events, &effect.keys.lock().unwrap());
    }
    second.engine.abandon();
    fuse.has_blown()
}

/// Every committed step has had its effect, once for each attempt that the journal tells of.
fn check(id: &str, events: &[StepEvent], keys: &[String]) {
    let kinds = |kind: &str| events.iter().filter(|event| event.kind == kind).count();
    assert_eq!(kinds("ended"), 1, "it ends exactly once");
    let mut calls: HashMap<&str, usize> = HashMap::new();
    for key in keys {
        *calls.entry(key).or_default() += 1;
    }
    let steps =
        events.iter().filter(|event| event.kind == "scheduled" && event.listener.as_deref() != Some("boss"));
    let steps: Vec<_> = steps.collect();
    assert_eq!(steps.len(), EFFECTS);
    for step in &steps {
        let of_step = |kind: &str| {
            events.iter().filter(|event| event.kind == kind && event.step == Some(step.seq)).count()
        };
        let made = calls.remove(format!("{id}:{}", step.seq.0).as_str()).unwrap_or_default();
        let told = of_step("finished") + of_step("retrying");
        let lost = of_step("interrupted");
        assert!(made >= told && made <= told + lost, "{made} calls, {told} told, {lost} lost");
    }
    assert!(calls.is_empty(), "no effect began before the commit that holds its step: {calls:?}");
}

both_databases! {
    async fn a_run_killed_at_every_commit_ends_once_with_every_effect(db: Db) {
        for place in [Place::Before, Place::After] {
            let mut commits = 0;
            while crash_at(&db, Fuse::new(commits, place)).await {
                commits += 1;
            }
            // One commit a result at least: four effects, one retry, two turns of the agent.
            assert!(commits >= 7, "only {commits} commits");
        }
    }
}
