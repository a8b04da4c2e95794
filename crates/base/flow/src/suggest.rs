//! "Did you mean": the closest of the names there are.

/// The candidate that is closest to `name`, when it is close enough to be a slip of the pen.
///
/// Distance is Damerau-Levenshtein restricted to adjacent swaps (optimal string alignment); a third of the
/// letters may differ, and upper case counts as lower.
pub(crate) fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Longer than any name anyone types: no distance is worth computing.
    if name.is_empty() || name.len() > 100 {
        return None;
    }
    let wanted: Vec<char> = name.to_lowercase().chars().collect();
    let allowed = (wanted.len() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= 100)
        .map(|candidate| {
            (distance(&wanted, &candidate.to_lowercase().chars().collect::<Vec<_>>()), candidate)
        })
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The names as a list for a sentence; long lists are cut.
pub(crate) fn listing<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 12;
    let names: Vec<&str> = names.into_iter().collect();
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => "nothing".to_owned(),
        count if count > SHOWN => format!("{shown} and {} more", count - SHOWN),
        _ => shown,
    }
}

fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, one) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(one != other);
            let mut best = replaced.min(above[column + 1] + 1).min(current[column] + 1);
            let swapped =
                row > 0 && column > 0 && *one == right[column - 1] && left[row - 1] == *other && one != other;
            if swapped {
                best = best.min(before[column - 1] + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut above, current);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_a_stranger_finds_none() {
        let names = ["timeout", "next", "peers", "prompt"];
        assert_eq!(closest("tiemout", names), Some("timeout"));
        assert_eq!(closest("Next", names), Some("next"));
        assert_eq!(closest("peer", names), Some("peers"));
        assert_eq!(closest("banana", names), None);
        assert_eq!(closest("x", ["y"]), None);
    }

    #[test]
    fn a_long_list_is_cut() {
        let names: Vec<String> = (0..20).map(|number| format!("n{number}")).collect();
        let text = listing(names.iter().map(String::as_str));
        assert!(text.ends_with("n11 and 8 more"), "{text}");
        assert_eq!(listing([]), "nothing");
    }
}
