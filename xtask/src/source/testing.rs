//! Which lines only a test build sees.

/// Marks, line by line, every item under a `#[cfg(…test…)]`. Takes text without comments and literals.
pub(super) fn test_lines(code: &str) -> Vec<bool> {
    let mut marks = vec![false; code.lines().count()];
    for (start, _) in code.match_indices("#[cfg(") {
        let Some(length) = code[start..].find(']') else { continue };
        let condition = &code[start..start + length];
        if !super::has_word(condition, "test") || condition.contains("not(test)") {
            continue;
        }
        let end = item_end(code, start + length + 1);
        let (first, last) = (line_of(code, start), line_of(code, end));
        marks[first..=last.min(code.lines().count() - 1)].fill(true);
    }
    marks
}

/// The names of modules that stand in files of their own and are only compiled for tests.
pub(super) fn test_modules(code: &str) -> Vec<String> {
    let marks = test_lines(code);
    let declared = code.lines().enumerate().filter_map(|(line, text)| {
        let declaration = text.trim().trim_start_matches("pub(crate) ").trim_start_matches("pub ");
        let name = declaration.strip_prefix("mod ")?.strip_suffix(';')?;
        marks[line].then(|| name.trim().to_owned())
    });
    declared.collect()
}

/// Where the item ends that begins at `start`: at its semicolon, or at the brace that closes it.
fn item_end(code: &str, start: usize) -> usize {
    let mut depth = 0_i32;
    for (at, c) in code[start..].char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '}' => {
                depth -= 1;
                if depth <= 0 {
                    return start + at;
                }
            }
            ';' | ',' if depth == 0 => return start + at,
            _ => {}
        }
    }
    code.len().saturating_sub(1)
}

fn line_of(code: &str, at: usize) -> usize {
    code.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_marked_to_its_closing_brace() {
        let marks = test_lines("fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() { c(); }\n}\nfn d() {}");
        assert_eq!(marks, [false, true, true, true, true, false]);
    }

    #[test]
    fn the_opposite_of_test_is_not_a_test() {
        assert_eq!(test_lines("#[cfg(not(test))]\nfn a() {}"), [false, false]);
        assert_eq!(test_lines("#[cfg(unix)]\nfn a() {}"), [false, false]);
    }

    #[test]
    fn a_use_or_a_module_in_another_file_ends_at_its_semicolon() {
        let code = "#[cfg(test)]\nuse x::{y, z};\n#[cfg(test)]\nmod fixtures;\nmod real;\n";
        assert_eq!(test_lines(code), [true, true, true, true, false]);
        assert_eq!(test_modules(code), ["fixtures"]);
    }
}
