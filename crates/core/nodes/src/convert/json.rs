use serde_json::Value as Json;

use super::fault::Fault;
use super::format::Format;

/// Reads JSON text.
pub(super) fn read(text: &str) -> Result<Json, Fault> {
    serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
        let message = error.to_string();
        // The library appends the place, which stands in the fault already.
        let problem = message.split(" at line ").next().unwrap_or_default().to_owned();
        let (line, column) = (error.line().max(1), error.column().max(1));
        Fault::Unreadable { format: Format::Json, line, column, problem }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_text_is_read_in_order_and_faults_have_a_place() {
        assert_eq!(read("\u{feff}{\"b\": 1, \"a\": [null]}"), Ok(json!({"b": 1, "a": [null]})));
        assert_eq!(read("{\n \"a\": }").unwrap_err().to_string(), "JSON, line 2, column 7: expected value");
    }
}
