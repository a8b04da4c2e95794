use serde::Serialize;
use utoipa::ToSchema;

/// One thing to say about a text, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    /// A stable snake_case word for programs.
    pub code: &'static str,
    /// Only an error keeps the flow from starting.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Line of the first character, from 1.
    pub line: usize,
    /// Column of the first character, from 1, in characters.
    pub column: usize,
    /// Line of the place after the last character.
    pub end_line: usize,
    /// Column of the place after the last character.
    pub end_column: usize,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub hint: Option<String>,
    /// The listener it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub listener: Option<String>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// The flow cannot run.
    Error,
    /// The flow runs, perhaps not as meant.
    Warning,
    /// Good to know.
    Info,
}

impl Severity {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

impl Diagnostic {
    /// The diagnostic for a terminal: what, where, the line with a mark under the place, the hint.
    pub fn render(&self, file: &str, text: &str) -> String {
        let line = text.lines().nth(self.line.saturating_sub(1)).unwrap_or_default();
        let before: String = line
            .chars()
            .take(self.column - 1)
            .map(|letter| if letter == '\t' { '\t' } else { ' ' })
            .collect();
        let rest = line.chars().count().saturating_sub(self.column - 1).max(1);
        let wide =
            if self.end_line == self.line { self.end_column.saturating_sub(self.column) } else { rest };
        let mark = "^".repeat(wide.clamp(1, rest));
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len());
        let mut shown = format!(
            "{}[{}]: {}\n{gutter}--> {file}:{}:{}\n{gutter} |\n{number} | {line}\n{gutter} | {before}{mark}\n",
            self.severity.as_str(),
            self.code,
            self.message,
            self.line,
            self.column,
        );
        if let Some(hint) = &self.hint {
            shown.push_str(&format!("{gutter} = hint: {hint}\n"));
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_reads_like_a_compilers() {
        let diagnostic = Diagnostic {
            code: "dangling_name",
            severity: Severity::Error,
            message: "there is no listener `rute`".to_owned(),
            line: 2,
            column: 7,
            end_line: 2,
            end_column: 11,
            hint: Some("did you mean `route`?".to_owned()),
            listener: None,
        };
        let shown = diagnostic.render("a.yaml", "- name: a\nnext: rute # x\n");
        assert_eq!(
            shown,
            concat!(
                "error[dangling_name]: there is no listener `rute`\n",
                " --> a.yaml:2:7\n",
                "  |\n",
                "2 | next: rute # x\n",
                "  |       ^^^^\n",
                "  = hint: did you mean `route`?\n",
            )
        );
        let json = serde_json::to_value(&diagnostic).unwrap();
        assert_eq!((json["endColumn"].as_u64(), json["severity"].as_str()), (Some(11), Some("error")));
    }

    #[test]
    fn a_place_past_the_end_is_still_shown() {
        let diagnostic = Diagnostic {
            code: "x",
            severity: Severity::Info,
            message: String::new(),
            line: 9,
            column: 4,
            end_line: 12,
            end_column: 1,
            hint: None,
            listener: None,
        };
        assert!(diagnostic.render("a.yaml", "").contains("9 | \n"));
    }
}
