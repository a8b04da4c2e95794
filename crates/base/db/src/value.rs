use kit::{Id, Timestamp};

use crate::{Error, Result};

/// One value of a column or a parameter, of the five portable types.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// `BIGINT`
    Int(i64),
    /// `DOUBLE PRECISION`
    Real(f64),
    /// `BOOLEAN`
    Bool(bool),
    /// `TEXT`
    Text(String),
    /// `BYTEA`
    Bytes(Vec<u8>),
}

/// One row of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub(crate) Vec<Value>);

/// What can be read out of a column.
pub trait FromValue: Sized {
    /// The type's name in messages.
    const EXPECTED: &'static str;
    /// Reads it; `None` when the value is of another type.
    fn from_value(value: &Value) -> Option<Self>;
}

/// The parameters of a statement, each turned into a [`Value`].
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { [$($crate::Value::from($value)),*] };
}

impl Row {
    /// The column at that place, counted from 0.
    pub fn get<T: FromValue>(&self, column: usize) -> Result<T> {
        let value = self.0.get(column).unwrap_or(&Value::Null);
        T::from_value(value).ok_or(Error::Column { column, found: value.type_name(), expected: T::EXPECTED })
    }
}

impl Value {
    fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "an integer",
            Self::Real(_) => "a number",
            Self::Bool(_) => "a boolean",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
        }
    }
}

macro_rules! into_value {
    ($($from:ty => |$value:ident| $into:expr;)*) => {
        $(impl From<$from> for Value { fn from($value: $from) -> Self { $into } })*
    };
}

into_value! {
    i64 => |value| Value::Int(value);
    i32 => |value| Value::Int(i64::from(value));
    u32 => |value| Value::Int(i64::from(value));
    u16 => |value| Value::Int(i64::from(value));
    f64 => |value| Value::Real(value);
    bool => |value| Value::Bool(value);
    String => |value| Value::Text(value);
    &String => |value| Value::Text(value.clone());
    &str => |value| Value::Text(value.to_owned());
    Vec<u8> => |value| Value::Bytes(value);
    &[u8] => |value| Value::Bytes(value.to_vec());
    Timestamp => |value| Value::Int(value.as_millis());
}

impl<T> From<Id<T>> for Value {
    fn from(id: Id<T>) -> Self {
        Self::Text(id.to_string())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! from_value {
    ($($into:ty, $expected:literal: $($pattern:pat => $value:expr),+;)*) => {
        $(impl FromValue for $into {
            const EXPECTED: &'static str = $expected;
            fn from_value(value: &Value) -> Option<Self> {
                match value { $($pattern => $value,)+ _ => None }
            }
        })*
    };
}

from_value! {
    i64, "an integer": Value::Int(value) => Some(*value);
    u32, "a small integer": Value::Int(value) => u32::try_from(*value).ok();
    u64, "a natural number": Value::Int(value) => u64::try_from(*value).ok();
    f64, "a number": Value::Real(value) => Some(*value), Value::Int(value) => Some(*value as f64);
    // SQLite keeps booleans as 0 and 1.
    bool, "a boolean": Value::Bool(value) => Some(*value), Value::Int(value) => Some(*value != 0);
    String, "text": Value::Text(value) => Some(value.clone());
    Vec<u8>, "bytes": Value::Bytes(value) => Some(value.clone());
    Timestamp, "a time": Value::Int(value) => Some(Timestamp::from_millis(*value));
}

impl<T> FromValue for Id<T> {
    const EXPECTED: &'static str = "an id";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => text.parse().ok(),
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}
