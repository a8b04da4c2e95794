//! Takes comments and literals out of Rust text, keeping every line where it was.

use super::Literal;

/// The text with spaces for comments and literals, and the literals.
pub(super) struct Blanked {
    pub(super) code: String,
    pub(super) literals: Vec<Literal>,
}

/// Reads Rust text as far as needed to tell code from comments and literals.
///
/// The quotes of a literal stay, so that a line still shows where it was.
pub(super) fn blank(text: &str) -> Blanked {
    let mut reader =
        Reader { rest: text, line: 1, code: String::with_capacity(text.len()), literals: Vec::new() };
    while !reader.rest.is_empty() {
        reader.step();
    }
    Blanked { code: reader.code, literals: reader.literals }
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    code: String,
    literals: Vec<Literal>,
}

impl Reader<'_> {
    fn step(&mut self) {
        let follows_word = self.code.ends_with(|last: char| last.is_alphanumeric() || last == '_');
        if self.rest.starts_with("//") {
            let length = self.rest.find('\n').unwrap_or(self.rest.len());
            self.hide(length);
        } else if self.rest.starts_with("/*") {
            self.hide(block_comment(self.rest));
        } else if let Some((open, close)) = (!follows_word).then(|| raw_string(self.rest)).flatten() {
            let inside = self.rest[open..].find(&close).unwrap_or(self.rest.len() - open);
            self.literal(open, inside, close.len());
        } else if self.rest.starts_with('"') {
            self.literal(1, quoted(&self.rest[1..]), 1);
        } else if let Some(length) = character(self.rest) {
            self.hide(length);
        } else {
            self.keep(self.rest.chars().next().map_or(1, char::len_utf8));
        }
    }

    fn literal(&mut self, open: usize, inside: usize, close: usize) {
        self.keep(open);
        self.literals.push(Literal { line: self.line, text: self.rest[..inside].to_owned() });
        self.hide(inside);
        self.keep(close.min(self.rest.len()));
    }

    fn keep(&mut self, length: usize) {
        self.line += self.rest[..length].matches('\n').count();
        self.code.push_str(&self.rest[..length]);
        self.rest = &self.rest[length..];
    }

    fn hide(&mut self, length: usize) {
        self.line += self.rest[..length].matches('\n').count();
        self.code.extend(self.rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        self.rest = &self.rest[length..];
    }
}

/// The length of the block comment at the start; they nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        match (rest.starts_with(b"/*"), rest.starts_with(b"*/")) {
            (true, _) => (depth, at) = (depth + 1, at + 2),
            (_, true) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// For `r"`, `r#"`, `br#"`, `cr"` at the start: the length of the opening and the text of the closing.
fn raw_string(text: &str) -> Option<(usize, String)> {
    let after = ["br", "cr", "r"].iter().find_map(|prefix| text.strip_prefix(prefix))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then(|| {
        let open = text.len() - after.len() + hashes + 1;
        (open, format!("\"{}", "#".repeat(hashes)))
    })
}

/// The length of what stands before the closing quote.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' if !escaped => return at,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// The length of a character literal at the start, which a lifetime is not.
fn character(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('\'')?;
    if inside.starts_with('\\') {
        return inside[2..].find('\'').map(|end| end + 4);
    }
    let first = inside.chars().next()?;
    inside[first.len_utf8()..].starts_with('\'').then(|| first.len_utf8() + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        blank(text).code
    }

    #[test]
    fn comments_and_literals_become_spaces_of_the_same_lines() {
        let text = "let a = \"SELECT\"; // SELECT\n/* SELECT /* \n */ */ let b = 1;";
        assert!(!code(text).contains("SELECT"));
        assert_eq!(code(text).lines().count(), text.lines().count());
        assert!(code(text).contains("let b = 1;"));
    }

    #[test]
    fn literals_are_kept_with_their_lines() {
        let blanked = blank("a(\n  \"one \\\" two\",\n  r#\"three \"4\" \"#, b\"five\");");
        let texts: Vec<(usize, &str)> = blanked.literals.iter().map(|l| (l.line, l.text.as_str())).collect();
        assert_eq!(texts, [(2, "one \\\" two"), (3, "three \"4\" "), (3, "five")]);
    }

    #[test]
    fn a_quote_character_opens_no_string_and_a_lifetime_is_no_character() {
        assert_eq!(code("f::<'a>('\"', '\\'', 'x') // y").trim_end(), "f::<'a>(   ,     ,    )");
    }

    #[test]
    fn what_never_closes_ends_with_the_file() {
        assert_eq!(code("let a = \"open"), "let a = \"    ");
        assert_eq!(code("/* open"), "       ");
    }
}
