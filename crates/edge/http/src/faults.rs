use serde_json::{Map, Value};

use crate::Failure;

/// A request body or query that can say which of its values are not allowed.
pub trait Validate {
    /// Reports each value at fault; the default allows all that the type allows.
    fn validate(&self, faults: &mut Faults) {
        let _ = faults;
    }
}

/// What a request has wrong: from the path of a field, as it is written on the wire, to a message.
#[derive(Debug, Default)]
pub struct Faults(Map<String, Value>);

impl Faults {
    /// Notes one fault; the first one of a field stays.
    pub fn add(&mut self, path: &str, message: impl Into<String>) {
        self.0.entry(path).or_insert_with(|| Value::String(message.into()));
    }

    /// Notes a text whose length in characters is outside `min..=max`.
    pub fn length(&mut self, path: &str, text: &str, min: usize, max: usize) {
        let length = text.chars().count();
        if length < min {
            self.add(path, format!("has {length} characters; at least {min} are needed"));
        } else if length > max {
            self.add(path, format!("has {length} characters; at most {max} are allowed"));
        }
    }

    /// Nothing, or the failure that names all faults.
    pub fn into_result(self) -> Result<(), Failure> {
        if self.0.is_empty() { Ok(()) } else { Err(Failure::invalid(Value::Object(self.0))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_characters_and_not_bytes() {
        let mut faults = Faults::default();
        faults.length("name", &"ü".repeat(100), 1, 100);
        assert!(faults.into_result().is_ok());
        let mut faults = Faults::default();
        faults.length("name", "", 1, 100);
        faults.length("description", &"x".repeat(501), 0, 500);
        let failure = faults.into_result().unwrap_err();
        let details = failure.body().details.as_ref().unwrap();
        assert!(details["name"].is_string() && details["description"].is_string(), "{details}");
    }
}
