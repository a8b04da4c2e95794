use serde_json::Value as Json;

use super::types::Types;

/// How deep values are looked into; what is deeper may be anything.
const DEPTH_MAX: usize = 5;
/// Fields that are looked at: of one object of a schema, and of a value in all.
const FIELDS_MAX: usize = 200;

/// What is known of a value without having it. The default is: nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Shape {
    pub(super) types: Types,
    /// The fields it has, or wants; `None` where nobody says which.
    pub(super) fields: Option<Vec<Field>>,
    /// What its items are, of a list.
    pub(super) items: Option<Box<Shape>>,
    /// Whether a field that is not named makes it wrong.
    pub(super) is_closed: bool,
}

/// One field of a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    pub(super) name: String,
    /// Whether it is there for sure, or has to be.
    pub(super) is_required: bool,
    pub(super) shape: Shape,
    /// What a schema says to take where nothing is given.
    pub(super) default: Option<Json>,
}

impl Field {
    pub(super) fn new(name: &str, shape: Shape) -> Self {
        Self { name: name.to_owned(), is_required: true, shape, default: None }
    }
}

impl Shape {
    pub(super) fn of(types: Types) -> Self {
        Self { types, ..Self::default() }
    }

    pub(super) fn object(fields: Vec<Field>) -> Self {
        Self { types: Types::OBJECT, fields: Some(fields), ..Self::default() }
    }

    /// What a JSON Schema says. With `is_promise`, a schema without `required` promises all it names.
    pub(super) fn of_schema(schema: &Json, is_promise: bool) -> Self {
        Self::of_schema_at(schema, is_promise, DEPTH_MAX)
    }

    fn of_schema_at(schema: &Json, is_promise: bool, depth: usize) -> Self {
        let Some(left) = depth.checked_sub(1) else { return Self::default() };
        let below = |schema: &Json| Self::of_schema_at(schema, is_promise, left);
        let required = schema["required"].as_array();
        let is_required = |name: &str| match required {
            Some(names) => names.iter().any(|one| one == name),
            None => is_promise,
        };
        let properties = schema["properties"].as_object();
        let mut fields: Vec<Field> = Vec::new();
        for (name, schema) in properties.into_iter().flatten().take(FIELDS_MAX) {
            let default = schema.get("default").cloned();
            fields.push(Field { is_required: is_required(name), default, ..Field::new(name, below(schema)) });
        }
        for name in required.into_iter().flatten().filter_map(Json::as_str).take(FIELDS_MAX) {
            if properties.is_none_or(|properties| !properties.contains_key(name)) {
                fields.push(Field::new(name, Self::default()));
            }
        }
        Self {
            types: Types::of_schema(schema),
            fields: (properties.is_some() || required.is_some()).then_some(fields),
            items: schema.get("items").map(|items| Box::new(below(items))),
            is_closed: schema["additionalProperties"] == false && schema.get("patternProperties").is_none(),
        }
    }

    /// What a value shows of its kind; a null shows nothing.
    pub(super) fn of_value(value: &Json) -> Self {
        let mut left = FIELDS_MAX;
        Self::of_value_at(value, DEPTH_MAX, &mut left)
    }

    fn of_value_at(value: &Json, depth: usize, left: &mut usize) -> Self {
        if depth == 0 || value.is_null() {
            return Self::default();
        }
        let fields = value.as_object().map(|entries| {
            let mut fields = Vec::new();
            for (name, value) in entries {
                if *left == 0 {
                    break;
                }
                *left -= 1;
                fields.push(Field::new(name, Self::of_value_at(value, depth - 1, left)));
            }
            fields
        });
        let item = value.as_array().and_then(|items| items.first());
        let items = item.map(|item| Box::new(Self::of_value_at(item, depth - 1, left)));
        Self { types: Types::of_value(value), fields, items, is_closed: false }
    }

    /// Whether anything is known at all.
    pub(super) fn is_known(&self) -> bool {
        !self.types.is_any() || self.fields.is_some()
    }

    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.as_ref()?.iter().find(|field| field.name == name)
    }

    /// What stands at a path of fields and places in lists; unknown where nothing says so.
    pub(super) fn at(&self, path: &[String]) -> Self {
        let Some((first, rest)) = path.split_first() else { return self.clone() };
        match (self.field(first), &self.items) {
            (Some(field), _) => field.shape.at(rest),
            (None, Some(items)) if first.parse::<u32>().is_ok() => items.at(rest),
            _ => Self::default(),
        }
    }

    /// The same, with what was seen where nothing is said.
    pub(super) fn completed(mut self, seen: &Self) -> Self {
        if self.types.is_any() {
            self.types = seen.types;
        }
        match (&mut self.fields, &seen.fields) {
            (None, Some(_)) if self.types.fit(Types::OBJECT) => self.fields.clone_from(&seen.fields),
            (Some(fields), Some(_)) => {
                for field in fields {
                    if let Some(shown) = seen.field(&field.name) {
                        field.shape = std::mem::take(&mut field.shape).completed(&shown.shape);
                    }
                }
            }
            _ => {}
        }
        if self.items.is_none() {
            self.items.clone_from(&seen.items);
        }
        self
    }

    /// What a value is that comes from either side.
    pub(super) fn either(self, other: &Self) -> Self {
        let fields = match (self.fields, &other.fields) {
            (Some(ours), Some(_)) => {
                Some(ours.into_iter().filter_map(|field| shared(field, other)).collect())
            }
            _ => None,
        };
        let items = match (self.items, &other.items) {
            (Some(ours), Some(theirs)) => Some(Box::new(ours.either(theirs))),
            _ => None,
        };
        Self { types: self.types.either(other.types), fields, items, is_closed: false }
    }

    /// The same with fields of another laid over it.
    pub(super) fn overlaid(mut self, over: Self) -> Self {
        let (Some(under), Some(fields)) = (&mut self.fields, over.fields) else {
            return Self::of(Types::OBJECT);
        };
        for field in fields {
            under.retain(|one| one.name != field.name);
            under.push(field);
        }
        Self { types: Types::OBJECT, ..self }
    }
}

fn shared(field: Field, other: &Shape) -> Option<Field> {
    let theirs = other.field(&field.name)?;
    let is_required = field.is_required && theirs.is_required;
    Some(Field { is_required, shape: field.shape.either(&theirs.shape), ..field })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(shape: &Shape) -> Vec<(&str, bool)> {
        shape.fields.iter().flatten().map(|field| (field.name.as_str(), field.is_required)).collect()
    }

    #[test]
    fn a_schema_promises_what_it_does_not_leave_open_and_wants_what_it_requires() {
        let open = json!({"properties": {"a": {"type": "string"}}});
        assert_eq!(names(&Shape::of_schema(&open, true)), [("a", true)]);
        assert_eq!(names(&Shape::of_schema(&open, false)), [("a", false)]);
        let said = json!({"required": ["b", "c"], "properties": {"a": {}, "b": {}}});
        assert_eq!(names(&Shape::of_schema(&said, true)), [("a", false), ("b", true), ("c", true)]);
        assert!(!Shape::of_schema(&json!(true), true).is_known());
    }

    #[test]
    fn what_was_seen_fills_gaps_and_contradicts_nothing() {
        let said = Shape::of_schema(
            &json!({"type": "object", "properties": {"body": {}, "status": {"type": "integer"}}}),
            true,
        );
        let seen = Shape::of_value(&json!({"body": {"t": 3}, "status": "200", "old": 1}));
        let both = said.completed(&seen);
        assert_eq!(names(&both), [("body", true), ("status", true)]);
        assert_eq!(both.at(&["body".to_owned(), "t".to_owned()]).types, Types::INTEGER);
        assert_eq!(both.at(&["status".to_owned()]).types, Types::INTEGER);
    }

    #[test]
    fn from_two_sides_comes_what_both_have() {
        let one = Shape::of_value(&json!({"a": 1, "b": 2}));
        let both = one.either(&Shape::of_value(&json!({"b": "x", "c": 3})));
        assert_eq!(names(&both), [("b", true)]);
        assert_eq!(both.at(&["b".to_owned()]).types.words(), ["integer", "string"]);
        assert!(!Shape::of_value(&json!(1)).either(&Shape::default()).is_known());
    }

    #[test]
    fn a_value_without_bottom_is_looked_into_so_far() {
        let mut value = json!(1);
        for _ in 0..100 {
            value = json!({"a": [value]});
        }
        assert!(Shape::of_value(&value).is_known());
    }
}
