use super::fault::Reason;
use super::number::Number;

/// The largest exponent, either way.
pub(super) const MAX_EXPONENT: i32 = 10_000;

/// What stands between two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
    Power,
}

impl Arithmetic {
    /// The result; integers stay integers where the result is one.
    pub(super) fn apply(self, left: Number, right: Number) -> Result<Number, Reason> {
        match (left.as_integer(), right.as_integer()) {
            (Some(left), Some(right)) => self.apply_integers(left, right),
            _ => self.apply_floats(left.as_float(), right.as_float()),
        }
    }

    /// Whether two integers have a float for a result only because it is too large for 64 bits.
    pub(super) fn rounds(self, left: Number, right: Number, result: Number) -> bool {
        let exact = match self {
            Self::Divide => false,
            Self::Power => right.as_integer().is_some_and(|exponent| exponent >= 0),
            _ => true,
        };
        exact && left.as_integer().is_some() && right.as_integer().is_some() && result.as_integer().is_none()
    }

    fn apply_integers(self, left: i128, right: i128) -> Result<Number, Reason> {
        let exact = match self {
            Self::Add => left.checked_add(right),
            Self::Subtract => left.checked_sub(right),
            Self::Multiply => left.checked_mul(right),
            Self::Divide | Self::FloorDivide | Self::Remainder if right == 0 => {
                return Err(Reason::DivisionByZero);
            }
            Self::Divide => (left % right == 0).then(|| left / right),
            Self::FloorDivide => Some(left.div_euclid(right) - i128::from(right < 0 && left % right != 0)),
            Self::Remainder => Some(floored_remainder(left, right)),
            Self::Power => exact_power(left, right)?,
        };
        match exact {
            Some(value) => Ok(Number::integer(value)),
            None => self.apply_floats(left as f64, right as f64),
        }
    }

    fn apply_floats(self, left: f64, right: f64) -> Result<Number, Reason> {
        let value = match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide | Self::FloorDivide | Self::Remainder if right == 0.0 => {
                return Err(Reason::DivisionByZero);
            }
            Self::Divide => left / right,
            // By way of the remainder: `(left / right).floor()` is off by one where the quotient rounds up.
            Self::FloorDivide => ((left - floored_float_remainder(left, right)) / right).round(),
            Self::Remainder => floored_float_remainder(left, right),
            Self::Power => return float_power(left, right),
        };
        Number::float(value, "this")
    }
}

/// The remainder with the sign of the divisor.
fn floored_remainder(left: i128, right: i128) -> i128 {
    let remainder = left % right;
    if remainder != 0 && (remainder < 0) != (right < 0) { remainder + right } else { remainder }
}

fn floored_float_remainder(left: f64, right: f64) -> f64 {
    let remainder = left % right;
    if remainder != 0.0 && (remainder < 0.0) != (right < 0.0) { remainder + right } else { remainder }
}

/// The power, where it is an integer that fits 128 bits.
fn exact_power(base: i128, exponent: i128) -> Result<Option<i128>, Reason> {
    if exponent.abs() > i128::from(MAX_EXPONENT) {
        return Err(Reason::ExponentTooLarge);
    }
    Ok(u32::try_from(exponent).ok().and_then(|exponent| base.checked_pow(exponent)))
}

fn float_power(base: f64, exponent: f64) -> Result<Number, Reason> {
    if exponent.abs() > f64::from(MAX_EXPONENT) {
        return Err(Reason::ExponentTooLarge);
    }
    if base == 0.0 && exponent < 0.0 {
        return Err(Reason::DivisionByZero);
    }
    Number::float(base.powf(exponent), "the power of a negative number")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integers(operation: Arithmetic, left: i128, right: i128) -> Number {
        operation.apply(Number::integer(left), Number::integer(right)).unwrap()
    }

    #[test]
    fn floor_division_and_remainder_follow_the_sign_of_the_divisor() {
        for (left, right, quotient, remainder) in
            [(7, 2, 3, 1), (-7, 2, -4, 1), (7, -2, -4, -1), (-7, -2, 3, -1), (6, -2, -3, 0)]
        {
            assert_eq!(integers(Arithmetic::FloorDivide, left, right), Number::Integer(quotient));
            assert_eq!(integers(Arithmetic::Remainder, left, right), Number::Integer(remainder));
            let floats = (Number::Float(left as f64), Number::Float(right as f64));
            let float = Arithmetic::FloorDivide.apply(floats.0, floats.1).unwrap();
            assert_eq!(float, Number::Float(quotient as f64), "{left} // {right}");
        }
    }

    #[test]
    fn integers_are_exact_to_64_bits_and_floats_beyond() {
        let largest = i128::from(u64::MAX);
        assert_eq!(integers(Arithmetic::Add, largest - 1, 1), Number::Integer(largest));
        assert_eq!(integers(Arithmetic::Add, largest, 1), Number::Float(18_446_744_073_709_551_616.0));
        assert_eq!(integers(Arithmetic::Divide, 6, 3), Number::Integer(2));
        assert_eq!(integers(Arithmetic::Divide, 7, 2), Number::Float(3.5));
        assert_eq!(integers(Arithmetic::Power, 2, 63), Number::Integer(1 << 63));
        assert_eq!(integers(Arithmetic::Power, 2, -1), Number::Float(0.5));
    }

    #[test]
    fn only_an_integer_result_that_does_not_fit_counts_as_rounded() {
        let (two, half, big) =
            (Number::Integer(2), Number::Float(0.5), Number::integer(i128::from(u64::MAX)));
        let rounds = |operation: Arithmetic, left, right| {
            operation.rounds(left, right, operation.apply(left, right).unwrap())
        };
        assert!(rounds(Arithmetic::Multiply, big, two));
        assert!(!rounds(Arithmetic::Multiply, big, half));
        assert!(!rounds(Arithmetic::Divide, Number::Integer(1), two));
        assert!(!rounds(Arithmetic::Power, two, Number::Integer(-1)));
    }
}
