//! What holds for every document: no panic, and what is written reads back.

use proptest::prelude::*;
use serde_json::{Map, Value as Json};

use super::{csv, xml, yaml};
use crate::testing::{MAX_TIME_MS, best_ms};

const COMMA: csv::Layout = csv::Layout { delimiter: b',', headers: true };
const PLAIN: xml::Style<'static> = xml::Style { root: None, is_pretty: false };

/// Any JSON.
fn values() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>().prop_filter("JSON has finite numbers", |number| number.is_finite()).prop_map(Json::from),
        any::<String>().prop_map(Json::from),
        "[a-z:#\\- \n\"'{}\\[\\]&*!|>%@`0-9.]{0,12}".prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            prop::collection::vec((any::<String>(), inner), 0..5)
                .prop_map(|fields| Json::Object(Map::from_iter(fields))),
        ]
    })
}

/// The JSON that XML keeps: texts that are not blank, nulls, lists of two or more under a name, objects with a
/// child; `@` fields are texts, `#text` has no blanks around it.
fn documents() -> impl Strategy<Value = Json> {
    let text = "[ -~\t\n\u{e9}\u{1f600}]{0,10}[a-z<>&\"'\\]][ -~\t\n]{0,5}";
    let leaf = prop_oneof![1 => Just(Json::Null), 4 => text.prop_map(Json::from)];
    let element = leaf.prop_recursive(4, 40, 4, |inner| {
        let child = prop_oneof![
            3 => inner.clone(),
            1 => prop::collection::vec(inner, 2..4).prop_map(Json::from),
        ];
        let children = prop::collection::vec(("[a-z_][a-z0-9_.-]{0,5}", child), 1..4);
        let attributes = prop::collection::vec(("@[a-z]{1,3}(:[a-z]{1,3})?", "[ -~\t\r\n]{0,6}"), 0..3);
        let text = prop::option::of("[!-~]([ -~\n]{0,6}[!-~])?");
        (children, attributes, text).prop_map(|(children, attributes, text)| {
            let attributes = attributes.into_iter().map(|(name, value)| (name, Json::from(value)));
            let text = text.map(|text| ("#text".to_owned(), Json::from(text)));
            Json::Object(attributes.chain(text).chain(children).collect())
        })
    });
    ("[a-z]{1,5}", element).prop_map(|(root, element)| Json::Object(Map::from_iter([(root, element)])))
}

proptest! {
    #[test]
    fn any_text_is_answered_by_every_reader(text in any::<String>()) {
        let _ = (xml::read(&text), yaml::read(&text), csv::read(&text, COMMA));
    }

    #[test]
    fn almost_xml_is_answered(text in "(<[a-c/!?]{0,3}( [a-c]=[\"']?[a-c&;]{0,3}[\"']?)?/?>|[a-c&;\\]]{0,3}|<!--|-->){0,12}") {
        let _ = xml::read(&text);
    }

    #[test]
    fn almost_yaml_is_answered(text in "([a-c]|[:\\-?&*!|>\"'\\[\\]{},#%@]|\n|  |: |- |\t){0,40}") {
        let _ = yaml::read(&text);
    }

    #[test]
    fn no_pattern_makes_a_long_text_slow(
        pattern in "([a-c]|[:\\-?&*!|>\"'\\[\\]{},#%@<=/;~]|\n|  |: |- |\t|<a>|</a>|<a |b='|<!--|&amp;|---\n){1,6}",
    ) {
        let text: String = pattern.chars().cycle().take(10_000).collect();
        let readers: [(&str, &dyn Fn()); 4] = [
            ("xml", &|| drop(xml::read(&text))),
            ("attributes", &|| drop(xml::read(&format!("<a {text}/>")))),
            ("yaml", &|| drop(yaml::read(&text))),
            ("csv", &|| drop(csv::read(&text, COMMA))),
        ];
        for (name, read) in readers {
            prop_assert!(best_ms(read) < MAX_TIME_MS, "{name}: {pattern:?}");
        }
    }

    #[test]
    fn every_value_written_as_yaml_reads_back(value in values()) {
        let text = yaml::write(&value).unwrap();
        prop_assert_eq!(yaml::read(&text), Ok(value), "{}", text);
    }

    #[test]
    fn documents_survive_the_way_through_xml(document in documents()) {
        let text = xml::write(&document, PLAIN).unwrap();
        prop_assert_eq!(xml::read(&text), Ok(document), "{}", text);
    }

    #[test]
    fn tables_survive_the_way_through_csv(
        names in prop::collection::hash_set("[a-z,;\" \n]{1,5}", 1..5),
        cells in prop::collection::vec(prop::collection::vec(any::<String>(), 5), 0..5),
    ) {
        let rows = cells.iter().map(|cells| names.iter().cloned().zip(cells.iter().map(|cell| Json::from(cell.as_str()))).collect());
        let table = Json::Array(rows.collect());
        prop_assert_eq!(csv::read(&csv::write(&table, COMMA).unwrap(), COMMA), Ok(table));
    }
}
