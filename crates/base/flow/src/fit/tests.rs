use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::organism::testing::{CATALOGUE_TEXTS, catalogue};

/// The line from `a` to `b`, of which one gives and the other wants by a schema.
fn between(output: &Json, input: &Json) -> EdgeFit {
    let text = format!(
        "organism: {{name: x}}\nlisteners:\n- {{name: a, description: d, handler: http, output: {output}, next: b}}\n- {{name: b, description: d, handler: http, input: {input}}}\n"
    );
    line(&fit(&text, &catalogue(), &Seen::default()), "a", "b").clone()
}

fn line<'f>(told: &'f [EdgeFit], from: &str, to: &str) -> &'f EdgeFit {
    told.iter().find(|one| one.source == from && one.target == to).unwrap()
}

fn gives(fields: &Json) -> Json {
    json!({"type": "object", "properties": fields})
}

fn wants(fields: &Json) -> Json {
    let names: Vec<&String> = fields.as_object().unwrap().keys().collect();
    json!({"type": "object", "required": names, "properties": fields})
}

fn of(listeners: &str) -> Vec<EdgeFit> {
    fit(&format!("organism: {{name: x}}\nlisteners:\n{listeners}"), &catalogue(), &Seen::default())
}

#[test]
fn names_and_types_decide_as_the_heuristics_say() {
    let table = [
        (
            json!({"total": {"type": "number"}}),
            json!({"total": {"type": "number"}}),
            Match::Exact,
            0.95,
            Level::High,
        ),
        (
            json!({"Total": {"type": "number"}}),
            json!({"total": {"type": "number"}}),
            Match::Alike,
            0.9,
            Level::Medium,
        ),
        (
            json!({"result": {"type": "number"}}),
            json!({"value": {"type": "number"}}),
            Match::Alike,
            0.7,
            Level::Medium,
        ),
        (
            json!({"n": {"type": "integer"}}),
            json!({"n": {"type": "number"}}),
            Match::Exact,
            0.95,
            Level::High,
        ),
        (
            json!({"n": {"type": "string"}}),
            json!({"n": {"type": "integer"}}),
            Match::Conflict,
            0.3,
            Level::Low,
        ),
        (json!({"n": {"type": "null"}}), json!({"n": {"type": "integer"}}), Match::Conflict, 0.1, Level::Low),
        (
            json!({"costumer": {"type": "string"}}),
            json!({"customer": {"type": "string"}}),
            Match::Alike,
            0.35,
            Level::Low,
        ),
        (
            json!({"name": {"type": "string"}}),
            json!({"value": {"type": "number"}}),
            Match::Missing,
            0.0,
            Level::Low,
        ),
        // A name that is alike and of another type is not meant.
        (
            json!({"result": {"type": "string"}}),
            json!({"value": {"type": "number"}}),
            Match::Missing,
            0.0,
            Level::Low,
        ),
    ];
    for (given, wanted, met, confidence, level) in table {
        let told = between(&gives(&given), &wants(&wanted));
        let field = &told.fields[0];
        assert_eq!(
            (field.met, field.confidence, told.level),
            (met, confidence, Some(level)),
            "{given} to {wanted}"
        );
    }
}

#[test]
fn what_is_proposed_can_be_written_into_a_mapping() {
    let table = [
        (
            json!({"order_id": {"type": "string"}}),
            json!({"orderId": {"type": "string"}}),
            json!("{{ input.order_id }}"),
        ),
        (json!({"page no": {}}), json!({"pageNo": {}}), json!("{{ input['page no'] }}")),
        (json!({"n": {"type": "string"}}), json!({"n": {"type": "integer"}}), json!("{{ input.n | int }}")),
        (json!({"n": {"type": "string"}}), json!({"n": {"type": "number"}}), json!("{{ input.n | float }}")),
        (json!({"n": {"type": "object"}}), json!({"n": {"type": "string"}}), json!("{{ input.n | tojson }}")),
        (json!({"n": {"type": "string"}}), json!({"n": {"type": "array"}}), json!("{{ [input.n] }}")),
        (json!({"body": gives(&json!({"id": {}}))}), json!({"id": {}}), json!("{{ input.body.id }}")),
        (json!({}), json!({"most": {"type": "integer", "default": 3}}), json!(3)),
        (json!({}), json!({"most": {"type": "integer"}}), Json::Null),
    ];
    for (given, wanted, suggestion) in table {
        let told = between(&gives(&given), &wants(&wanted));
        assert_eq!(json!(told.fields[0].suggestion), suggestion, "{given} to {wanted}");
    }
}

#[test]
fn the_field_that_is_met_worst_decides_and_is_named() {
    let given = gives(&json!({"a": {}, "B": {}}));
    let told = between(&given, &wants(&json!({"a": {}, "b": {}})));
    assert_eq!(
        (told.level, told.reason.as_str()),
        (Some(Level::Medium), "`b`: `B` is the same name, written another way")
    );
    let told = between(&given, &wants(&json!({"a": {}, "b": {}, "zebra": {}})));
    assert_eq!(told.reason, "`zebra`: nothing that arrives is like it; and 1 more");
    let told = between(&given, &wants(&json!({"a": {}})));
    assert_eq!(
        (told.level, told.reason.as_str()),
        (Some(Level::High), "Everything that is required arrives")
    );
}

#[test]
fn a_field_that_may_be_missing_is_no_fault_unless_it_is_of_another_type() {
    let wanted = json!({"properties": {"a": {"type": "string"}}});
    assert_eq!(between(&gives(&json!({})), &wanted).level, Some(Level::High));
    assert_eq!(between(&gives(&json!({"a": {"type": "integer"}})), &wanted).level, Some(Level::Low));
}

#[test]
fn what_a_schema_does_not_promise_wants_a_look() {
    let given = json!({"required": ["a"], "properties": {"a": {}, "b": {}}});
    let told = between(&given, &wants(&json!({"b": {}})));
    assert_eq!((told.level, told.reason.as_str()), (Some(Level::Medium), "`b`: `b` arrives, but not always"));
}

#[test]
fn a_schema_that_allows_no_other_field_refuses_the_message() {
    let mut wanted = wants(&json!({"a": {}}));
    wanted["additionalProperties"] = json!(false);
    let told = between(&gives(&json!({"a": {}, "b": {}})), &wanted);
    assert_eq!(
        (told.level, told.reason.as_str()),
        (Some(Level::Low), "`b`: `b` arrives, and the schema allows no such field")
    );
    assert_eq!(between(&gives(&json!({"a": {}})), &wanted).level, Some(Level::High));
}

#[test]
fn a_message_that_is_no_object_has_no_fields() {
    let text = json!({"type": "string"});
    let told = between(&text, &wants(&json!({"query": {"type": "string"}})));
    assert_eq!(
        (told.level, told.reason.as_str()),
        (Some(Level::Medium), "`query`: the whole message is a text")
    );
    assert_eq!(told.fields[0].suggestion, Some(json!("{{ input }}")));
    let told = between(&text, &wants(&json!({"query": {}, "count": {}})));
    assert_eq!(
        (told.level, told.reason.as_str()),
        (Some(Level::Low), "`a` hands over a text where `b` wants an object")
    );
    assert_eq!(between(&text, &json!({"type": "string"})).level, Some(Level::High));
    assert_eq!(between(&text, &json!({"type": "array"})).level, Some(Level::Low));
}

#[test]
fn an_object_inside_must_have_what_is_wanted_of_it() {
    let order = |fields: Json| json!({"order": fields});
    let wanted = wants(&order(wants(&json!({"id": {}}))));
    let told = between(&gives(&order(gives(&json!({"number": {}})))), &wanted);
    assert_eq!((told.level, told.reason.as_str()), (Some(Level::Low), "`order`: `order` has no `id`"));
    assert_eq!(between(&gives(&order(gives(&json!({"id": {}})))), &wanted).level, Some(Level::High));
    assert_eq!(between(&gives(&order(json!({"type": "object"}))), &wanted).level, Some(Level::High));
}

#[test]
fn expressions_say_what_is_wanted_and_a_set_what_is_given() {
    let told = of("\
- {name: ask, description: d, handler: set, config: {payload: {order_id: 7, note: 'about {{ vars.x }}'}}, next: pause}
- {name: pause, description: d, handler: delay, config: {for: 1s}, next: look}
- {name: look, description: input.nothing, handler: http, config: {url: '{{ input.id }}/{{ input.note }}', body: '{{ input.size | default(3) }}'}}
");
    assert_eq!(line(&told, "ask", "pause").level, None);
    let look = line(&told, "pause", "look");
    let met: Vec<_> =
        look.fields.iter().map(|field| (field.to.as_str(), field.is_required, field.met)).collect();
    assert_eq!(
        met,
        [("id", true, Match::Missing), ("note", true, Match::Exact), ("size", false, Match::Missing)]
    );
    assert_eq!(look.given.iter().map(|one| one.path.as_str()).collect::<Vec<_>>(), ["order_id", "note"]);
}

#[test]
fn each_handle_of_a_listener_hands_over_its_own() {
    let told = of("\
- {name: rows, description: d, handler: each, config: {items: '{{ input.rows }}', do: one}, on_error: sorry}
- {name: one, description: d, handler: http, config: {url: '{{ input.id }}'}}
- {name: sorry, description: d, handler: output, config: {payload: '{{ input.error.message }} {{ input.input }}'}}
- {name: helper, description: d, agent: true, prompt: p, peers: [one], next: sorry}
");
    assert_eq!(line(&told, "rows", "sorry").level, Some(Level::High));
    assert_eq!(line(&told, "rows", "one").level, None);
    assert_eq!(
        line(&told, "helper", "one").reason,
        "`helper` decides what it sends: the tool's contract is the input of `one`"
    );
    assert_eq!(line(&told, "helper", "sorry").level, Some(Level::Low));
    assert_eq!(line(&told, "trigger", "rows").reason, "No run has shown yet what the trigger brings");
}

#[test]
fn a_set_that_is_there_for_a_line_is_its_mapping() {
    let told = of("\
- {name: a, description: d, handler: set, config: {payload: {order_id: 7, sum: '3'}}, next: map}
- {name: map, description: d, handler: set, config: {payload: {id: '{{ input.order_id }}', total: '{{ input.sum }}'}}, next: b}
- {name: b, description: d, handler: http, input: {required: [id, total, orderId], properties: {total: {type: number}}}, config: {url: u}}
");
    let told = line(&told, "map", "b");
    assert_eq!(told.mapped_by.as_deref(), Some("map"));
    let said: Vec<_> =
        told.fields.iter().map(|field| (field.to.as_str(), field.met, field.suggestion.clone())).collect();
    let wanted = [
        // `{{ input.sum }}` is a text, and the one before says so.
        ("total", Match::Conflict, Some(json!("{{ input.sum | float }}"))),
        ("id", Match::Exact, Some(json!("{{ input.id }}"))),
        ("orderId", Match::Alike, Some(json!("{{ input.order_id }}"))),
    ];
    assert_eq!(said, wanted);
}

#[test]
fn a_circle_is_looked_through_once() {
    let told = of("\
- {name: start, description: d, handler: set, config: {payload: {n: 1}}, next: again}
- {name: again, description: d, handler: branch, cases: [{when: 'input.n < 3', next: wait}], otherwise: done}
- {name: wait, description: d, handler: delay, config: {for: 1s}, next: again}
- {name: done, description: d, handler: output, config: {payload: '{{ input.n }}'}}
");
    assert_eq!(line(&told, "wait", "again").level, Some(Level::High));
    assert_eq!(line(&told, "again", "done").level, Some(Level::High));
}

#[test]
fn a_text_that_is_half_typed_is_judged_as_far_as_it_goes() {
    assert!(fit("listeners: [", &catalogue(), &Seen::default()).is_empty());
    assert!(of("- {name: a, next: nobody}\n- 7\n- {next: a}\n").iter().all(|one| one.level.is_none()));
    for text in CATALOGUE_TEXTS {
        assert!(!fit(text, &catalogue(), &Seen::default()).is_empty());
    }
}

/// Schemas with few names, so that they meet.
fn schema() -> impl Strategy<Value = Json> {
    let name = prop::sample::select(vec![
        "id", "ID", "order_id", "orderId", "value", "result", "body", "costumer", "customer",
    ]);
    let kind =
        prop::sample::select(vec!["string", "integer", "number", "object", "array", "boolean", "null"]);
    let leaf = kind.prop_map(|kind| json!({"type": kind}));
    let fields = leaf.prop_recursive(2, 8, 3, move |inner| {
        prop::collection::btree_map(name.clone(), inner, 0..4).prop_map(|fields| wants(&json!(fields)))
    });
    prop_oneof![9 => fields, 1 => Just(json!({})), 1 => Just(json!({"required": ["id"], "additionalProperties": false}))]
}

fn more(schema: &Json, name: &str, kind: &str) -> Json {
    let mut schema = schema.clone();
    schema["properties"][name] = json!({"type": kind});
    if let Some(required) = schema["required"].as_array_mut() {
        required.push(name.into());
    }
    schema
}

proptest! {
    #[test]
    fn the_same_ends_get_the_same_answer_and_the_level_is_the_scores(output in schema(), input in schema()) {
        let told = between(&output, &input);
        prop_assert_eq!(&told, &between(&output, &input));
        prop_assert_eq!(told.level, told.score.map(Level::of));
        prop_assert!(told.score.is_none_or(|score| (0.0..=1.0).contains(&score)));
        prop_assert!(told.fields.iter().all(|field| (0.0..=1.0).contains(&field.confidence) && !field.reason.is_empty()));
        // The line is worth no more than any field that is required.
        for field in told.fields.iter().filter(|field| field.is_required) {
            prop_assert!(told.score.is_none_or(|score| score <= field.confidence));
        }
    }

    #[test]
    fn who_requires_more_is_met_no_better(output in schema(), input in schema()) {
        prop_assume!(input["properties"].is_object() && output["properties"].is_object());
        let (before, after) = (between(&output, &input), between(&output, &more(&input, "zebra", "string")));
        prop_assert!(after.score <= before.score || before.score.is_none(), "{before:?} {after:?}");
    }

    #[test]
    fn who_gives_more_meets_no_field_worse(output in schema(), input in schema()) {
        prop_assume!(input["properties"].is_object() && output["properties"].is_object());
        let (before, after) = (between(&output, &input), between(&more(&output, "zebra", "string"), &input));
        for (before, after) in before.fields.iter().zip(&after.fields) {
            prop_assert!(after.confidence >= before.confidence, "{before:?} {after:?}");
        }
    }

    #[test]
    fn a_mapping_made_of_what_is_proposed_fits(output in schema(), input in schema()) {
        let told = between(&output, &input);
        let wanted: Vec<&FieldFit> = told.fields.iter().filter(|field| field.suggestion.is_some()).collect();
        let asked = wanted.iter().map(|field| (field.to.clone(), input["properties"][&field.to].clone()));
        let input = wants(&asked.collect());
        let payload: serde_json::Map<String, Json> =
            wanted.iter().map(|field| (field.to.clone(), field.suggestion.clone().unwrap())).collect();
        let told = of(&format!("\
- {{name: a, description: d, handler: http, output: {output}, next: map}}
- {{name: map, description: d, handler: set, config: {{payload: {}}}, next: b}}
- {{name: b, description: d, handler: http, input: {input}}}
", json!(payload)));
        let told = line(&told, "map", "b");
        prop_assert_eq!(told.level, Some(Level::High), "{:?}", told);
    }

    #[test]
    fn no_text_breaks_it(text in r#"organism: \{name: x\}\nlisteners:\n(- \{name: (a|b|c), handler: (set|branch|each|delay|approval|merge|prompt), next: (a|b|\[a, c\]), config: \{payload: (\{id: '\{\{ input\.(id|x) \}\}'\}|'\{\{ input \}\}'|7), merge: true, items: '\{\{ input\.x \}\}', do: (a|c)\}, cases: \[\{when: input\.id, next: (a|b)\}\]\}\n){0,4}"#) {
        let told = fit(&text, &catalogue(), &Seen::default());
        prop_assert_eq!(&told, &fit(&text, &catalogue(), &Seen::default()));
    }
}

/// 500 listeners and 800 lines, half of them through handlers that hand on.
fn large() -> String {
    let mut text = "organism: {name: large}\nlisteners:\n".to_owned();
    for n in 0..500 {
        let (next, other) = ((n + 1) % 500, (n * 7 + 3) % 500);
        let to = if n % 5 < 3 { format!("[l{next}, l{other}]") } else { format!("l{next}") };
        let what = match n % 4 {
            0 => format!("handler: set, config: {{payload: {{order_id: '{{{{ input.id }}}}', n: {n}, note: 'a {{{{ input.x }}}}'}}}}"),
            1 => "handler: delay, config: {for: 1s}".to_owned(),
            2 => "handler: http, input: {type: object, required: [id, n], properties: {id: {type: string}, n: {type: number}}}, config: {url: 'https://example.com/{{ input.id }}'}".to_owned(),
            _ => "handler: calculate, config: {expression: '{{ input.body.n }} + 1'}".to_owned(),
        };
        text.push_str(&format!("- {{name: l{n}, description: d, {what}, next: {to}}}\n"));
    }
    text
}

/// `cargo test --release -p blox-flow five_hundred -- --nocapture` prints it.
#[test]
#[expect(clippy::disallowed_methods, reason = "the time that passes is what is told")]
fn five_hundred_listeners_are_judged_while_somebody_types() {
    let (text, catalogue) = (large(), catalogue());
    let began = std::time::Instant::now();
    let told = fit(&text, &catalogue, &Seen::default());
    let took = began.elapsed();
    println!("{} lines in {took:?}", told.len());
    assert!(told.len() >= 800);
    // Far above what it takes, also unoptimised and beside other tests.
    assert!(took.as_millis() < 2_000, "{took:?}");
}

#[test]
fn a_text_that_is_made_to_cost_time_costs_so_much_and_no_more() {
    let fields = |kind: &str| {
        let names = (0..60).map(|n| (format!("{kind}{n}"), json!({"type": "string"})));
        wants(&Json::Object(names.collect()))
    };
    let all: Vec<String> = (0..150).map(|n| format!("l{n}")).collect();
    let (output, input) = (fields("gives"), fields("wants"));
    let listener = |name: &String| {
        format!(
            "- {{name: {name}, description: d, handler: http, output: {output}, input: {input}, next: [{}]}}\n",
            all.join(", ")
        )
    };
    let told = of(&all.iter().map(listener).collect::<String>());
    assert_eq!(told.len(), LINES_MAX);
    let judged = told.iter().filter(|one| one.level.is_some()).count();
    assert!(judged * 3_600 < COMPARISONS_MAX + 2 * 3_600, "{judged}");
    assert_eq!(told.last().unwrap().reason, "There is too much to compare in this text");
}
