use std::time::Instant;

use super::super::testing::{SHAPES, TRIAGE, catalogue};
use super::super::{DEFAULT_YAML, OnError, SAMPLE_YAML, Severity, Wait, Work};
use super::*;

/// A flow of one listener whose lines are given, and an output; the listener begins at line 3.
fn flow(listener: &str) -> String {
    format!(
        "organism: {{name: t}}\nlisteners:\n  - {}\n  - {{name: out, description: d, handler: output}}\n",
        listener.replace('\n', "\n    ")
    )
}

/// Severity, code and line of everything that is said.
fn said(text: &str) -> Vec<(Severity, &'static str, usize)> {
    read(text, &catalogue())
        .diagnostics
        .iter()
        .map(|found| (found.severity, found.code, found.line))
        .collect()
}

fn errors(text: &str) -> Vec<(&'static str, usize)> {
    let all = said(text).into_iter().filter(|(severity, ..)| *severity == Severity::Error);
    all.map(|(_, code, line)| (code, line)).collect()
}

/// The first diagnostic of that code, as message and hint.
fn words(text: &str, code: &str) -> (String, String) {
    let reading = read(text, &catalogue());
    let found = reading.diagnostics.iter().find(|found| found.code == code);
    let found = found.unwrap_or_else(|| panic!("no {code} among {:#?}", reading.diagnostics));
    (found.message.clone(), found.hint.clone().unwrap_or_default())
}

#[test]
fn the_flows_that_come_with_the_server_have_nothing_to_complain_of() {
    for text in [DEFAULT_YAML, SAMPLE_YAML, TRIAGE] {
        assert_eq!(said(text), [], "{text}");
    }
}

#[test]
fn everything_that_is_written_arrives() {
    let organism = read(TRIAGE, &catalogue()).organism.unwrap();
    assert_eq!(
        (organism.name.as_str(), organism.timeout_ms, organism.max_messages),
        ("ticket-desk", 300_000, 200)
    );
    assert_eq!((organism.max_tokens, organism.concurrency, organism.llm.retries), (50_000, Some(8), Some(2)));
    let sort = organism.listener(organism.entry);
    let Work::Agent(agent) = &sort.work else { panic!("{sort:?}") };
    assert_eq!((agent.max_turns, agent.temperature, sort.timeout_ms), (4, Some(0.2), 120_000));
    // One more than `llm.retries`; who asks no model has its own.
    assert_eq!(sort.retry.attempts, 3);
    assert_eq!(agent.peers, [organism.index("orders").unwrap()]);
    assert!(sort.output.as_ref().unwrap().objection(&serde_json::json!({"category": "x"})).is_some());
    let orders = organism.listener(organism.index("orders").unwrap());
    assert_eq!((orders.retry.attempts, orders.retry.backoff_ms, orders.timeout_ms), (3, 500, 10_000));
    assert_eq!(orders.on_error, OnError::Continue);
    assert!(organism.reach.can(organism.entry, organism.index("reply").unwrap()));
    let shapes = read(SHAPES, &catalogue()).organism.unwrap();
    let works: Vec<&Work> = shapes.listeners.iter().map(|listener| &listener.work).collect();
    assert!(matches!(works[3], Work::Merge(Wait::All)) && matches!(works[5], Work::Merge(Wait::Count(2))));
    assert!(
        matches!(works[4], Work::Branch { cases, otherwise } if cases.len() == 2 && otherwise.is_empty())
    );
    assert_eq!(shapes.listeners[2].on_error, OnError::Listener(shapes.index("sorry").unwrap()));
}

#[test]
fn defaults_are_those_of_the_language() {
    let text = flow("name: a\ndescription: d\nagent: true\nprompt: p\nnext: out");
    let organism = read(&text, &catalogue()).organism.unwrap();
    assert_eq!((organism.timeout_ms, organism.max_messages, organism.max_tokens), (300_000, 1_000, 100_000));
    let first = organism.listener(organism.entry);
    assert_eq!(
        (first.retry.attempts, first.retry.backoff_ms, first.retry.max_backoff_ms),
        (1, 1_000, 60_000)
    );
    assert!(matches!(&first.work, Work::Agent(agent) if agent.max_turns == 10));
    assert_eq!(first.on_error, OnError::Fail);
}

#[test]
fn each_mistake_is_an_error_at_its_line() {
    let set = "name: a\ndescription: d\nhandler: set\nconfig: {payload: 1}\nnext: out";
    let agent = "name: a\ndescription: d\nagent: true\nprompt: p\nnext: out";
    let cases = [
        (set, "name: a\n", "", ("invalid_listener_name", 3)),
        (set, "name: a", "name: a b", ("invalid_listener_name", 3)),
        (set, "name: a", "name: trigger", ("invalid_listener_name", 3)),
        (set, "name: a", "name: out", ("duplicate_name", 8)),
        (set, "description: d", "description: ''", ("missing_description", 3)),
        (set, "description: d", "description: [1]", ("wrong_type", 4)),
        (set, "handler: set", "timeout: 1s", ("missing_handler", 3)),
        (set, "handler: set", "handler: sett", ("unknown_handler", 5)),
        (set, "handler: set", "handler: 1", ("wrong_type", 5)),
        (set, "config: {payload: 1}", "concurrency: 1", ("invalid_config", 5)),
        (set, "{payload: 1}", "{paylod: 1, payload: 1}", ("invalid_config", 6)),
        (set, "{payload: 1}", "5", ("wrong_type", 6)),
        (set, "{payload: 1}", "{payload: '{{ 1 + }}'}", ("expression_syntax", 6)),
        (set, "{payload: 1}", "{payload: '{{ x }}'}", ("unknown_name", 6)),
        (set, "{payload: 1}", "{payload: \"{{ secret('K') }}\"}", ("secret_not_allowed", 6)),
        (set, "{payload: 1}", "{payload: '{{ steps.b }}'}", ("unknown_step", 6)),
        (set, "{payload: 1}", "{payload: '{{ trigger.body }}'}", ("unknown_field", 6)),
        (set, "next: out", "next: oud", ("dangling_name", 7)),
        (set, "next: out", "next: [out, 3]", ("wrong_type", 7)),
        (set, "next: out", "next: out\npeers: out", ("peers_on_non_agent", 8)),
        (set, "next: out", "next: out\ntimeout: -5s", ("invalid_duration", 8)),
        (set, "next: out", "next: out\ntimeout: soon", ("invalid_duration", 8)),
        (set, "next: out", "next: out\ntimeout: 0", ("invalid_duration", 8)),
        (set, "next: out", "next: out\nretry: {attempts: 21}", ("out_of_range", 8)),
        (set, "next: out", "next: out\nretry: 3", ("wrong_type", 8)),
        (set, "next: out", "next: out\non_error: nobody", ("dangling_name", 8)),
        (set, "next: out", "next: out\ninput: 3", ("wrong_type", 8)),
        (set, "next: out", "next: out\ninput: {type: objekt}", ("invalid_schema", 8)),
        (
            set,
            "next: out",
            "next: out\ninput: {properties: {a: {$ref: 'https://x.example/y'}}}",
            ("remote_reference", 8),
        ),
        (set, "next: out", "next: out\ninput: {$ref: '#'}", ("invalid_schema", 8)),
        (
            set,
            "next: out",
            "next: out\ninput: {properties: {a: {$dynamicRef: '#a'}}}",
            ("remote_reference", 8),
        ),
        (set, "next: out", "next: out\ninput: {$ref: '#/$defs/x'}", ("invalid_schema", 8)),
        (set, "next: out", "next: out\ninput: {pattern: '(?=a)'}", ("invalid_schema", 8)),
        (agent, "prompt: p", "temperature: 1", ("missing_agent_prompt", 3)),
        (agent, "prompt: p", "prompt: ' '", ("missing_agent_prompt", 6)),
        (agent, "prompt: p", "prompt: '{% for %}'", ("expression_syntax", 6)),
        (agent, "prompt: p", "prompt: p\nmax_turns: 101", ("out_of_range", 7)),
        (agent, "prompt: p", "prompt: p\ntemperature: hot", ("wrong_type", 7)),
        (agent, "prompt: p", "prompt: p\npeers: [nobody]", ("dangling_name", 7)),
        (agent, "prompt: p", "prompt: p\nconfig: {prompt: p}", ("invalid_config", 7)),
        (agent, "agent: true", "agent: no", ("wrong_type", 5)),
    ];
    for (base, from, to, expected) in cases {
        assert!(base.contains(from), "{from}");
        let text = flow(&base.replace(from, to));
        assert!(errors(&text).contains(&expected), "{to}: {expected:?} not in {:?}", errors(&text));
        assert!(read(&text, &catalogue()).organism.is_none());
    }
}

#[test]
fn mistakes_of_branches_and_outputs_are_errors() {
    let branch = |keys: &str| flow(&format!("name: a\ndescription: d\nhandler: branch\n{keys}"));
    assert_eq!(errors(&branch("otherwise: out")), [("missing_cases", 3)]);
    assert_eq!(errors(&branch("cases: [{next: out}]")), [("missing_when", 6)]);
    assert_eq!(errors(&branch("cases: [{when: 'input.', next: out}]")), [("expression_syntax", 6)]);
    assert_eq!(errors(&branch("cases: [{when: 'a == 1', next: out}]")), [("unknown_name", 6)]);
    assert_eq!(
        errors(&branch("cases: [{when: '1', next: x}]\nnext: out")),
        [("dangling_name", 6), ("next_on_branch", 7)]
    );
    let looped = DEFAULT_YAML.replace("handler: output", "handler: output\n    next: greeting");
    assert_eq!(errors(&looped), [("output_with_next", 18)]);
}

#[test]
fn mistakes_of_the_sections_are_errors() {
    assert_eq!(errors(""), [("wrong_type", 1)]);
    assert_eq!(errors("- a"), [("wrong_type", 1)]);
    assert_eq!(errors("listeners: []"), [("missing_organism", 1), ("missing_listeners", 1)]);
    assert_eq!(errors("organism: {name: a}"), [("missing_listeners", 1)]);
    assert_eq!(errors("organism: {name: a}\nlisteners: [1]"), [("wrong_type", 2)]);
    assert_eq!(errors("organism: {name: a}\nlisteners: {directory: x}"), [("wrong_type", 2)]);
    let base = flow("name: a\ndescription: d\nhandler: set\nconfig: {payload: 1}\nnext: out");
    for (to, expected) in [
        ("{}", "missing_name"),
        ("{name: [1]}", "wrong_type"),
        ("{name: t, entry: x}", "dangling_name"),
        ("{name: t, timeout: 1 year}", "invalid_duration"),
        ("{name: t, max_messages: 0}", "out_of_range"),
        ("{name: t}\nllm: {strategy: fastest}", "invalid_value"),
        ("{name: t}\nllm: {similarity: 0.3}", "out_of_range"),
        ("{name: t}\nllm: many", "wrong_type"),
        ("{name: t}\norganism: 1", "duplicate_key"),
    ] {
        let found = errors(&base.replace("{name: t}", to));
        assert!(found.iter().any(|(code, _)| *code == expected), "{to}: {found:?}");
    }
}

#[test]
fn hints_say_what_was_perhaps_meant() {
    let base = "name: a\ndescription: d\nhandler: http\nconfig: {url: x}\nnext: out";
    let hint = |from: &str, to: &str, code: &str| words(&flow(&base.replace(from, to)), code).1;
    assert_eq!(hint("handler: http", "handler: htpp", "unknown_handler"), "did you mean `http`?");
    assert_eq!(hint("next: out", "next: ouf", "dangling_name"), "did you mean `out`?");
    assert_eq!(hint("next: out", "netx: out", "unknown_key"), "did you mean `next`?");
    assert_eq!(hint("url: x", "ulr: x, url: x", "invalid_config"), "did you mean `url`?");
    assert_eq!(hint("url: x", "method: GET", "invalid_config"), "Where the request goes.");
    assert!(
        hint("handler: http", "handler: librarian", "unknown_handler")
            .starts_with("this version does not have `librarian` yet")
    );
    assert!(
        hint("handler: http", "handler: my.own.code", "unknown_handler")
            .starts_with("Python handlers do not run here")
    );
    assert_eq!(hint("url: x", "url: '{{ steps.my }}'", "unknown_step"), "there are: a, out");
    let dashed =
        flow(base).replace("name: a\n", "name: my-a\n").replace("url: x", "url: '{{ steps.my-a.b }}'");
    assert_eq!(words(&dashed, "unknown_name").1, "a name with a dash stands in brackets: [\"my-a\"]");
}

#[test]
fn config_that_depends_on_an_expression_is_not_judged() {
    let base = "name: a\ndescription: d\nhandler: http\nconfig: {url: x, follow: 1, method: GET}\nnext: out";
    assert_eq!(errors(&flow(base)), []);
    assert_eq!(
        errors(&flow(
            &base.replace("follow: 1", "follow: '{{ input.n }}'").replace("GET", "'{{ input.m }}'")
        )),
        []
    );
    assert_eq!(errors(&flow(&base.replace("follow: 1", "follow: many"))), [("invalid_config", 6)]);
    assert_eq!(errors(&flow(&base.replace("GET", "FETCH"))), [("invalid_config", 6)]);
}

#[test]
fn fields_are_checked_where_the_schema_is_known() {
    let base = "name: a\ndescription: d\nhandler: http\ninput: {type: object, properties: {total: {type: object, properties: {net: {}}}}}\nconfig: {url: '{{ input.total.net }}'}\nnext: out";
    assert_eq!(said(&flow(base)), []);
    let typo = flow(&base.replace("input.total.net", "input.totl"));
    assert_eq!(said(&typo), [(Severity::Warning, "unknown_field", 7)]);
    assert_eq!(words(&typo, "unknown_field").1, "did you mean `total`?");
    let closed = base.replace(
        "{type: object, properties: {total",
        "{type: object, additionalProperties: false, properties: {total",
    );
    assert_eq!(errors(&flow(&closed.replace("input.total.net", "input.totl"))), [("unknown_field", 7)]);
    assert_eq!(said(&flow(&closed.replace("input.total.net", "input.totl | default(1)"))), []);
    let typo = SAMPLE_YAML.replace("steps.total.result", "steps.total.reslt");
    assert_eq!(words(&typo, "unknown_field").0, "steps.total has no field `reslt`");
}

#[test]
fn what_a_handler_takes_from_its_input_does_not_limit_the_input() {
    let mut spec = catalogue().get("calculate").unwrap().clone();
    spec.input =
        Some(serde_json::json!({"type": "object", "properties": {"expression": {"type": "string"}}}));
    let text = "name: a\ndescription: d\nhandler: calculate\nconfig: {expression: '{{ input.order }} * 2'}\nnext: out";
    assert_eq!(read(&flow(text), &Catalogue::new(vec![spec])).diagnostics, []);
}

#[test]
fn a_place_inside_a_text_is_exact() {
    let text = TRIAGE.replace("trigger.method ==", "trigger.methd ==");
    let reading = read(&text, &catalogue());
    let found = &reading.diagnostics[0];
    let line = text.lines().nth(found.line - 1).unwrap();
    assert!(line[found.column - 1..].starts_with("trigger.methd"), "{found:?}");
    assert_eq!(found.listener.as_deref(), Some("sort"));
    assert!(found.render("a.yaml", &text).contains("did you mean `method`?"));
}

#[test]
fn the_graph_is_looked_at_as_a_whole() {
    let lost = flow("name: a\ndescription: d\nhandler: set\nconfig: {payload: 1}");
    assert_eq!(said(&lost), [(Severity::Warning, "unreachable_listener", 7)]);
    let circle = flow("name: a\ndescription: d\nhandler: set\nconfig: {payload: 1}\nnext: [a, out]");
    assert_eq!(said(&circle), [(Severity::Info, "cycle_detected", 3)]);
    let both = TRIAGE.replace("otherwise: reply", "otherwise: [reply, orders]");
    assert!(said(&both).iter().any(|(_, code, _)| *code == "called_and_handed"));
}

#[test]
fn unknown_keys_are_warnings_and_words_of_yaml_1_1_stay_words() {
    let text = flow("name: a\ndescription: no\nhandler: set\nconfig: {payload: 1}\nnext: out\ncolour: red");
    assert_eq!(said(&text), [(Severity::Warning, "unknown_key", 8)]);
    let organism = read(&text, &catalogue()).organism.unwrap();
    assert_eq!(organism.listeners[0].description, "no");
}

#[test]
fn files_of_version_2_1_load() {
    let text = "\
organism: {name: old, port: 8765, max_tokens_per_thread: 5000}
max_concurrent_handlers: 20
thread_scheduling: breadth-first
execution: {timeout_seconds: 90, log_level: debug}
llm: {strategy: failover, retries: 3, backends: [{provider: xai}]}
listeners:
  - name: greeter
    description: Greets
    payload_class: handlers.hello.Greeting
    handler: handlers.hello.handle
    agent: true
    prompt: You greet.
    peers: [calculator.add]
  - name: calculator.add
    description: Adds
    payload_class: xml_pipeline.tools.CalculatePayload
    handler: xml_pipeline.tools.calculate.calculate_handler
    broadcast: false
    timeout_seconds: 5
    peers: [done]
  - name: done
    description: The end
    payload_class: x.Y
    handler: output
";
    let reading = read(text, &catalogue());
    let organism = reading.organism.unwrap_or_else(|| panic!("{:#?}", reading.diagnostics));
    assert_eq!((organism.max_tokens, organism.timeout_ms), (5_000, 90_000));
    let adder = &organism.listeners[1];
    assert!(matches!(&adder.work, Work::Turn { handler, .. } if &**handler == "calculate"));
    assert_eq!((adder.next.as_slice(), adder.timeout_ms), (&[ListenerIndex(2)][..], 5_000));
    assert!(adder.input.as_ref().unwrap().objection(&serde_json::json!({})).is_some());
    let without_effect: Vec<usize> = reading
        .diagnostics
        .iter()
        .filter(|found| found.code == "no_effect")
        .map(|found| found.line)
        .collect();
    assert_eq!(without_effect, [1, 2, 3, 4, 5, 9, 10, 16, 18, 19, 23]);
    assert!(reading.diagnostics.iter().all(|found| found.severity != Severity::Error));
}

#[test]
fn hostile_texts_fail_within_moments() {
    let listener = "  - {name: a, description: d, handler: set, config: {payload: 1}}\n";
    let texts = [
        ("x: ".to_owned() + &"a".repeat(10_000_000), "text_too_long"),
        (format!("organism: {}", "[".repeat(20_000)), "nested_too_deep"),
        (format!("organism: {{name: a}}\nlisteners:\n{}", listener.repeat(10_000)), "too_many_listeners"),
    ];
    #[expect(clippy::disallowed_methods, reason = "the time that passes is what is tested")]
    let began = Instant::now();
    for (text, code) in texts {
        let reading = read(&text, &catalogue());
        let codes: Vec<&str> = reading.diagnostics.iter().map(|found| found.code).collect();
        assert_eq!(codes, [code]);
    }
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
}

#[test]
fn a_thousand_listeners_are_read() {
    let listeners: String = (0..999)
        .map(|number| {
            let next = if number == 998 { "out".to_owned() } else { format!("n{}", number + 1) };
            format!("  - {{name: n{number}, description: d, handler: set, config: {{payload: '{{{{ input }}}}'}}, next: {next}}}\n")
        })
        .collect();
    let text = format!(
        "organism: {{name: t}}\nlisteners:\n{listeners}  - {{name: out, description: d, handler: output}}\n"
    );
    let organism = read(&text, &catalogue()).organism.unwrap();
    assert!(organism.reach.can(organism.entry, organism.index("out").unwrap()));
}

#[test]
fn many_mistakes_are_cut_off() {
    let wrong: String = (0..900).map(|number| format!("  - {{name: n{number}, nxt: 1}}\n")).collect();
    let reading = read(&format!("organism: {{name: t}}\nlisteners:\n{wrong}"), &catalogue());
    assert_eq!(reading.diagnostics.len(), 500);
    assert!(reading.organism.is_none());
}

#[test]
fn what_waits_and_what_calls_arrives_as_written() {
    use super::super::testing::LISTS;
    use super::super::{Delay, OnItemError};
    assert_eq!(said(LISTS), []);
    let organism = read(LISTS, &catalogue()).organism.unwrap();
    let work = |name: &str| organism.listener(organism.index(name).unwrap()).work.clone();
    let Work::Each(each) = work("rows") else { panic!() };
    assert_eq!((each.concurrency, each.on_item_error), (5, OnItemError::Collect));
    assert_eq!(Some(each.work), organism.index("ask"));
    assert!(matches!(work("ask"), Work::Approval(approval) if approval.deadline.is_some()));
    assert!(matches!(work("sub"), Work::Flow { flow, input: Some(_) } if &*flow == "enrich-customer"));
    assert!(matches!(
        (work("nap"), work("later")),
        (Work::Delay(Delay::For(_)), Work::Delay(Delay::Until(_)))
    ));
}

#[test]
fn settings_of_what_waits_and_what_calls_are_checked_at_their_place() {
    let config = |handler: &str, config: &str| {
        flow(&format!("{{name: a, description: d, handler: {handler}, config: {{{config}}}}}"))
    };
    for (handler, settings, wanted) in [
        ("each", "items: '{{ input }}', do: nobody", "dangling_name"),
        ("each", "items: '{{ input }}'", "invalid_config"),
        ("each", "items: 7, do: out", "invalid_config"),
        ("each", "items: [], do: out, concurrency: 0", "invalid_config"),
        ("each", "items: [], do: out, on_item_error: ignore", "invalid_config"),
        ("delay", "", "invalid_config"),
        ("delay", "for: 10m, until: '{{ input }}'", "invalid_config"),
        ("delay", "for: a while", "invalid_duration"),
        ("delay", "for: 400d", "invalid_duration"),
        ("delay", "until: tomorrow", "invalid_time"),
        ("approval", "deadline: 2d", "invalid_config"),
        ("approval", "message: ok?, deadline: soon", "invalid_duration"),
        ("approval", "message: ok?, deadline: 1d, default: maybe", "invalid_config"),
        ("flow", "input: 1", "invalid_config"),
        ("flow", "flow: '{{ input.flow }}'", "invalid_config"),
    ] {
        let found = errors(&config(handler, settings));
        assert_eq!(found, [(wanted, 3)], "{handler} {settings}");
    }
    let (message, hint) = words(&config("each", "items: [], do: outt"), "dangling_name");
    assert_eq!((message.as_str(), hint.as_str()), ("there is no listener `outt`", "did you mean `out`?"));
}

#[test]
fn keys_without_effect_on_what_is_done_at_once_are_said() {
    let text = flow(
        "{name: a, description: d, handler: delay, config: {for: 1s}, retry: {attempts: 3}, timeout: 5s, next: out}",
    );
    let told: Vec<_> = said(&text).into_iter().map(|(_, code, _)| code).collect();
    assert_eq!(told, ["no_effect", "no_effect"]);
    let (message, _) = words(
        &flow("{name: a, description: d, handler: approval, config: {message: m, default: approve}}"),
        "no_effect",
    );
    assert_eq!(message, "`default` has no effect without a `deadline`");
}
