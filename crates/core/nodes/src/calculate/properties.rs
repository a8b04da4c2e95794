//! What holds for every expression: no panic, and the same value as a tree evaluated by itself.

use proptest::prelude::*;
use serde_json::Map;

use super::MAX_CHARACTERS;
use super::evaluate::evaluate;
use super::number::Number;
use crate::testing::{MAX_TIME_MS, best_ms};

/// A small expression, whose value is computed from the tree and not from its text.
#[derive(Debug, Clone)]
enum Tree {
    Leaf(i64),
    Negative(Box<Tree>),
    Binary(&'static str, Box<Tree>, Box<Tree>),
}

/// As strongly as each operator binds, from the language's page: the reference knows nothing of the parser.
fn strength(tree: &Tree) -> u8 {
    match tree {
        Tree::Leaf(_) => 9,
        Tree::Negative(_) => 3,
        Tree::Binary("+" | "-", ..) => 1,
        Tree::Binary(..) => 2,
    }
}

/// Text with only the parentheses that are needed: a right side of the same strength needs them, a left one does not.
fn text(tree: &Tree) -> String {
    let within = |child: &Tree, least: u8| {
        if strength(child) >= least { text(child) } else { format!("({})", text(child)) }
    };
    match tree {
        Tree::Leaf(value) => value.to_string(),
        Tree::Negative(inner) => format!("-{}", within(inner, 3)),
        Tree::Binary(operator, left, right) => {
            let least = strength(tree);
            format!("{} {operator} {}", within(left, least), within(right, least + 1))
        }
    }
}

/// None where something is divided by zero.
fn value(tree: &Tree) -> Option<f64> {
    Some(match tree {
        Tree::Leaf(value) => *value as f64,
        Tree::Negative(inner) => -value(inner)?,
        Tree::Binary(operator, left, right) => {
            let (left, right) = (value(left)?, value(right)?);
            match *operator {
                "+" => left + right,
                "-" => left - right,
                "*" => left * right,
                _ if right == 0.0 => return None,
                _ => left / right,
            }
        }
    })
}

/// At most eight leaves up to 50: everything on the way is below 2^53, so that floats are exact and the two
/// must agree to the last bit.
fn trees() -> impl Strategy<Value = Tree> {
    let leaf = (0_i64..=50).prop_map(Tree::Leaf);
    leaf.prop_recursive(3, 15, 2, |inner| {
        prop_oneof![
            1 => inner.clone().prop_map(|tree| Tree::Negative(Box::new(tree))),
            4 => (prop::sample::select(vec!["+", "-", "*", "/"]), inner.clone(), inner)
                .prop_map(|(operator, left, right)| Tree::Binary(operator, Box::new(left), Box::new(right))),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        let _ = evaluate(&text, &Map::new());
    }

    #[test]
    fn any_mixture_of_words_is_answered_with_a_finite_number(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "1", "0", "2.5", "1e300", "18446744073709551615", "+", "-", "*", "/", "//", "%", "**", "(", ")",
                ",", "<", "==", "and", "or", "not", "pi", "e", "sqrt(", "log(", "max(", "round(", "floor(", "true",
            ]),
            0..40,
        ),
    ) {
        if let Ok(evaluated) = evaluate(&words.join(" "), &Map::new()) {
            prop_assert!(evaluated.value.as_float().is_finite());
            prop_assert!(!evaluated.value.to_json().is_null());
        }
    }

    #[test]
    fn small_expressions_agree_with_their_tree(tree in trees()) {
        let text = text(&tree);
        let result = evaluate(&text, &Map::new()).map(|evaluated| evaluated.value.as_float());
        match value(&tree) {
            Some(expected) => prop_assert_eq!(result, Ok(expected), "{}", text),
            None => prop_assert_eq!(result.map_err(|fault| fault.code()), Err("division_by_zero"), "{}", text),
        }
    }

    #[test]
    fn no_pattern_makes_a_long_expression_slow(
        pattern in "([0-9a-z(),<=.e]|\\*\\*|//|%|-| |and |not |1|pi|max\\(){1,6}",
    ) {
        let text: String = pattern.chars().cycle().take(MAX_CHARACTERS).collect();
        prop_assert!(best_ms(|| drop(evaluate(&text, &Map::new()))) < MAX_TIME_MS, "{pattern}");
    }

    #[test]
    fn sums_and_products_of_integers_are_exact(left in any::<i64>(), right in -1000_i64..1000) {
        let evaluated = evaluate(&format!("{left} * {right} + {right}"), &Map::new());
        let exact = i128::from(left) * i128::from(right) + i128::from(right);
        if (i128::from(i64::MIN)..=i128::from(i64::MAX)).contains(&exact) && i64::try_from(exact - i128::from(right)).is_ok() {
            prop_assert_eq!(evaluated.map(|evaluated| evaluated.value), Ok(Number::Integer(exact)));
        } else {
            prop_assert!(evaluated.is_ok());
        }
    }
}
