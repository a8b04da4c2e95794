use std::fmt;

use serde_json::Value as Json;

/// Which JSON types a value may have; none of them means that nobody says.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Types(u8);

/// The names of JSON Schema, and what people say.
const NAMES: [(&str, &str); 7] = [
    ("null", "nothing"),
    ("boolean", "true or false"),
    ("integer", "a whole number"),
    ("number", "a number"),
    ("string", "a text"),
    ("array", "a list"),
    ("object", "an object"),
];

impl Types {
    pub(super) const ANY: Self = Self(0);
    pub(super) const BOOLEAN: Self = Self(1 << 1);
    pub(super) const INTEGER: Self = Self(1 << 2);
    pub(super) const NUMBER: Self = Self(1 << 3);
    pub(super) const STRING: Self = Self(1 << 4);
    pub(super) const ARRAY: Self = Self(1 << 5);
    pub(super) const OBJECT: Self = Self(1 << 6);

    /// What `type`, else `enum` or `const`, of a schema says.
    pub(super) fn of_schema(schema: &Json) -> Self {
        let named = match &schema["type"] {
            Json::String(one) => Self::named(one),
            Json::Array(several) => {
                several.iter().filter_map(Json::as_str).map(Self::named).fold(Self::ANY, Self::or)
            }
            _ => Self::ANY,
        };
        if !named.is_any() {
            return named;
        }
        let listed = schema["enum"].as_array().into_iter().flatten().chain(schema.get("const"));
        listed.map(Self::of_value).fold(Self::ANY, Self::or)
    }

    pub(super) fn of_value(value: &Json) -> Self {
        match value {
            Json::Null => Self(1),
            Json::Bool(_) => Self::BOOLEAN,
            Json::Number(number) if number.is_f64() => Self::NUMBER,
            Json::Number(_) => Self::INTEGER,
            Json::String(_) => Self::STRING,
            Json::Array(_) => Self::ARRAY,
            Json::Object(_) => Self::OBJECT,
        }
    }

    fn named(name: &str) -> Self {
        NAMES.iter().position(|(word, _)| *word == name).map_or(Self::ANY, |at| Self(1 << at))
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What a value has that comes from either side.
    pub(super) fn either(self, other: Self) -> Self {
        if self.is_any() || other.is_any() { Self::ANY } else { self.or(other) }
    }

    pub(super) fn is_any(self) -> bool {
        self.0 == 0
    }

    pub(super) fn has(self, one: Self) -> bool {
        self.0 & one.0 != 0
    }

    /// Whether a value of these can be one of those: a whole number is a number, and a text is none.
    pub(super) fn fit(self, wanted: Self) -> bool {
        let widened = if self.has(Self::INTEGER) { self.or(Self::NUMBER) } else { self };
        self.is_any() || wanted.is_any() || widened.has(wanted)
    }

    /// As JSON Schema writes them.
    pub(super) fn words(self) -> Vec<&'static str> {
        self.listed().map(|(word, _)| word).collect()
    }

    fn listed(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        NAMES.into_iter().enumerate().filter(move |(at, _)| self.0 & (1 << at) != 0).map(|(_, names)| names)
    }
}

impl fmt::Display for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.listed().map(|(_, said)| said).collect::<Vec<_>>().as_slice() {
            [] => f.write_str("anything"),
            said => f.write_str(&said.join(" or ")),
        }
    }
}

impl fmt::Debug for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(schema: &Json) -> Types {
        Types::of_schema(schema)
    }

    #[test]
    fn a_schema_says_its_types_by_name_by_list_or_by_example() {
        assert_eq!(of(&json!({"type": "number"})), Types::NUMBER);
        assert_eq!(of(&json!({"type": ["string", "null"]})).words(), ["null", "string"]);
        assert_eq!(of(&json!({"enum": ["a", 1]})).to_string(), "a whole number or a text");
        assert_eq!(of(&json!({"const": true})), Types::BOOLEAN);
        assert!(of(&json!(true)).is_any() && of(&json!({"type": "thing"})).is_any());
    }

    #[test]
    fn a_whole_number_is_a_number_and_not_the_other_way_round() {
        assert!(Types::INTEGER.fit(Types::NUMBER) && !Types::NUMBER.fit(Types::INTEGER));
        assert!(!Types::STRING.fit(Types::INTEGER) && !Types::INTEGER.fit(Types::STRING));
        assert!(Types::ANY.fit(Types::OBJECT) && Types::OBJECT.fit(Types::ANY));
    }
}
