//! The Dockerfile: known instructions, an unprivileged user, a health check.

use crate::finding::Finding;

/// Source: the Dockerfile reference, docs.docker.com/reference/dockerfile.
const INSTRUCTIONS: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// What can be said of a Dockerfile by reading it.
pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let instructions = instructions(text);
    let mut findings: Vec<Finding> = instructions
        .iter()
        .filter(|(_, name, _)| !INSTRUCTIONS.contains(&name.as_str()))
        .map(|(line, name, _)| Finding::refused(path, *line, format!("{name} is no Dockerfile instruction")))
        .collect();
    // Only the last stage becomes the image.
    let last = instructions.iter().rposition(|(_, name, _)| name == "FROM").unwrap_or(0);
    let image = &instructions[last..];
    let argument = |wanted: &str| {
        image.iter().rev().find(|(_, name, _)| name == wanted).map(|(_, _, argument)| argument.as_str())
    };
    let user = argument("USER").unwrap_or("root").split(':').next().unwrap_or("root").to_owned();
    if matches!(user.as_str(), "root" | "0") {
        findings.push(Finding::refused(path, 0, "the image runs as root; end with a USER that is not"));
    }
    if argument("HEALTHCHECK").is_none_or(|check| check.starts_with("NONE")) {
        findings.push(Finding::refused(path, 0, "the image has no HEALTHCHECK"));
    }
    if argument("ENTRYPOINT").or(argument("CMD")).is_none_or(|command| !command.starts_with('[')) {
        findings.push(Finding::refused(
            path,
            0,
            "ENTRYPOINT must be a JSON list, so that the server itself gets SIGTERM",
        ));
    }
    findings
}

/// Every instruction with its line, its name in capitals and its argument; continued lines are joined.
fn instructions(text: &str) -> Vec<(usize, String, String)> {
    let mut found: Vec<(usize, String, String)> = Vec::new();
    let mut is_continued = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let body = line.trim_end_matches('\\').trim_end();
        match found.last_mut() {
            Some((_, _, argument)) if is_continued => *argument = format!("{argument} {body}"),
            _ => {
                let (name, argument) = body.split_once(char::is_whitespace).unwrap_or((body, ""));
                found.push((index + 1, name.to_uppercase(), argument.trim().to_owned()));
            }
        }
        is_continued = line.ends_with('\\');
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "FROM rust AS build\nRUN a \\\n  && b\nFROM debian\nUSER 1000:1000\nHEALTHCHECK CMD [\"x\"]\nENTRYPOINT [\"x\"]\n";

    #[test]
    fn a_good_file_passes() {
        assert_eq!(check("Dockerfile", GOOD), []);
    }

    #[test]
    fn an_unknown_instruction_is_named_with_its_line() {
        let findings = check("Dockerfile", &GOOD.replace("RUN a", "RUM a"));
        assert_eq!((findings[0].line, findings[0].message.as_str()), (2, "RUM is no Dockerfile instruction"));
    }

    #[test]
    fn root_a_missing_health_check_and_a_shell_are_refused() {
        assert_eq!(check("Dockerfile", "FROM debian\nENTRYPOINT run").len(), 3);
        let only_in_the_first_stage = "FROM a\nUSER 1000\nHEALTHCHECK CMD x\nFROM b\nENTRYPOINT [\"x\"]";
        assert_eq!(check("Dockerfile", only_in_the_first_stage).len(), 2);
    }
}
