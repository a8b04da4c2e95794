//! How like two names are.

use crate::suggest::closest;

/// How sure it is that two fields are the same thing, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Likeness {
    pub(super) confidence: f64,
    pub(super) why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Same,
    Respelled,
    Alias,
    Slip,
}

/// Names that often stand for the same thing.
const ALIASES: [&[&str]; 8] = [
    &["result", "value", "output", "answer", "data"],
    &["text", "message", "content", "body"],
    &["id", "key", "identifier"],
    &["url", "link", "address", "href"],
    &["email", "mail", "to"],
    &["query", "question", "q", "search"],
    &["amount", "total", "sum"],
    &["title", "subject", "headline"],
];

/// How like a name is to the one that is wanted; `None` when it is another word.
pub(super) fn likeness(name: &str, wanted: &str) -> Option<Likeness> {
    let like = |confidence: f64, why: Why| Some(Likeness { confidence, why });
    if name == wanted {
        return like(0.95, Why::Same);
    }
    let (plain, plainly_wanted) = (plain(name), plain(wanted));
    if plain == plainly_wanted {
        return like(0.9, Why::Respelled);
    }
    let are_aliases =
        |group: &&&[&str]| group.contains(&plain.as_str()) && group.contains(&plainly_wanted.as_str());
    if ALIASES.iter().any(|group| are_aliases(&group)) {
        return like(0.7, Why::Alias);
    }
    // A guess: short words are near to many others.
    if wanted.chars().count() >= 4 && closest(wanted, [name]).is_some() {
        return like(0.35, Why::Slip);
    }
    None
}

/// `orderId`, `order_id` and `Order-ID` are spellings of one name.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|letter| !matches!(letter, '_' | '-' | ' ' | '.'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_spelled_otherwise_often_the_same_or_a_slip() {
        let table = [
            ("total", "total", Some(0.95)),
            ("Total", "total", Some(0.9)),
            ("order_id", "orderId", Some(0.9)),
            ("result", "value", Some(0.7)),
            ("Answer", "result", Some(0.7)),
            ("costumer", "customer", Some(0.35)),
            ("name", "value", None),
            ("a", "b", None),
            ("", "", Some(0.95)),
        ];
        for (name, wanted, confidence) in table {
            assert_eq!(likeness(name, wanted).map(|like| like.confidence), confidence, "{name} for {wanted}");
        }
    }
}
