use super::shape::Shape;

/// Something that can be read of what arrives.
#[derive(Debug, Clone)]
pub(super) struct Given<'s> {
    pub(super) path: Vec<&'s str>,
    pub(super) shape: &'s Shape,
    /// Whether it is there for sure, as far as is known.
    pub(super) is_certain: bool,
}

/// How deep into objects fields are offered.
const DEPTH_MAX: usize = 3;
/// How many are offered.
const OFFERED_MAX: usize = 100;

/// The fields of a value, those of its objects behind them; the outer ones first.
pub(super) fn fields_of(shape: &Shape) -> Vec<Given<'_>> {
    let mut found: Vec<Given<'_>> = Vec::new();
    let mut open = vec![Given { path: Vec::new(), shape, is_certain: true }];
    for _ in 0..DEPTH_MAX {
        let mut below = Vec::new();
        for outer in &open {
            for field in outer.shape.fields.iter().flatten() {
                let path = outer.path.iter().copied().chain([field.name.as_str()]).collect();
                below.push(Given {
                    path,
                    shape: &field.shape,
                    is_certain: outer.is_certain && field.is_required,
                });
            }
        }
        below.truncate(OFFERED_MAX.saturating_sub(found.len()));
        found.extend(below.iter().cloned());
        open = below;
    }
    found
}

/// `body.id`, for people.
pub(super) fn shown(path: &[&str]) -> String {
    path.join(".")
}

/// What reads a path of the input, without its braces.
pub(super) fn code(path: &[&str]) -> String {
    let mut code = "input".to_owned();
    for name in path {
        let begins = name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
        if begins && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            code.push('.');
            code.push_str(name);
        } else {
            let quoted = name.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n");
            code.push_str(&format!("['{quoted}']"));
        }
    }
    code
}

/// An expression as it stands in a text.
pub(super) fn braced(code: &str) -> String {
    format!("{{{{ {code} }}}}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn outer_fields_come_before_inner_ones_and_not_without_end() {
        let shape = Shape::of_value(&json!({"a": {"b": {"c": {"d": 1}}}, "e": 1}));
        let paths: Vec<String> = fields_of(&shape).iter().map(|given| shown(&given.path)).collect();
        assert_eq!(paths, ["a", "e", "a.b", "a.b.c"]);
        let many: serde_json::Map<_, _> = (0..150).map(|n| (format!("f{n}"), json!({"x": 1}))).collect();
        assert_eq!(fields_of(&Shape::of_value(&json!(many))).len(), OFFERED_MAX);
    }

    #[test]
    fn names_that_are_no_words_stand_in_brackets() {
        assert_eq!(code(&["body", "page no", "0"]), "input.body['page no']['0']");
        assert_eq!(code(&["it's"]), r"input['it\'s']");
        assert_eq!(braced(&code(&[])), "{{ input }}");
    }
}
