//! Rust files as the checks see them: code without comments and literals, the literals, and which lines are tests.

mod blank;
mod testing;
mod tree;

pub(crate) use tree::read_all;

/// A string literal and the line on which it begins, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// One Rust file.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Path below the root, with `/`.
    pub(crate) path: String,
    /// The file as it is.
    pub(crate) text: String,
    /// Line by line, comments and the insides of literals replaced by spaces.
    pub(crate) code: Vec<String>,
    pub(crate) literals: Vec<Literal>,
    /// Line by line: whether only a test build sees it.
    pub(crate) is_test: Vec<bool>,
}

impl Source {
    /// Reads a file's text. `is_test` says that the whole file belongs to tests.
    pub(crate) fn new(path: &str, text: &str, is_test: bool) -> Self {
        let blanked = blank::blank(text);
        let code: Vec<String> = blanked.code.lines().map(str::to_owned).collect();
        let is_test = if is_test { vec![true; code.len()] } else { testing::test_lines(&blanked.code) };
        Self { path: path.to_owned(), text: text.to_owned(), code, literals: blanked.literals, is_test }
    }

    /// The lines of code that ship, with their numbers from 1.
    pub(crate) fn shipped(&self) -> impl Iterator<Item = (usize, &str)> {
        self.numbered().filter(|(line, _)| !self.is_test_line(*line))
    }

    /// Every line of code, with its number from 1.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.iter().enumerate().map(|(index, line)| (index + 1, line.as_str()))
    }

    /// Whether the line, counted from 1, is seen by test builds alone.
    pub(crate) fn is_test_line(&self, line: usize) -> bool {
        self.is_test.get(line - 1).copied().unwrap_or(false)
    }

    /// The file's name without its folders.
    pub(crate) fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// Whether `line` holds `word` as a whole identifier.
pub(crate) fn has_word(line: &str, word: &str) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    line.match_indices(word).any(|(start, _)| {
        let bytes = line.as_bytes();
        !is_part(start.checked_sub(1).and_then(|before| bytes.get(before)))
            && !is_part(bytes.get(start + word.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_not_part_of_another() {
        assert!(has_word("use axum::Router;", "axum"));
        assert!(!has_word("use my_axum::Router;", "axum"));
        assert!(!has_word("use axumite;", "axum"));
    }

    #[test]
    fn what_ships_leaves_out_the_tests_of_the_file() {
        let source =
            Source::new("a.rs", "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n", false);
        let lines: Vec<usize> = source.shipped().map(|(line, _)| line).collect();
        assert_eq!(lines, [1, 6]);
    }
}
