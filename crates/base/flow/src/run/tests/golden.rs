//! Every kind of event ever written can still be read: a file a kind, its latest form last.
//!
//! `UPDATE_GOLDEN=1` adds the present form of a kind to its file; older forms stay, for ever.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::Payload;
use crate::run::{
    Awaited, Budget, Call, End, Event, Failure, Seq, Spent, Status, TestRun, TokenId, Usage, Verdict,
};

#[test]
fn every_kind_has_a_golden_file_and_every_form_in_it_can_be_read() {
    let mut missing = kinds();
    for event in samples() {
        let kind = event.kind();
        missing.retain(|missing| missing != kind);
        let present = serde_json::to_value(&event).unwrap();
        let forms = forms(kind, &present);
        for form in &forms {
            let read: Event =
                serde_json::from_value(form.clone()).unwrap_or_else(|error| panic!("{kind}: {error}"));
            assert_eq!(read.kind(), kind);
        }
        let latest =
            forms.last().unwrap_or_else(|| panic!("no golden file for `{kind}`: run with UPDATE_GOLDEN=1"));
        assert_eq!(latest, &present, "`{kind}` is written in another way than its golden file says");
        assert_eq!(serde_json::from_value::<Event>(present).unwrap(), event);
    }
    assert!(missing.is_empty(), "no sample of: {missing:?}");
}

fn forms(kind: &str, present: &Json) -> Vec<Json> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("src/run/tests/golden/{kind}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| "[]".to_owned());
    let mut forms: Vec<Json> = serde_json::from_str(&text).unwrap();
    if std::env::var_os("UPDATE_GOLDEN").is_some() && forms.last() != Some(present) {
        forms.push(present.clone());
        std::fs::write(&path, format!("{}\n", serde_json::to_string_pretty(&forms).unwrap())).unwrap();
    }
    forms
}

/// All kinds there are, from the one place that cannot forget one.
fn kinds() -> Vec<String> {
    let error = serde_json::from_value::<Event>(json!({"kind": "no such kind"})).unwrap_err().to_string();
    error.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

fn samples() -> Vec<Event> {
    let token = TokenId { from: Seq(3), position: 1 };
    let listener: Arc<str> = Arc::from("work");
    let to = vec![Arc::from("next")];
    let payload = || Payload::new(json!({"a": 1}));
    let error = Failure {
        code: "http_status".to_owned(),
        message: "503".to_owned(),
        retryable: true,
        retry_after_ms: Some(1_000),
        usage: None,
        details: Some(json!({"status": 503})),
    };
    let usage = Some(Usage { model: "m".to_owned(), input_tokens: 11, output_tokens: 7, simulated: true });
    let spent = Spent { tokens: 18, active_ms: 900, steps: 4 };
    let budget = Budget { tokens: 1_000, active_ms: 60_000, steps: 500, depth: 1 };
    let call = Call { id: "c1".to_owned(), name: "orders".to_owned(), arguments: json!({"id": "7"}) };
    let (content, attempt, step) = (Some("text".to_owned()), 2, Seq(4));
    vec![
        Event::Started {
            payload: payload(),
            facts: payload(),
            budget: Some(budget),
            adopted: Some(5),
            test: Some(Arc::new(TestRun {
                pins: [(listener.clone(), payload())].into(),
                alone: Some(listener.clone()),
            })),
            to: to.clone(),
        },
        Event::Passed {
            token,
            listener: listener.clone(),
            output: Some(payload()),
            case: Some("case-0".to_owned()),
            status: Some(201),
            to: to.clone(),
        },
        Event::Held { token, listener: listener.clone() },
        Event::Merged {
            listener: listener.clone(),
            frame: Seq(0),
            arrivals: vec![token],
            first: true,
            absorbed: vec![token],
            to: to.clone(),
        },
        Event::Scheduled { token, listener: listener.clone(), reserved: 500 },
        Event::Finished { step, attempt, output: payload(), usage: usage.clone(), to: to.clone() },
        Event::Retrying { step, attempt, error: error.clone(), at_ms: 1_700_000_000_000 },
        Event::Interrupted { step, attempt },
        Event::Failed {
            token,
            listener: listener.clone(),
            step: Some(step),
            attempt,
            error: error.clone(),
            spent: Some(spent),
            to: to.clone(),
        },
        Event::Turned { step, attempt, content: content.clone(), calls: vec![call], usage: usage.clone() },
        Event::Corrected { step, attempt, content, objection: "no JSON".to_owned(), usage },
        Event::Called { step, call: 1, arguments: payload(), to: to.clone() },
        Event::Rejected { step, call: 1, message: "there is no tool `x`".to_owned() },
        Event::Waiting {
            token,
            listener: listener.clone(),
            awaits: Awaited::Person {
                message: "ok?".to_owned(),
                deadline_ms: Some(1_700_000_000_000),
                default: Verdict::Reject,
            },
        },
        Event::Listed { token, listener: listener.clone(), items: Payload::new(json!([1, 2])) },
        Event::Opened { list: step, item: 1, to: to.clone() },
        Event::Gathered { list: step, results: vec![Seq(9), Seq(7)], to: to.clone() },
        Event::Delegated { token, listener, flow: Arc::from("enrich"), input: payload(), budget },
        Event::Returned { step, output: payload(), spent, to },
        Event::Warned { percent: 75, used: 75_000, most: 100_000 },
        Event::Answered { frame: Seq(5), answer: vec![Seq(6)], error: Some(error.clone()) },
        Event::Ended(End { status: Status::Error, answer: vec![Seq(6)], error: Some(error) }),
    ]
}
