//! What only a service with a memory can do: here every request carries all that it is about.

use crate::Error;

use super::head::{Fields, present, typed};

/// Refuses what refers to something that was kept, or wants to be kept.
pub(super) fn check_stateless(fields: &Fields<'_>) -> Result<(), Error> {
    for (value, field) in
        [(fields.previous_response_id, "previous_response_id"), (fields.conversation, "conversation")]
    {
        if present(value).is_some() {
            return Err(Error::field(
                field,
                "refers to what was kept, and nothing is kept here: send the conversation so far in `input`",
            ));
        }
    }
    for (value, field, problem) in [
        (fields.store, "store", "must be false or left out: nothing is kept here"),
        (fields.background, "background", "must be false or left out: wait for the answer, or stream it"),
    ] {
        if typed::<bool>(value, field, "must be true or false")? == Some(true) {
            return Err(Error::field(field, problem));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::raw::head::Head;
    use crate::{Dialect, Error, Operation};

    fn read(extra: &str) -> Result<Head, Error> {
        let body = format!(r#"{{"model":"m","input":"hi"{extra}}}"#);
        Head::read(Dialect::Responses, Operation::Chat, body.as_bytes())
    }

    #[test]
    fn what_would_need_a_memory_is_refused_by_name() {
        for (extra, field) in [
            (r#","previous_response_id":"resp_1""#, "previous_response_id"),
            (r#","conversation":{"id":"conv_1"}"#, "conversation"),
            (r#","store":true"#, "store"),
            (r#","store":"no""#, "store"),
            (r#","background":true"#, "background"),
            (r#","max_output_tokens":0"#, "max_output_tokens"),
            (r#","tools":{}"#, "tools"),
        ] {
            match read(extra) {
                Err(Error::Field { field: named, .. }) => assert_eq!(named, field, "{extra}"),
                other => panic!("{extra}: {other:?}"),
            }
        }
        let nothing = r#","previous_response_id":null,"conversation":null,"store":false,"background":false,"max_output_tokens":7"#;
        assert_eq!(read(nothing).unwrap().max_tokens, Some(7));
    }

    #[test]
    fn an_input_is_a_text_or_a_list_of_items() {
        for (body, field) in [
            (r#"{"model":"m"}"#, "input"),
            (r#"{"model":"m","input":null}"#, "input"),
            (r#"{"model":"m","input":{}}"#, "input"),
            (r#"{"model":"m","input":[]}"#, "input"),
            (r#"{"model":"m","input":[{},"hi"]}"#, "input[1]"),
        ] {
            match Head::read(Dialect::Responses, Operation::Chat, body.as_bytes()) {
                Err(Error::Field { field: named, .. }) => assert_eq!(named, field, "{body}"),
                other => panic!("{body}: {other:?}"),
            }
        }
    }
}
