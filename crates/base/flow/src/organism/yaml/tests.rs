use proptest::prelude::*;
use serde_json::json;

use super::*;

fn shown(text: &str) -> serde_json::Value {
    parse(text).unwrap().to_json()
}

fn fault(text: &str) -> (&'static str, (usize, usize)) {
    let fault = parse(text).unwrap_err();
    (fault.code, Lines::new(text).position(fault.span.start))
}

#[test]
fn a_document_becomes_json_in_its_order() {
    let text = "b: 1\na: [x, 'no', no, 2.5]\nc: {d: true, e: }\nf: |\n  two\n  lines\n";
    assert_eq!(
        shown(text).to_string(),
        r#"{"b":1,"a":["x","no","no",2.5],"c":{"d":true,"e":null},"f":"two\nlines\n"}"#
    );
    assert_eq!(shown(""), json!(null));
    assert_eq!(shown("# only a comment\n"), json!(null));
    assert_eq!(shown("a: &x {b: 1}\nc: *x\n"), json!({"a": {"b": 1}, "c": {"b": 1}}));
}

#[test]
fn spans_cover_what_is_written() {
    let text = "ä: ö ü # c\nlist:\n  - \"q é\"\n  - {k: [1, 2]}\n\n# end\nz: 'x'\n";
    let root = parse(text).unwrap();
    let written: Vec<&str> = root.entries().iter().map(|entry| entry.value.span.of(text)).collect();
    assert_eq!(written, ["ö ü", "- \"q é\"\n  - {k: [1, 2]}", "'x'"]);
    let keys: Vec<&str> = root.entries().iter().map(|entry| entry.key_span.of(text)).collect();
    assert_eq!(keys, ["ä", "list", "z"]);
    let list = &root.entries()[1].value;
    assert_eq!(list.items()[1].span.of(text), "{k: [1, 2]}");
    assert_eq!(list.items()[0].span.of(text), "\"q é\"");
}

#[test]
fn a_place_inside_a_scalar_is_found() {
    let text = "a: \"x {{ y }}\"\nb: |\n    one\n    two {{ z }}\n";
    let root = parse(text).unwrap();
    let quoted = root.get("a").unwrap();
    assert!(inside_scalar(text, quoted, "x {{ y }}", 5).of(text).starts_with("y }}"));
    let literal = root.get("b").unwrap();
    let value = literal.text().unwrap();
    let place = inside_scalar(text, literal, value, value.find('z').unwrap());
    assert!(place.of(text).starts_with("z }}"), "{:?}", place.of(text));
}

#[test]
fn faults_stand_at_their_place() {
    assert_eq!(fault("a: 1\nb: 2\na: 3\n"), ("duplicate_key", (3, 1)));
    assert_eq!(fault("a: 1\n---\nb: 2\n"), ("multiple_documents", (2, 1)));
    assert_eq!(fault("a:\n\t- b\n"), ("yaml_syntax", (2, 1)));
    assert_eq!(fault("url: {{ input.x }}\n").0, "expression_not_quoted");
    assert_eq!(fault("a: b: c\n").0, "yaml_syntax");
    assert_eq!(fault("a: \"x\n").0, "yaml_syntax");
    assert_eq!(fault("a: &x\n  <<: 1\n").0, "merge_key");
    assert_eq!(fault("a: &x [*x]\n").0, "yaml_syntax");
}

#[test]
fn bombs_fail_fast() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        laughs.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    let deep = format!("a: {}1{}", "[".repeat(20_000), "]".repeat(20_000));
    let indented: String = (0..200).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    assert_eq!(fault(&laughs).0, "text_too_large");
    assert_eq!(fault(&deep).0, "nested_too_deep");
    assert_eq!(fault(&indented).0, "nested_too_deep");
    assert_eq!(fault(&"- 1\n".repeat(240_000)).0, "text_too_large");
    assert_eq!(fault(&"a".repeat(10_000_000)).0, "text_too_long");
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in r##"([a-c:\-\[\]{}&*!|>'"#%@`,?~<. é\n\t]|: |- |\n  ){0,60}"##) {
        if let Ok(node) = parse(&text) {
            prop_assert!(node.span.end <= text.len());
            prop_assert!(text.is_char_boundary(node.span.start) && text.is_char_boundary(node.span.end));
        }
    }
}
