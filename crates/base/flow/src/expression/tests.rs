use std::sync::Arc;

use kit::{Secret, Timestamp};
use serde_json::{Value as Json, json};

use super::*;
use crate::Payload;

#[derive(Debug)]
struct Outputs(Vec<(&'static str, Json)>);

impl Steps for Outputs {
    fn output(&self, listener: &str) -> Option<Payload> {
        self.0.iter().find(|(name, _)| *name == listener).map(|(_, json)| json.clone().into())
    }

    fn names(&self) -> Vec<Arc<str>> {
        self.0.iter().map(|(name, _)| Arc::from(*name)).collect()
    }
}

struct Vault;

impl Secrets for Vault {
    fn open(&self, name: &str) -> Result<Secret, String> {
        if name == "KEY" { Ok(Secret::from("s3cret")) } else { Err(format!("there is no secret `{name}`")) }
    }
}

fn scope() -> Scope {
    let input = json!({"total": 120, "items": [{"qty": 3}, {"qty": 20}], "name": "Ada", "big": u64::MAX,
        "none": null, "my key": 1});
    Scope {
        input: input.into(),
        trigger: json!({"payload": {}, "method": "POST"}).into(),
        steps: Arc::new(Outputs(vec![("classify", json!({"category": "refund"})), ("my-step", json!(7))])),
        vars: json!({"limit": 100}).into(),
        execution: json!({"id": "e1"}).into(),
        now: Timestamp::from_millis(0),
        secrets: None,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "reads better with json! at the call")]
fn render(value: Json) -> Result<Json, String> {
    let template = Template::compile(&value).map_err(|errors| errors[0].error.message.clone())?;
    template.render(&scope()).map_err(|error| error.message)
}

fn holds(text: &str) -> Result<bool, String> {
    let compiled = Expression::compile(text).map_err(|error| error.message)?;
    compiled.holds(&scope()).map_err(|error| error.message)
}

fn fails(text: &str) -> String {
    render(json!(format!("{{{{ {text} }}}}"))).unwrap_err()
}

#[test]
fn a_string_that_is_one_expression_keeps_its_type() {
    let all = json!({"a": "{{ input.total }}", "b": "{{ input.total + 1 }}", "c": "{{ input.items }}",
        "d": "{{ input.total > 100 }}", "e": "{{ input.none }}", "f": "{{ input.big }}", "g": "{{ [input.big] }}",
        "h": "{{ 1.5 }}", "i": "{{ {'x': none} }}", "j": [1, "plain"]});
    let done = json!({"a": 120, "b": 121, "c": [{"qty": 3}, {"qty": 20}], "d": true, "e": null, "f": u64::MAX,
        "g": [u64::MAX], "h": 1.5, "i": {"x": null}, "j": [1, "plain"]});
    assert_eq!(render(all).unwrap(), done);
}

#[test]
fn mixed_text_interpolates_objects_as_json() {
    assert_eq!(
        render(json!("Hi {{ input.name }}: {{ input.items }} {{ input.none }}")).unwrap(),
        r#"Hi Ada: [{"qty":3},{"qty":20}] null"#
    );
    assert_eq!(render(json!("{{ input.name | upper }}!")).unwrap(), "ADA!");
}

#[test]
fn every_name_is_in_scope() {
    assert!(holds("trigger.method == 'POST' and vars.limit < input.total").unwrap());
    assert!(holds("steps.classify.category == 'refund' and steps['my-step'] == 7").unwrap());
    assert!(holds("execution.id == 'e1' and now == '1970-01-01T00:00:00.000Z'").unwrap());
    assert!(holds("$json.total == json.total and input.none == null").unwrap());
    assert!(holds("{{ input['my key'] == 1 }}").unwrap());
    assert!(holds("input.items | map(attribute='qty') | sum == 23").unwrap());
    assert!(holds(r#"('[1,2]' | fromjson) == [1, 2] and ({'a': "'"} | tojson) == '{"a":"\'"}'"#).unwrap());
    assert!(holds("'my-step' in (steps | list)").unwrap());
}

#[test]
fn an_undefined_name_says_what_exists() {
    assert_eq!(
        fails("input.totl"),
        "input has no field `totl`; it has: total, items, name, big, none, my key; did you mean `total`?"
    );
    assert_eq!(fails("input.totl > 3"), fails("input.totl"));
    assert_eq!(fails("input.name.first"), "input.name is a text and has no field `first`");
    assert_eq!(fails("input.items[5].qty"), "input.items has 2 items and none at 5");
    assert_eq!(fails("steps.other.x"), "no step `other` came before this one; there are: classify, my-step");
    assert_eq!(fails("input.total > 1000 or input.name.x.y"), "input.name is a text and has no field `x`");
    assert!(render(json!("a {{ vars.x }}")).unwrap_err().contains("vars has no field `x`; it has: limit"));
    assert!(holds("input.nothing").is_err(), "a condition is strict too");
}

#[test]
fn what_may_be_missing_can_say_so() {
    assert_eq!(render(json!("{{ input.totl | default(5) }}")).unwrap(), 5);
    assert!(!holds("input.totl is defined").unwrap());
}

#[test]
fn unknown_names_filters_and_tests_are_refused_when_compiled() {
    let error = Expression::compile("1 < inptu.total").unwrap_err();
    assert_eq!((error.code, error.offset), ("unknown_name", 4));
    assert_eq!(error.hint.as_deref(), Some("did you mean `input`?"));
    assert_eq!(Expression::compile("input.a | uper").unwrap_err().code, "unknown_filter");
    assert_eq!(Expression::compile("input.a is defind").unwrap_err().code, "unknown_test");
    assert_eq!(Expression::compile("input.category == refund").unwrap_err().code, "unknown_name");
    assert_eq!(Expression::compile("lookup('x')").unwrap_err().code, "unknown_name");
    let nested = Template::compile(&json!({"a": [1, {"b/c": "x {{ 1 + }}"}]})).unwrap_err();
    assert_eq!(nested[0].pointer, "/a/1/b~1c");
    assert_eq!(nested[0].error.code, "expression_syntax");
}

#[test]
fn a_secret_opens_only_where_it_may_and_is_never_quoted() {
    let template = Template::compile(&json!("Bearer {{ secret('KEY') }}")).unwrap();
    assert!(template.render(&scope()).unwrap_err().message.contains("only in the config of a handler"));
    let open = Scope { secrets: Some(Arc::new(Vault)), ..scope() };
    assert_eq!(template.render(&open).unwrap(), "Bearer s3cret");
    let missing = Template::compile(&json!("{{ secret('OTHER') }}")).unwrap();
    assert_eq!(missing.render(&open).unwrap_err().message, "there is no secret `OTHER`");
    for leak in ["{{ secret('KEY') + 1 }}", "{{ secret('KEY') | int }}", "{{ secret('KEY') | fromjson }}"] {
        let message = Template::compile(&json!(leak)).unwrap().render(&open).unwrap_err().message;
        assert!(!message.contains("s3cret"), "{message}");
    }
}

#[test]
fn a_body_may_hold_statements_and_a_config_may_not() {
    let body =
        Template::body("{% for item in input.items if item.qty > 5 %}{{ item.qty }}{% endfor %} $json")
            .unwrap();
    assert_eq!(body.render(&scope()).unwrap(), "20 $json");
    assert!(Template::compile(&json!("{% if 1 %}{% endif %}")).is_err());
    assert_eq!(Template::body("{% include 'x' %}").unwrap_err().code, "statement_not_allowed");
    assert_eq!(Template::body("{% set a = 1 %}{{ a }}{{ b }}").unwrap_err().code, "unknown_name");
    assert_eq!(Template::body("Hello").unwrap().render(&scope()).unwrap(), "Hello");
}

#[test]
fn bombs_end_fast_with_a_clear_word() {
    let bombs = [
        "range(1000000000)",
        "'x' * 1000000000",
        "'x' * 100000 * 100000",
        "[0] * 1000000000",
        "range(100000) | map('string') | join | length",
        "range(9999) | list * 9999",
        "'%0999999999d' | format(1)",
        "2 ** 99999999999",
        "[1] | batch(1000000000, 0) | list",
        "range(5000) | map('tojson') | list | tojson | tojson | tojson | tojson | tojson | tojson | tojson | tojson",
    ];
    for bomb in bombs {
        let rendered = render(json!(format!("{{{{ {bomb} }}}}")));
        assert!(rendered.is_err(), "{bomb}");
    }
}

#[test]
fn loops_in_a_prompt_run_out_of_fuel() {
    let nested = "{% for a in range(1000) %}{% for b in range(1000) %}{{ a * b }}{% endfor %}{% endfor %}";
    let recursive = "{% macro again(n) %}{{ again(n + 1) }}{% endmacro %}{{ again(1) }}";
    let growing = "{% set ns = namespace(t='x') %}{% for i in range(99) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}{{ ns.t }}";
    for bomb in [nested, recursive, growing] {
        assert!(Template::body(bomb).unwrap().render(&scope()).is_err(), "{bomb}");
    }
}

#[test]
fn depth_and_length_do_not_reach_the_stack() {
    let deep = [
        format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000)),
        "[".repeat(10_000),
        format!("{}true", "not ".repeat(10_000)),
        format!("{}1", "-".repeat(10_000)),
        format!("input{}", ".a".repeat(10_000)),
        format!("1{}", "+1".repeat(10_000)),
        format!("1{}", "|abs".repeat(10_000)),
        format!("{}1", "1 if 1 else ".repeat(10_000)),
    ];
    for text in deep {
        assert!(Expression::compile(&text).is_err());
    }
    // As long as is allowed still compiles and runs.
    for text in [
        format!("1{}", "+1".repeat(290)),
        format!("1{}", "|abs".repeat(290)),
        format!("input{}", ".a".repeat(290)),
    ] {
        let _ = Expression::compile(&text).unwrap().holds(&scope());
    }
}

#[test]
fn nothing_reaches_the_host() {
    for text in
        ["debug()", "''.__class__", "input.__class__.__mro__", "self", "env", "include('x')", "caller()"]
    {
        assert!(holds(text).is_err(), "{text}");
    }
}

#[test]
fn an_output_without_end_is_cut_off() {
    let hundred = json!(vec!["x".repeat(1000); 100]);
    let big = Scope { input: hundred.into(), ..scope() };
    let many = Template::compile(&json!(
        "{{ [input, input, input, input, input, input, input, input, input, input, input] }}"
    ))
    .unwrap();
    assert!(many.render(&big).unwrap_err().message.contains("too large"));
    let taken = Template::compile(&json!(vec!["{{ input }}"; 200])).unwrap();
    assert!(taken.render(&big).unwrap_err().message.contains("too large"));
    let text = Template::body("{% for a in range(20) %}{{ input }}{% endfor %}").unwrap();
    assert!(text.render(&big).is_err());
}
