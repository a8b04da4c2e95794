//! The names in a text that may be half typed: what cannot be read names nothing.

use minijinja::machinery::{parse, parse_expr};
use minijinja::syntax::SyntaxConfig;

use super::Reference;
use super::limits;
use super::program::is_plain_path;
use super::reference::{of_body, of_expression};

/// The names that the `{{ … }}` and `{% … %}` of a text use.
pub(crate) fn names_in(text: &str) -> Vec<Reference> {
    if !text.contains("{{") && !text.contains("{%") {
        return Vec::new();
    }
    let text = limits::own_names(text, true);
    let tree =
        limits::check_body(&text).ok().and_then(|()| parse(&text, "text", SyntaxConfig::default()).ok());
    tree.map(|tree| of_body(&tree).references).unwrap_or_default()
}

/// The names that a condition, which stands without braces, uses.
pub(crate) fn names_in_condition(text: &str) -> Vec<Reference> {
    let text = limits::own_names(text, false);
    let tree = limits::check_expression(&text).ok().and_then(|()| parse_expr(&text).ok());
    tree.map(|tree| of_expression(&tree).references).unwrap_or_default()
}

/// The fields of `input` that a text stands for when it is nothing but `{{ input.a.b }}`.
pub(crate) fn input_path(text: &str) -> Option<Vec<String>> {
    let code = text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    let code = limits::own_names(code, false);
    if !is_plain_path(&code) {
        return None;
    }
    match names_in_condition(&code).as_slice() {
        [only] if only.root == "input" => Some(only.path.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(found: &[Reference]) -> Vec<String> {
        found.iter().map(|one| format!("{}.{}", one.root, one.path.join("."))).collect()
    }

    #[test]
    fn names_are_read_off_templates_bodies_and_conditions() {
        assert_eq!(
            shown(&names_in("a {{ input.x }} and {{ $json['y z'] | upper }}")),
            ["input.x", "input.y z"]
        );
        assert_eq!(shown(&names_in("{% for row in input.rows %}{{ row.x }}{% endfor %}")), ["input.rows"]);
        assert_eq!(shown(&names_in_condition("input.total > vars.most")), ["input.total", "vars.most"]);
        assert_eq!(shown(&names_in("no braces, input.x")), Vec::<String>::new());
    }

    #[test]
    fn what_is_half_typed_names_nothing() {
        for text in ["{{ input.", "{{ input.x", "{% for", "{{ 1 +  }}"] {
            assert!(names_in(text).is_empty(), "{text}");
        }
        assert!(names_in_condition("input.x >").is_empty());
    }

    #[test]
    fn a_plain_path_is_told_from_everything_else() {
        assert_eq!(input_path(" {{ input.a['b c'] }}").unwrap(), ["a", "b c"]);
        assert_eq!(input_path("{{ input }}").unwrap(), Vec::<String>::new());
        for text in [
            "{{ input.a | int }}",
            "{{ vars.a }}",
            "x {{ input.a }}",
            "{{ input.a }}{{ input.b }}",
            "{{ input.a or input.b }}",
        ] {
            assert_eq!(input_path(text), None, "{text}");
        }
    }
}
