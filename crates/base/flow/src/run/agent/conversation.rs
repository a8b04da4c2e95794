use std::borrow::Cow;

use serde_json::{Value as Json, json};

use super::text;
use crate::Payload;
use crate::run::stage::Turn;
use crate::run::state::Episode;

/// Bytes of all messages after the prompt and the first one; older turns are left out beyond.
const MOST_BYTES: usize = 400_000;
/// Bytes of one message; a longer one is cut.
const MOST_BYTES_OF_ONE: usize = 100_000;

/// Messages that stay or go together: a model refuses answers to calls that it cannot see.
struct Block {
    messages: Vec<Json>,
    bytes: usize,
}

/// The messages of an agent's conversation: its prompt, what it remembers, its input, its turns with the answers to
/// their calls.
///
/// The prompt, the first message, the present input and the latest turn always stay; of the others, the latest that
/// fit.
pub(super) fn conversation(prompt: &str, memory: &[Episode], input: &Payload, turns: &[Turn]) -> Vec<Json> {
    let mut before = Vec::new();
    for (number, episode) in memory.iter().enumerate() {
        // The first message of all is kept apart.
        before.extend((number > 0).then(|| user(&episode.input)));
        before.extend(episode.turns.iter().map(turn));
        before.push(Block::new(vec![json!({ "role": "assistant", "content": said(&episode.answer) })]));
    }
    let mut since: Vec<Block> = turns.iter().map(turn).collect();
    let latest = since.pop();
    let mut room = MOST_BYTES.saturating_sub(latest.as_ref().map_or(0, |block| block.bytes));
    let (kept_since, left_since) = keep(since, &mut room);
    let (kept_before, left_before) = keep(before, &mut room);

    let mut messages = vec![json!({ "role": "system", "content": prompt })];
    messages.extend(memory.first().map(|first| user(&first.input).messages).into_iter().flatten());
    messages.extend(left_out(left_before));
    messages.extend(kept_before.into_iter().flat_map(|block| block.messages));
    messages.extend(user(input).messages);
    messages.extend(left_out(left_since));
    messages.extend(kept_since.into_iter().chain(latest).flat_map(|block| block.messages));
    messages
}

/// The latest blocks that there is room for, and how many messages are left out.
fn keep(blocks: Vec<Block>, room: &mut usize) -> (Vec<Block>, usize) {
    let fits = |block: &&Block| {
        let is_room = block.bytes <= *room;
        *room = if is_room { *room - block.bytes } else { 0 };
        is_room
    };
    let kept = blocks.iter().rev().take_while(fits).count();
    let mut left = blocks;
    let kept = left.split_off(left.len() - kept);
    (kept, left.iter().map(|block| block.messages.len()).sum())
}

fn left_out(count: usize) -> Option<Json> {
    let content = format!("({count} earlier messages of this conversation are left out here.)");
    (count > 0).then(|| json!({ "role": "user", "content": content }))
}

fn user(input: &Payload) -> Block {
    Block::new(vec![json!({ "role": "user", "content": said(input) })])
}

fn turn(turn: &Turn) -> Block {
    let calls: Vec<Json> = turn.calls.iter().map(|open| json!(open.call)).collect();
    let mut messages = vec![json!({ "role": "assistant", "content": turn.content, "calls": calls })];
    messages.extend(turn.calls.iter().map(|open| {
        let content = match &open.answer {
            Some(Ok(payload)) => said(payload),
            Some(Err(message)) => cut(&format!("error: {message}")).into_owned(),
            None => String::new(),
        };
        json!({ "role": "tool", "callId": open.call.id, "content": content })
    }));
    messages.extend(turn.objection.iter().map(|objection| json!({ "role": "user", "content": objection })));
    Block::new(messages)
}

fn said(payload: &Payload) -> String {
    cut(&text(payload.json())).into_owned()
}

fn cut(text: &str) -> Cow<'_, str> {
    if text.len() <= MOST_BYTES_OF_ONE {
        return Cow::Borrowed(text);
    }
    let end = text.floor_char_boundary(MOST_BYTES_OF_ONE);
    Cow::Owned(format!("{} … ({} bytes more are left out)", &text[..end], text.len() - end))
}

impl Block {
    fn new(messages: Vec<Json>) -> Self {
        let length = |message: &Json| message["content"].as_str().map_or(0, str::len);
        let calls = |message: &Json| match &message["calls"] {
            Json::Array(calls) if !calls.is_empty() => message["calls"].to_string().len(),
            _ => 0,
        };
        let bytes = messages.iter().map(|message| length(message) + calls(message)).sum();
        Self { messages, bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::stage::OpenCall;
    use crate::run::{Call, Seq};

    fn answered(number: u32, answer: &str) -> Turn {
        let call = Call { id: format!("c{number}"), name: "tool".to_owned(), arguments: json!({}) };
        let answer = Some(Ok(Payload::new(json!(answer))));
        Turn { step: Seq(number), content: None, calls: vec![OpenCall { call, answer }], objection: None }
    }

    fn contents(messages: &[Json]) -> Vec<&str> {
        messages.iter().filter_map(|message| message["content"].as_str()).collect()
    }

    #[test]
    fn a_short_conversation_is_told_whole_and_in_order() {
        let input = Payload::new(json!({"id": 7}));
        let turns = [answered(1, "one"), answered(2, "two")];
        let told = conversation("Help", &[], &input, &turns);
        let roles: Vec<&str> = told.iter().filter_map(|message| message["role"].as_str()).collect();
        assert_eq!(roles, ["system", "user", "assistant", "tool", "assistant", "tool"]);
        assert_eq!(contents(&told), ["Help", "{\"id\":7}", "one", "two"]);
    }

    #[test]
    fn a_long_one_loses_its_middle_but_neither_its_first_message_nor_half_a_turn() {
        let input = Payload::new(json!("the question"));
        let turns: Vec<Turn> = (0..10).map(|number| answered(number, &"x".repeat(90_000))).collect();
        let told = conversation("Help", &[], &input, &turns);
        let said = contents(&told);
        assert_eq!(said[..2], ["Help", "the question"]);
        assert_eq!(said[2], "(12 earlier messages of this conversation are left out here.)");
        let last: Vec<&Json> = told.iter().filter(|message| message["role"] == "tool").collect();
        assert_eq!((last.len(), &last[3]["callId"]), (4, &json!("c9")));
        let assistants = told.iter().filter(|message| message["role"] == "assistant").count();
        assert_eq!(assistants, last.len());
    }

    #[test]
    fn one_message_that_is_too_long_is_cut_and_says_so() {
        let input = Payload::new(json!("é".repeat(100_000)));
        let told = conversation("Help", &[], &input, &[]);
        assert!(
            contents(&told)[1].ends_with(" … (100000 bytes more are left out)"),
            "{}",
            contents(&told)[1].len()
        );
    }

    #[test]
    fn what_is_remembered_comes_before_the_present_input() {
        let episode = Episode {
            input: Payload::new(json!("first")),
            turns: vec![answered(1, "looked up")],
            answer: Payload::new(json!("answer")),
        };
        let told = conversation("Help", &[episode], &Payload::new(json!("second")), &[]);
        assert_eq!(contents(&told), ["Help", "first", "looked up", "answer", "second"]);
    }
}
