use serde_json::Value as Json;

use super::fault::Reason;

/// A value of an expression; integers are exact between -2^63 and 2^64 - 1 and become floats beyond.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    Integer(i128),
    Float(f64),
    Boolean(bool),
}

/// How two numbers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

impl Number {
    /// An exact integer where it fits 64 bits, else the nearest float.
    pub(super) fn integer(value: i128) -> Self {
        let fits = (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&value);
        if fits { Self::Integer(value) } else { Self::Float(value as f64) }
    }

    /// A finite float; `what` names what has no real value.
    pub(super) fn float(value: f64, what: &'static str) -> Result<Self, Reason> {
        if value.is_nan() {
            return Err(Reason::NotReal(what));
        }
        if value.is_infinite() {
            return Err(Reason::TooLarge);
        }
        Ok(Self::Float(value))
    }

    /// The number of a JSON value; text, lists and objects are none.
    pub(super) fn from_json(json: &Json) -> Option<Self> {
        match json {
            Json::Bool(value) => Some(Self::Boolean(*value)),
            Json::Number(number) => number
                .as_i64()
                .map(i128::from)
                .or_else(|| number.as_u64().map(i128::from))
                .map(Self::Integer)
                .or_else(|| number.as_f64().map(Self::Float)),
            _ => None,
        }
    }

    pub(super) fn to_json(self) -> Json {
        match self {
            Self::Integer(value) => match i64::try_from(value) {
                Ok(value) => value.into(),
                Err(_) => u64::try_from(value).map_or(Json::Null, Json::from),
            },
            // Adding zero turns -0.0 into 0.0, which no reader expects to see.
            Self::Float(value) => (value + 0.0).into(),
            Self::Boolean(value) => value.into(),
        }
    }

    /// Everything but `false` and zero.
    pub(super) fn is_true(self) -> bool {
        match self {
            Self::Integer(value) => value != 0,
            Self::Float(value) => value != 0.0,
            Self::Boolean(value) => value,
        }
    }

    pub(super) fn as_float(self) -> f64 {
        match self {
            Self::Integer(value) => value as f64,
            Self::Float(value) => value,
            Self::Boolean(value) => f64::from(u8::from(value)),
        }
    }

    /// The exact integer, where it is one; `true` counts as 1.
    pub(super) fn as_integer(self) -> Option<i128> {
        match self {
            Self::Integer(value) => Some(value),
            Self::Boolean(value) => Some(i128::from(value)),
            Self::Float(_) => None,
        }
    }

    pub(super) fn negate(self) -> Self {
        match self.as_integer() {
            Some(value) => Self::integer(-value),
            None => Self::Float(-self.as_float()),
        }
    }

    pub(super) fn compare(self, comparison: Comparison, other: Self) -> bool {
        let order = match (self.as_integer(), other.as_integer()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => self.as_float().partial_cmp(&other.as_float()),
        };
        order.is_some_and(|order| match comparison {
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minus_zero_is_written_as_zero() {
        assert_eq!(Number::Float(-0.0).to_json().to_string(), "0.0");
    }
}
