use std::collections::HashSet;

use serde_json::{Map, Value as Json};

use super::fault::Fault;
use super::format::Format;
use super::limits::{Allowance, kind_of};

/// How a table is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// One ASCII character.
    pub(super) delimiter: u8,
    /// Whether the first row names the columns.
    pub(super) headers: bool,
}

/// Reads a table: a list of objects, or of lists where there is no header row; every cell is text.
pub(super) fn read(text: &str, layout: Layout) -> Result<Json, Fault> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(layout.delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let mut records = reader.records();
    let names = match layout.headers.then(|| records.next()).flatten() {
        Some(record) => Some(column_names(&record.map_err(|error| unreadable(&error))?)?),
        None => None,
    };
    let (mut rows, mut allowance) = (Vec::new(), Allowance::new());
    for record in records {
        let record = record.map_err(|error| unreadable(&error))?;
        rows.push(match &names {
            Some(names) => named_row(&record, names, &mut allowance)?,
            None => {
                allowance.spend(record.as_slice().len())?;
                record.iter().map(Json::from).collect()
            }
        });
    }
    Ok(Json::Array(rows))
}

/// Writes a table: objects under a row of all their names, or lists as they are; inner lists and objects as JSON.
pub(super) fn write(value: &Json, layout: Layout) -> Result<String, Fault> {
    let rows = match value {
        Json::Array(rows) => rows.as_slice(),
        Json::Object(_) => std::slice::from_ref(value),
        other => return Err(unwritable(format!("it is {}, not a list of rows", kind_of(other)))),
    };
    let mut writer =
        csv::WriterBuilder::new().delimiter(layout.delimiter).flexible(true).from_writer(Vec::new());
    let mut allowance = Allowance::new();
    if rows.iter().all(Json::is_object) {
        write_objects(&mut writer, rows, layout.headers, &mut allowance)?;
    } else {
        write_lists(&mut writer, rows, &mut allowance)?;
    }
    let bytes = writer.into_inner().map_err(|error| unwritable(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| unwritable(error.to_string()))
}

/// The delimiter that a configuration names: one character, or `tab`.
pub(super) fn delimiter(text: &str) -> Option<u8> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Some(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Some(*byte),
        _ => None,
    }
}

fn column_names(record: &csv::StringRecord) -> Result<Vec<String>, Fault> {
    let mut seen = HashSet::new();
    let mut names = Vec::with_capacity(record.len());
    for (index, name) in record.iter().enumerate() {
        let name = if name.is_empty() { format!("column_{}", index + 1) } else { name.to_owned() };
        if !seen.insert(name.clone()) {
            let problem =
                format!("two columns are named `{name}`; rename one, or read with `headers: false`");
            return Err(Fault::Unreadable { format: Format::Csv, line: 1, column: 1, problem });
        }
        names.push(name);
    }
    Ok(names)
}

fn named_row(record: &csv::StringRecord, names: &[String], allowance: &mut Allowance) -> Result<Json, Fault> {
    if record.len() != names.len() {
        let line = record.position().map_or(1, |position| usize::try_from(position.line()).unwrap_or(1));
        let problem = format!("{} cells, but the header row has {}", record.len(), names.len());
        return Err(Fault::Unreadable { format: Format::Csv, line, column: 1, problem });
    }
    // Every row repeats the names: that is where a small table becomes a large list.
    allowance.spend(names.iter().map(String::len).sum::<usize>() + record.as_slice().len())?;
    let cells = names.iter().zip(record).map(|(name, cell)| (name.clone(), Json::from(cell)));
    Ok(Json::Object(cells.collect()))
}

fn write_objects(
    writer: &mut csv::Writer<Vec<u8>>,
    rows: &[Json],
    headers: bool,
    allowance: &mut Allowance,
) -> Result<(), Fault> {
    let objects: Vec<&Map<String, Json>> = rows.iter().filter_map(Json::as_object).collect();
    let mut seen = HashSet::new();
    let names: Vec<&String> =
        objects.iter().flat_map(|row| row.keys()).filter(|name| seen.insert(*name)).collect();
    if names.is_empty() {
        return Ok(());
    }
    if headers {
        allowance.spend(names.iter().map(|name| name.len() + 1).sum())?;
        record(writer, names.iter().map(|name| (*name).clone()))?;
    }
    for object in objects {
        let cells = names.iter().map(|name| object.get(*name).map(cell).unwrap_or_default());
        // Counted before it is built: many rows of few cells can have very many columns.
        allowance.spend(names.len())?;
        let cells: Vec<String> = cells.collect();
        allowance.spend(cells.iter().map(String::len).sum())?;
        record(writer, cells.into_iter())?;
    }
    Ok(())
}

fn write_lists(
    writer: &mut csv::Writer<Vec<u8>>,
    rows: &[Json],
    allowance: &mut Allowance,
) -> Result<(), Fault> {
    for (index, row) in rows.iter().enumerate() {
        let Json::Array(cells) = row else {
            let problem = format!("row {} is {}; rows are all objects or all lists", index + 1, kind_of(row));
            return Err(unwritable(problem));
        };
        let cells: Vec<String> = cells.iter().map(cell).collect();
        allowance.spend(cells.iter().map(|cell| cell.len() + 1).sum())?;
        record(writer, cells.into_iter())?;
    }
    Ok(())
}

fn record(writer: &mut csv::Writer<Vec<u8>>, cells: impl Iterator<Item = String>) -> Result<(), Fault> {
    writer.write_record(cells.map(String::into_bytes)).map_err(|error| unwritable(error.to_string()))
}

fn cell(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn unreadable(error: &csv::Error) -> Fault {
    let line = error.position().map_or(1, |position| usize::try_from(position.line()).unwrap_or(1));
    Fault::Unreadable { format: Format::Csv, line, column: 1, problem: error.to_string() }
}

fn unwritable(problem: String) -> Fault {
    Fault::Unwritable { format: Format::Csv, problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const COMMA: Layout = Layout { delimiter: b',', headers: true };

    #[test]
    fn a_table_becomes_a_list_of_objects() {
        let text = "\u{feff}name,note\r\nAda,\"a \"\"quoted\"\", cell\"\r\nBob,\"two\nlines\"\r\n";
        let rows =
            json!([{"name": "Ada", "note": "a \"quoted\", cell"}, {"name": "Bob", "note": "two\nlines"}]);
        assert_eq!(read(text, COMMA), Ok(rows.clone()));
        assert_eq!(read(&write(&rows, COMMA).unwrap(), COMMA), Ok(rows));
    }

    #[test]
    fn without_headers_rows_are_lists() {
        let layout = Layout { delimiter: b';', headers: false };
        assert_eq!(read("a;b\nc", layout), Ok(json!([["a", "b"], ["c"]])));
        assert_eq!(write(&json!([["a", "b;c"], [1]]), layout).unwrap(), "a;\"b;c\"\n1\n");
    }

    #[test]
    fn missing_fields_are_empty_and_inner_values_are_json() {
        let rows = json!([{"a": 1, "b": null}, {"c": [1, {"d": true}]}]);
        assert_eq!(write(&rows, COMMA).unwrap(), "a,b,c\n1,,\n,,\"[1,{\"\"d\"\":true}]\"\n");
        assert_eq!(write(&json!({"a": 1}), COMMA).unwrap(), "a\n1\n");
        assert_eq!(write(&json!([]), COMMA).unwrap(), "");
    }

    #[test]
    fn faulty_tables_are_refused_with_the_line() {
        let message = |text| read(text, COMMA).unwrap_err().to_string();
        assert_eq!(message("a,b\n1,2\n3\n"), "CSV, line 3, column 1: 1 cells, but the header row has 2");
        assert!(message("a,a\n1,2\n").contains("two columns are named `a`"));
        assert!(write(&json!("x"), COMMA).is_err() && write(&json!([1]), COMMA).is_err());
    }

    #[test]
    fn a_small_table_with_a_huge_column_name_is_refused() {
        let text = format!("{},b\n{}", "n".repeat(100_000), "1,2\n".repeat(1_000));
        assert_eq!(read(&text, COMMA), Err(Fault::ResultTooLarge));
    }

    #[test]
    fn a_delimiter_is_one_ascii_character_or_tab() {
        assert_eq!(
            [delimiter(";"), delimiter("tab"), delimiter("\t")],
            [Some(b';'), Some(b'\t'), Some(b'\t')]
        );
        assert_eq!([delimiter(""), delimiter("ab"), delimiter("\u{e9}"), delimiter("\"")], [None; 4]);
    }
}
