use serde::Serialize;

/// All that was found, in the order in which it was looked at.
#[derive(Debug, Default)]
pub(crate) struct Report {
    findings: Vec<Finding>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    /// What it belongs to.
    pub(crate) area: &'static str,
    pub(crate) level: Level,
    pub(crate) message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// As it should be.
    Fine,
    /// It works, and may not for ever, or not as meant.
    Warning,
    /// Something does not work, or can lose what was promised.
    Error,
}

impl Report {
    pub(crate) fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    pub(crate) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
    }

    pub(crate) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many there are of a level.
    pub(crate) fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    /// Whether an area has something that is not fine.
    pub(crate) fn complains_about(&self, area: &str) -> bool {
        self.findings.iter().any(|finding| finding.area == area && finding.level > Level::Fine)
    }
}

impl Finding {
    pub(crate) fn fine(area: &'static str, message: impl Into<String>) -> Self {
        Self { area, level: Level::Fine, message: message.into(), hint: None }
    }

    pub(crate) fn warning(area: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { area, level: Level::Warning, message: message.into(), hint: Some(hint.into()) }
    }

    pub(crate) fn error(area: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { area, level: Level::Error, message: message.into(), hint: Some(hint.into()) }
    }
}

impl Level {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}
