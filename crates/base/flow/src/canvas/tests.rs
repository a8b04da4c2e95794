use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::organism::testing::{LISTS, SHAPES, TRIAGE, catalogue};
use crate::organism::{DEFAULT_YAML, SAMPLE_YAML, read, yaml};

const LEGACY: &str = "\
organism: {name: old}
listeners:
- name: greeter
  description: Greets
  payload_class: a.B
  agent: true
  prompt: p
  peers: [adder]
- name: adder
  description: Adds
  payload_class: a.C
  handler: x.tools.calculate.handle
  peers:
    - done        # the end
- name: done
  description: d
  payload_class: a.D
  handler: output
";

const TEXTS: [&str; 6] = [DEFAULT_YAML, SAMPLE_YAML, TRIAGE, SHAPES, LISTS, LEGACY];

fn edges(canvas: &CanvasState) -> Vec<String> {
    let shown = |edge: &CanvasEdge| {
        format!("{} {} {}", edge.source, edge.source_handle.as_deref().unwrap_or_default(), edge.target)
    };
    canvas.edges.iter().map(shown).collect()
}

fn node<'c>(canvas: &'c mut CanvasState, id: &str) -> &'c mut CanvasNode {
    canvas.nodes.iter_mut().find(|node| node.id == id).unwrap()
}

fn connect(canvas: &mut CanvasState, source: &str, handle: &str, target: &str) {
    canvas.edges.push(CanvasEdge {
        id: format!("new-{source}-{handle}-{target}"),
        source: source.to_owned(),
        target: target.to_owned(),
        source_handle: Some(handle.to_owned()),
        target_handle: None,
    });
}

fn cut(canvas: &mut CanvasState, source: &str, handle: &str, target: &str) {
    let before = canvas.edges.len();
    canvas.edges.retain(|edge| {
        (edge.source.as_str(), edge.source_handle.as_deref(), edge.target.as_str())
            != (source, Some(handle), target)
    });
    assert_eq!(canvas.edges.len(), before - 1, "{source} {handle} {target}");
}

/// The text after a change on its canvas.
fn changed(text: &str, change: impl FnOnce(&mut CanvasState)) -> String {
    let mut canvas = from_yaml(text, None);
    change(&mut canvas);
    apply_to_yaml(text, &canvas).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// The lines that only one of the two texts has.
fn difference(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let only = |one: &str, other: &str| {
        one.lines().filter(|line| !other.lines().any(|same| same == *line)).map(str::to_owned).collect()
    };
    (only(before, after), only(after, before))
}

#[test]
fn a_text_is_drawn_with_its_trigger_types_and_handles() {
    let canvas = from_yaml(TRIAGE, None);
    let drawn: Vec<(&str, &str)> =
        canvas.nodes.iter().map(|node| (node.id.as_str(), node.kind.as_str())).collect();
    assert_eq!(
        drawn,
        [
            ("trigger", "trigger"),
            ("sort", "llmCall"),
            ("orders", "httpRequest"),
            ("route", "conditional"),
            ("person", "llmCall"),
            ("reply", "output")
        ]
    );
    assert_eq!(
        edges(&canvas),
        [
            "trigger next sort",
            "sort next route",
            "sort peer orders",
            "route case-0 person",
            "route otherwise reply",
            "person next reply"
        ]
    );
    assert_eq!(canvas.edges[1].id, "sort-route");
    let data = &canvas.nodes[1].data;
    assert_eq!(
        (&data["name"], &data["isAgent"], &data["max_turns"]),
        (&json!("sort"), &json!(true), &json!(4))
    );
    assert!(!data.contains_key("next") && !data.contains_key("agent"));
    assert_eq!(canvas.nodes[3].data["cases"].as_array().unwrap().len(), 1);
    let shape = serde_json::to_value(&canvas).unwrap();
    assert_eq!(shape["edges"][1]["sourceHandle"], "next");
    assert_eq!(shape["nodes"][0]["type"], "trigger");
    assert_eq!(serde_json::from_value::<CanvasState>(shape).unwrap(), canvas);
}

#[test]
fn two_edges_between_the_same_nodes_have_two_ids() {
    let canvas = from_yaml(SHAPES, None);
    let ids: std::collections::HashSet<&str> = canvas.edges.iter().map(|edge| edge.id.as_str()).collect();
    assert_eq!(ids.len(), canvas.edges.len());
    assert!(ids.contains("route-out") && ids.contains("route-out-case-1"));
}

#[test]
fn files_of_version_2_1_hand_over_by_peers() {
    assert_eq!(
        edges(&from_yaml(LEGACY, None)),
        ["trigger next greeter", "greeter peer adder", "adder next done"]
    );
    let cut_off = changed(LEGACY, |canvas| cut(canvas, "adder", "next", "done"));
    assert_eq!(difference(LEGACY, &cut_off).1, Vec::<String>::new());
}

#[test]
fn what_was_placed_by_hand_stays_and_keeps_its_colour() {
    let mut placed = from_yaml(TRIAGE, None);
    node(&mut placed, "sort").position = Position { x: 7.0, y: 9.0 };
    node(&mut placed, "sort").data.insert("color".to_owned(), json!("red"));
    placed.viewport.zoom = 0.5;
    let again = from_yaml(TRIAGE, Some(&placed));
    assert_eq!(again, placed);
    assert_eq!(
        from_yaml("a: [", Some(&placed)),
        placed,
        "a text that cannot be read leaves the canvas alone"
    );
    assert_eq!(from_yaml("", None).nodes.len(), 1);
}

#[test]
fn an_unchanged_canvas_changes_nothing() {
    for text in TEXTS {
        assert_eq!(changed(text, |_| {}), text);
        let windows = text.replace('\n', "\r\n");
        assert_eq!(changed(&windows, |_| {}), windows);
    }
}

#[test]
fn every_edge_can_be_cut_and_drawn_again() {
    for text in TEXTS {
        let canvas = from_yaml(text, None);
        for edge in canvas.edges.iter().filter(|edge| edge.source != "trigger") {
            let handle = edge.source_handle.clone().unwrap();
            let without = changed(text, |canvas| cut(canvas, &edge.source, &handle, &edge.target));
            let mut expected = edges(&canvas);
            expected.retain(|shown| *shown != format!("{} {handle} {}", edge.source, edge.target));
            assert_eq!(edges(&from_yaml(&without, None)), expected, "{without}");
            let again = changed(&without, |canvas| connect(canvas, &edge.source, &handle, &edge.target));
            let (mut one, mut other) = (edges(&from_yaml(&again, None)), edges(&canvas));
            one.sort();
            other.sort();
            assert_eq!(one, other, "{again}");
            let comments = |text: &str| text.matches('#').count();
            let touched =
                text.lines().filter(|line| line.contains(&edge.target) && line.contains('#')).count();
            assert!(comments(&again) + touched >= comments(text), "{again}");
        }
    }
}

#[test]
fn a_new_edge_is_one_line() {
    let after = changed(TRIAGE, |canvas| connect(canvas, "orders", "error", "person"));
    let (gone, new) = difference(TRIAGE, &after);
    assert_eq!(
        (gone, new),
        (vec!["    on_error: continue".to_owned()], vec!["    on_error: person".to_owned()])
    );
    let after = changed(TRIAGE, |canvas| connect(canvas, "sort", "peer", "person"));
    assert_eq!(difference(TRIAGE, &after).1, ["    peers: [orders, person]"]);
    let after = changed(TRIAGE, |canvas| connect(canvas, "person", "next", "sort"));
    assert_eq!(difference(TRIAGE, &after).1, ["    next: [reply, sort]"]);
    let after = changed(TRIAGE, |canvas| connect(canvas, "route", "case-0", "reply"));
    assert!(after.contains("next: [person, reply]}"), "{after}");
}

#[test]
fn a_changed_field_changes_only_itself() {
    let after = changed(TRIAGE, |canvas| {
        node(canvas, "orders").data["config"]["method"] = json!("POST");
        node(canvas, "sort").data["max_turns"] = json!(6);
        node(canvas, "reply").data.remove("config");
        node(canvas, "person").data.insert("timeout".to_owned(), json!("20s"));
        node(canvas, "route").data["cases"][0]["when"] = json!("input.category == 'other'");
    });
    let (gone, new) = difference(TRIAGE, &after);
    assert_eq!(gone.len(), 4, "{gone:#?}");
    assert_eq!(new.len(), 4, "{new:#?}");
    assert!(
        after.contains("{method: POST, url:")
            && after.contains("    max_turns: 6\n")
            && after.contains("    timeout: 20s\n")
    );
    assert!(after.contains("# who answers") && !after.contains("status: 201"));
    assert!(read(&after, &catalogue()).organism.is_some(), "{after}");
}

#[test]
fn a_prompt_stays_a_block() {
    let after =
        changed(TRIAGE, |canvas| node(canvas, "sort").data["prompt"] = json!("One.\n\nTwo {{ input.x }}.\n"));
    assert!(
        after.contains("    prompt: |\n      One.\n\n      Two {{ input.x }}.\n    temperature: 0.2\n"),
        "{after}"
    );
}

#[test]
fn a_listener_comes_and_goes() {
    let after = changed(TRIAGE, |canvas| {
        let data = json!({"name": "note", "label": "note", "description": "Takes a note", "config": {"payload": {"a": "{{ input }}"}}});
        let data = data.as_object().unwrap().clone();
        canvas.nodes.push(CanvasNode {
            id: "n-1".to_owned(),
            kind: "custom".to_owned(),
            position: Position::default(),
            data,
        });
        connect(canvas, "person", "next", "n-1");
        connect(canvas, "n-1", "next", "reply");
    });
    let added = "\n\n  - name: note\n    description: Takes a note\n    config:\n      payload:\n        a: \"{{ input }}\"\n    handler: set\n    next: reply\n";
    assert!(after.ends_with(added), "{after}");
    assert!(read(&after, &catalogue()).organism.is_some(), "{after}");
    let gone = changed(&after, |canvas| {
        canvas.nodes.retain(|node| node.id != "note");
        canvas.edges.retain(|edge| edge.source != "note" && edge.target != "note");
    });
    assert_eq!(gone.replace("    next: [reply]\n", "    next: reply\n"), format!("{}\n", TRIAGE.trim_end()));
}

#[test]
fn a_listener_gets_another_name_everywhere() {
    let after = changed(TRIAGE, |canvas| {
        node(canvas, "sort").data["name"] = json!("sort-out");
        node(canvas, "reply").data["name"] = json!("answer");
    });
    assert!(after.contains("  entry: sort-out\n") && after.contains("otherwise: answer\n"), "{after}");
    assert!(after.contains("steps[\"sort-out\"].category"), "{after}");
    let reading = read(&after, &catalogue());
    assert!(reading.diagnostics.is_empty(), "{:#?}\n{after}", reading.diagnostics);
    let back = changed(&after, |canvas| {
        node(canvas, "sort-out").data["name"] = json!("sort");
        node(canvas, "answer").data["name"] = json!("reply");
    });
    assert_eq!(back, TRIAGE);
}

#[test]
fn a_note_is_no_listener_and_stays_where_it_is() {
    let mut canvas = from_yaml(TRIAGE, None);
    let mut note = canvas.nodes[1].clone();
    (note.id, note.kind) = (":note-1".to_owned(), "note".to_owned());
    note.data = serde_json::from_value(json!({"text": "Ask Ada"})).unwrap();
    canvas.nodes.push(note.clone());
    assert_eq!(apply_to_yaml(TRIAGE, &canvas).unwrap(), TRIAGE);
    assert_eq!(from_yaml(TRIAGE, Some(&canvas)).nodes.last(), Some(&note));
}

#[test]
fn another_entry_is_written_down() {
    let after = changed(SAMPLE_YAML, |canvas| {
        canvas.edges.retain(|edge| edge.source != "trigger");
        connect(canvas, "trigger", "next", "total");
    });
    assert_eq!(difference(SAMPLE_YAML, &after).1, ["  entry: total"]);
}

#[test]
fn cases_can_be_added_and_taken_away() {
    let more = changed(TRIAGE, |canvas| {
        node(canvas, "route").data["cases"] = json!([{"when": "input.a"}, {"when": "input.b"}]);
        connect(canvas, "route", "case-1", "reply");
    });
    assert!(edges(&from_yaml(&more, None)).contains(&"route case-1 reply".to_owned()), "{more}");
    assert!(read(&more, &catalogue()).organism.is_some(), "{more}");
}

#[test]
fn a_canvas_that_contradicts_itself_is_refused() {
    let refused = |change: &dyn Fn(&mut CanvasState)| {
        let mut canvas = from_yaml(TRIAGE, None);
        change(&mut canvas);
        apply_to_yaml(TRIAGE, &canvas).unwrap_err()[0].code
    };
    assert_eq!(refused(&|canvas| connect(canvas, "sort", "next", "nobody")), "invalid_edge_target");
    assert_eq!(refused(&|canvas| connect(canvas, "nobody", "next", "sort")), "invalid_edge_source");
    assert_eq!(refused(&|canvas| connect(canvas, "route", "case-7", "sort")), "invalid_edge_source");
    assert_eq!(refused(&|canvas| connect(canvas, "route", "sideways", "sort")), "invalid_edge_source");
    assert_eq!(refused(&|canvas| node(canvas, "sort").data["name"] = json!("reply")), "duplicate_node_name");
    assert_eq!(refused(&|canvas| node(canvas, "sort").data["name"] = json!("a b")), "invalid_node_name");
    assert_eq!(refused(&|canvas| canvas.nodes.clear()), "missing_listeners");
    assert_eq!(apply_to_yaml("a: [", &CanvasState::default()).unwrap_err()[0].code, "yaml_syntax");
}

#[test]
fn shared_yaml_is_not_broken_silently() {
    let text = "organism: {name: a}\nlisteners:\n  - {name: a, description: d, handler: set, config: {payload: 1}, next: &n [b]}\n  - {name: c, description: d, handler: set, config: {payload: 1}, next: *n}\n  - {name: b, description: d, handler: output}\n";
    assert_eq!(changed(text, |_| {}), text);
    let mut canvas = from_yaml(text, None);
    cut(&mut canvas, "a", "next", "b");
    assert_eq!(apply_to_yaml(text, &canvas).unwrap_err()[0].code, "canvas_conflict");
}

proptest! {
    #[test]
    fn any_change_of_edges_arrives_and_nothing_else_changes(
        style in 0..TEXTS.len(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        lines in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..4),
    ) {
        let text = TEXTS[style];
        let mut canvas = from_yaml(text, None);
        for cut in cuts {
            let at = cut.index(canvas.edges.len());
            if canvas.edges[at].source != "trigger" && canvas.edges.len() > 2 {
                canvas.edges.remove(at);
            }
        }
        let boxes: Vec<CanvasNode> = canvas.nodes.iter().filter(|node| node.id != "trigger").cloned().collect();
        for (from, to) in lines {
            let (from, to) = (&boxes[from.index(boxes.len())], &boxes[to.index(boxes.len())]);
            let handle = if from.kind == "conditional" { "otherwise" } else { "next" };
            connect(&mut canvas, &from.id, handle, &to.id);
        }
        let after = apply_to_yaml(text, &canvas).map_err(|problems| TestCaseError::fail(format!("{problems:?}")))?;
        let drawn = from_yaml(&after, None);
        let (mut wanted, mut found) = (edges(&canvas), edges(&drawn));
        wanted.sort();
        wanted.dedup();
        found.sort();
        prop_assert_eq!(wanted, found, "{}", after);
        let data = |canvas: &CanvasState| -> Vec<_> { canvas.nodes.iter().map(|node| node.data.clone()).collect() };
        prop_assert_eq!(data(&drawn), data(&canvas), "{}", after);
        prop_assert!(yaml::parse(&after).is_ok());
    }

    #[test]
    fn a_damaged_text_is_read_drawn_and_written_back_without_harm(
        style in 0..TEXTS.len(),
        from in any::<prop::sample::Index>(),
        length in 0..40_usize,
        piece in r##"([a-c:\-\[\]{}&*!|>'"#%@?~<. \n\t]|\{\{ | \}\}|é){0,8}"##,
    ) {
        let text = TEXTS[style];
        let floor = |mut at: usize| { while !text.is_char_boundary(at) { at -= 1; } at };
        let start = floor(from.index(text.len()));
        let end = floor((start + length).min(text.len()));
        let damaged = format!("{}{piece}{}", &text[..start], &text[end.max(start)..]);
        let reading = read(&damaged, &catalogue());
        for diagnostic in &reading.diagnostics {
            prop_assert!(!diagnostic.render("a.yaml", &damaged).is_empty());
        }
        let canvas = from_yaml(&damaged, None);
        if let Ok(written) = apply_to_yaml(&damaged, &canvas) {
            prop_assert_eq!(written, damaged);
        }
    }
}

#[test]
fn more_listeners_than_a_flow_may_have_are_not_drawn() {
    let text = |count: usize| -> String {
        let listener = |number: usize| format!("- {{name: l{number}, handler: output}}\n");
        std::iter::once("listeners:\n".to_owned()).chain((0..count).map(listener)).collect()
    };
    let most = from_yaml(&text(1_000), None);
    assert_eq!(most.nodes.len(), 1_001);
    assert_eq!(from_yaml(&text(1_001), Some(&most)), most);
    let refused = apply_to_yaml(&text(1_002), &most).unwrap_err();
    assert_eq!(refused[0].code, "too_many_listeners");
}

#[test]
fn where_the_work_of_an_each_begins_is_an_edge() {
    let mut canvas = from_yaml(LISTS, None);
    assert!(edges(&canvas).contains(&"rows do ask".to_owned()));
    let rows = node(&mut canvas, "rows");
    assert_eq!(rows.kind, "loop");
    assert!(rows.data["config"].get("do").is_none() && rows.data["config"]["concurrency"] == 5);

    let moved = changed(LISTS, |canvas| {
        cut(canvas, "rows", "do", "ask");
        connect(canvas, "rows", "do", "sub");
    });
    assert_eq!(moved, LISTS.replace("do: ask", "do: sub"));

    let set = changed(LISTS, |canvas| {
        node(canvas, "rows").data["config"]["concurrency"] = json!(9);
        cut(canvas, "rows", "do", "ask");
        connect(canvas, "rows", "do", "sub");
    });
    let organism = read(&set, &catalogue()).organism.unwrap();
    let crate::organism::Work::Each(each) = &organism.listener(organism.entry).work else { panic!("{set}") };
    assert_eq!((each.concurrency, Some(each.work)), (9, organism.index("sub")));

    let renamed = changed(LISTS, |canvas| {
        node(canvas, "ask").data.insert("name".to_owned(), json!("question"));
    });
    assert_eq!(renamed, LISTS.replace("do: ask", "do: question").replace("name: ask", "name: question"));
}

#[test]
fn a_new_each_is_written_with_its_work() {
    let text = changed(SHAPES, |canvas| {
        let data = json!({"name": "rows", "description": "d", "handler": "each", "config": {"items": "{{ input }}"}});
        canvas.nodes.push(CanvasNode {
            id: "new-1".to_owned(),
            kind: "loop".to_owned(),
            position: Position::default(),
            data: data.as_object().cloned().unwrap(),
        });
        connect(canvas, "new-1", "do", "left");
        connect(canvas, "big", "next", "new-1");
    });
    assert!(read(&text, &catalogue()).organism.is_some(), "{text}");
    assert!(text.contains("do: left"), "{text}");
}
