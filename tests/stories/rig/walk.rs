use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::binary::binary;
use super::command::RunToEnd;

/// A fenced block of a page.
#[derive(Debug)]
struct Block {
    language: String,
    line: usize,
    text: String,
}

/// A page whose commands are run as they stand there.
pub(crate) struct Walk {
    blocks: Vec<Block>,
    page: String,
    /// What the reader has set.
    variables: Vec<(String, String)>,
}

impl Walk {
    pub(crate) fn of(page: &str) -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
        let text = fs::read_to_string(root.join(page)).expect(page);
        Self { blocks: blocks(&text), page: page.to_owned(), variables: Vec::new() }
    }

    /// With a variable that the page takes for granted.
    pub(crate) fn given(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The first block of a language.
    pub(crate) fn first(&self, language: &str) -> &str {
        let found = self.blocks.iter().find(|block| block.language == language);
        &found.expect(language).text
    }

    /// Runs every `sh` block but `make` in one shell, in `folder`, against `server`; compares what is printed below a
    /// block with what it printed, ids and times aside. Answers how many printed outputs were compared.
    pub(crate) fn run(&self, folder: &Path, server: &str) -> usize {
        let release = folder.join("target/release");
        fs::create_dir_all(&release).expect("a folder");
        symlink(binary(), release.join("bloxserver")).expect("a link to the program");
        let script = format!("PATH=\"$PWD/target/release:$PATH\"\n{}", self.script());
        let script = script.replace("127.0.0.1:8000", server);
        let ended = Command::new("bash")
            .current_dir(folder)
            .args(["-u", "-c", &script])
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .ended("");
        assert_eq!(ended.code, Some(0), "{}: {}", self.page, ended.stderr);
        let mut compared = 0;
        for (index, block) in self.commands() {
            let (printed, code) = section(&ended.stdout, index);
            let place = format!("{} line {}", self.page, block.line);
            match self.output_of(index) {
                Some(expected) => {
                    assert_eq!(masked(printed), masked(expected), "{place}: {}", block.text);
                    compared += 1;
                }
                None => assert_eq!(code, "0", "{place}: {}\n{printed}", block.text),
            }
            assert!(!printed.contains("\nnull\n"), "{place}: {printed}");
        }
        compared
    }

    fn commands(&self) -> impl Iterator<Item = (usize, &Block)> {
        let blocks = self.blocks.iter().enumerate();
        blocks.filter(|(_, block)| block.language == "sh" && !block.text.starts_with("make "))
    }

    /// The block right below a command that is no command itself: what it prints.
    fn output_of(&self, index: usize) -> Option<&str> {
        let next = self.blocks.get(index + 1)?;
        matches!(next.language.as_str(), "" | "json").then_some(next.text.as_str())
    }

    fn script(&self) -> String {
        let mark = |(index, block): (usize, &Block)| {
            format!("echo '@begin {index}'\n{{\n{}\n}} 2>&1\necho \"@end {index} $?\"\n", block.text)
        };
        self.commands().map(mark).collect()
    }
}

/// What a command printed, and its exit code.
fn section(output: &str, index: usize) -> (&str, &str) {
    let begin = format!("@begin {index}\n");
    let start = output.find(&begin).expect("the beginning of a block") + begin.len();
    let end = format!("@end {index} ");
    let length = output[start..].find(&end).unwrap_or_else(|| panic!("no end: {output}"));
    let code = output[start + length + end.len()..].lines().next().unwrap_or_default();
    (&output[start..start + length], code)
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_open = false;
    for (number, line) in text.lines().enumerate() {
        if let Some(language) = line.strip_prefix("```") {
            is_open = !is_open;
            if is_open {
                let language = language.trim().to_owned();
                blocks.push(Block { language, line: number + 1, text: String::new() });
            }
        } else if let Some(block) = blocks.last_mut().filter(|_| is_open) {
            block.text.push_str(line);
            block.text.push('\n');
        }
    }
    blocks
}

/// Ids become `ID`, times and durations `TIME`: they differ in every run.
fn masked(text: &str) -> String {
    let lines = text.trim().lines().map(|line| {
        let words = line.split(' ').map(mask_word).collect::<Vec<_>>().join(" ");
        // A column of durations is as wide as they are.
        if words.contains(" ms") { words.split_whitespace().collect::<Vec<_>>().join(" ") } else { words }
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let (mut kept, mut rest) = (String::new(), text.as_str());
    // A number before ` ms`.
    while let Some(at) = rest.find(" ms") {
        let number = rest[..at].trim_end_matches(|letter: char| letter.is_ascii_digit());
        kept.push_str(number);
        kept.push_str("TIME");
        rest = &rest[at..];
        kept.push_str(&rest[..3]);
        rest = &rest[3..];
    }
    kept + rest
}

/// A word with its quotes and commas, an id or a time inside replaced.
fn mask_word(word: &str) -> String {
    let inner = word.trim_matches(|letter| matches!(letter, '"' | ',' | '{' | '}'));
    let is_id = inner.len() == 36 && inner.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let is_time = inner.len() >= 20 && inner.ends_with('Z') && inner.as_bytes()[10] == b'T';
    if is_id {
        word.replace(inner, "ID")
    } else if is_time {
        word.replace(inner, "TIME")
    } else {
        word.to_owned()
    }
}
