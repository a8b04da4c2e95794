//! Server-sent events: bytes in, whole frames out.
//!
//! Source: the HTML standard, "Server-sent events", section 9.2.6.

use std::borrow::Cow;

use bytes::{Bytes, BytesMut};

/// Bytes that arrived and are not a whole frame yet.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    buffer: BytesMut,
    scanned: usize,
}

/// One frame with the blank line that ends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) raw: Bytes,
}

impl Frames {
    pub(crate) fn push(&mut self, piece: &[u8]) {
        self.buffer.extend_from_slice(piece);
    }

    /// The next whole frame.
    pub(crate) fn next(&mut self) -> Option<Frame> {
        let end = self.end()?;
        self.scanned = 0;
        Some(Frame { raw: self.buffer.split_to(end).freeze() })
    }

    /// What is left when nothing more comes: some servers leave the last blank line out.
    pub(crate) fn rest(&mut self) -> Option<Frame> {
        let rest = self.buffer.split().freeze();
        self.scanned = 0;
        (!rest.iter().all(u8::is_ascii_whitespace)).then_some(Frame { raw: rest })
    }

    /// Bytes that wait for the end of their frame.
    pub(crate) fn waiting_bytes(&self) -> usize {
        self.buffer.len()
    }

    /// Where the first blank line ends; what was looked through is not looked through again.
    fn end(&mut self) -> Option<usize> {
        let bytes = &self.buffer[..];
        let mut at = self.scanned;
        while let Some(found) = bytes[at..].iter().position(|byte| *byte == b'\n') {
            let newline = at + found;
            match &bytes[newline + 1..] {
                [b'\n', ..] => return Some(newline + 2),
                [b'\r', b'\n', ..] => return Some(newline + 3),
                // The rest of the blank line may still come.
                [] | [b'\r'] => {
                    self.scanned = newline;
                    return None;
                }
                _ => at = newline + 1,
            }
        }
        self.scanned = at.max(bytes.len());
        None
    }
}

impl Frame {
    /// The data lines, joined; none for a comment.
    pub(crate) fn data(&self) -> Option<Cow<'_, [u8]>> {
        let mut joined: Option<Cow<'_, [u8]>> = None;
        for line in self.raw.split(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let Some(data) = line.strip_prefix(b"data:") else { continue };
            let data = data.strip_prefix(b" ").unwrap_or(data);
            joined = Some(match joined {
                None => Cow::Borrowed(data),
                Some(before) => Cow::Owned([before.as_ref(), b"\n", data].concat()),
            });
        }
        joined
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frames(pieces: &[&[u8]]) -> (Vec<Bytes>, Option<Bytes>) {
        let mut frames = Frames::default();
        let mut whole = Vec::new();
        for piece in pieces {
            frames.push(piece);
            while let Some(frame) = frames.next() {
                whole.push(frame.raw);
            }
        }
        (whole, frames.rest().map(|frame| frame.raw))
    }

    #[test]
    fn frames_end_at_blank_lines_of_both_kinds() {
        let (whole, rest) = frames(&[b"data: 1\n\ndata: 2\r\n\r\n: hi\n\ndata: 3"]);
        assert_eq!(whole, ["data: 1\n\n", "data: 2\r\n\r\n", ": hi\n\n"]);
        assert_eq!(rest.unwrap(), "data: 3");
    }

    #[test]
    fn data_lines_are_joined_and_comments_are_none() {
        let data = |raw: &'static [u8]| {
            Frame { raw: Bytes::from_static(raw) }
                .data()
                .map(|data| String::from_utf8(data.to_vec()).unwrap())
        };
        assert_eq!(data(b"event: x\r\ndata: {\r\ndata:}\r\n\r\n").as_deref(), Some("{\n}"));
        assert_eq!(data(b": ping\n\n"), None);
    }

    proptest! {
        #[test]
        fn cuts_anywhere_change_nothing(cuts in proptest::collection::vec(0_usize..60, 0..8)) {
            let text: &[u8] = b"event: a\r\ndata: 1\r\n\r\ndata: {\"x\":2}\n\n: c\n\n\ndata: [DONE]\n\n";
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut <= text.len()).collect();
            cuts.sort_unstable();
            let mut pieces = Vec::new();
            let mut from = 0;
            for cut in cuts {
                pieces.push(&text[from..cut]);
                from = cut;
            }
            pieces.push(&text[from..]);
            prop_assert_eq!(frames(&pieces), frames(&[text]));
        }
    }
}
