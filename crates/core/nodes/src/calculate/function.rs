use super::arithmetic::Arithmetic;
use super::fault::Reason;
use super::number::{Comparison, Number};

/// What may be called, as messages list it.
pub(super) const NAMES: [&str; 18] = [
    "abs", "round", "min", "max", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "log", "log10",
    "log2", "exp", "floor", "ceil", "pow",
];

/// Calls the function; angles are in radians, `log` is natural unless a base follows.
pub(super) fn call(name: &str, arguments: &[Number]) -> Result<Number, Reason> {
    let name = known(name)?;
    match (name, arguments) {
        ("abs", [number]) => Ok(absolute(*number)),
        ("round", [number]) => Ok(whole(number.as_float().round(), *number)),
        ("round", [number, digits]) => round_to(*number, *digits),
        ("floor", [number]) => Ok(whole(number.as_float().floor(), *number)),
        ("ceil", [number]) => Ok(whole(number.as_float().ceil(), *number)),
        ("min", [first, rest @ ..]) => Ok(rest.iter().fold(*first, |least, number| {
            if number.compare(Comparison::Less, least) { *number } else { least }
        })),
        ("max", [first, rest @ ..]) => Ok(rest.iter().fold(*first, |most, number| {
            if number.compare(Comparison::Greater, most) { *number } else { most }
        })),
        ("pow", [base, exponent]) => Arithmetic::Power.apply(*base, *exponent),
        ("log", [number, base]) => logarithm(number.as_float(), base.as_float()),
        (_, [number]) => real(name, number.as_float()),
        _ => Err(Reason::Arguments { function: name, takes: takes(name) }),
    }
}

/// Checks name and number of arguments without computing, for the side of `and` and `or` that is not needed.
pub(super) fn check(name: &str, count: usize) -> Result<(), Reason> {
    let name = known(name)?;
    let fits = match name {
        "min" | "max" => count >= 1,
        "pow" => count == 2,
        "round" | "log" => (1..=2).contains(&count),
        _ => count == 1,
    };
    if fits { Ok(()) } else { Err(Reason::Arguments { function: name, takes: takes(name) }) }
}

fn known(name: &str) -> Result<&'static str, Reason> {
    NAMES.into_iter().find(|known| *known == name).ok_or_else(|| Reason::UnknownFunction(name.to_owned()))
}

fn takes(name: &str) -> &'static str {
    match name {
        "min" | "max" => "one argument or more",
        "pow" => "two arguments: the base and the exponent",
        "round" => "a number and, if wanted, how many decimals to keep",
        "log" => "a number and, if wanted, the base",
        _ => "one argument",
    }
}

fn real(name: &'static str, x: f64) -> Result<Number, Reason> {
    let value = match name {
        "sqrt" => x.sqrt(),
        "sin" => x.sin(),
        "cos" => x.cos(),
        "tan" => x.tan(),
        "asin" => x.asin(),
        "acos" => x.acos(),
        "atan" => x.atan(),
        "log" | "log10" | "log2" if x <= 0.0 => f64::NAN,
        "log" => x.ln(),
        "log10" => x.log10(),
        "log2" => x.log2(),
        "exp" => x.exp(),
        // `pow` with one argument is all that is left.
        _ => return Err(Reason::Arguments { function: name, takes: takes(name) }),
    };
    Number::float(value, name)
}

fn logarithm(x: f64, base: f64) -> Result<Number, Reason> {
    let is_defined = x > 0.0 && base > 0.0 && base != 1.0;
    Number::float(if is_defined { x.ln() / base.ln() } else { f64::NAN }, "log")
}

fn absolute(number: Number) -> Number {
    match number.as_integer() {
        Some(value) => Number::integer(value.abs()),
        None => Number::Float(number.as_float().abs()),
    }
}

/// A rounded number as an exact integer, where 64 bits hold it; integers stay what they are.
fn whole(rounded: f64, original: Number) -> Number {
    if let Some(integer) = original.as_integer() {
        return Number::Integer(integer);
    }
    let fits = (-9.3e18..=1.85e19).contains(&rounded);
    match if fits { Number::integer(rounded as i128) } else { original } {
        integer @ Number::Integer(_) => integer,
        _ => Number::Float(rounded),
    }
}

/// Rounds to decimals (tens, hundreds when negative), halves away from zero as spreadsheets do.
fn round_to(number: Number, digits: Number) -> Result<Number, Reason> {
    let wrong =
        Reason::Arguments { function: "round", takes: "decimals that are a whole number from -15 to 15" };
    // A 2.0 out of JSON is as good as a 2.
    let wanted = digits.as_float();
    if wanted.fract() != 0.0 || !(-15.0..=15.0).contains(&wanted) {
        return Err(wrong);
    }
    let digits = wanted as i32;
    match number.as_integer() {
        Some(value) if digits >= 0 => Ok(Number::Integer(value)),
        Some(value) => Ok(Number::integer(round_integer(value, 10_i128.pow(digits.unsigned_abs())))),
        None => Ok(Number::Float(round_float(number.as_float(), digits))),
    }
}

fn round_integer(value: i128, unit: i128) -> i128 {
    (value.abs() + unit / 2) / unit * unit * value.signum()
}

fn round_float(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits.abs());
    let rounded = if digits >= 0 { (value * scale).round() / scale } else { (value / scale).round() * scale };
    // So large a number has no decimals to round.
    if rounded.is_finite() { rounded } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn float(name: &str, arguments: &[f64]) -> f64 {
        let numbers: Vec<Number> = arguments.iter().map(|value| Number::Float(*value)).collect();
        call(name, &numbers).unwrap().as_float()
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        assert_eq!([float("round", &[2.5]), float("round", &[-2.5])], [3.0, -3.0]);
        assert_eq!(float("round", &[2.345, 2.0]).to_string(), "2.35");
        assert_eq!(call("round", &[Number::Integer(1250), Number::Integer(-2)]), Ok(Number::Integer(1300)));
        assert_eq!(call("round", &[Number::Integer(-1250), Number::Integer(-2)]), Ok(Number::Integer(-1300)));
    }

    #[test]
    fn rounding_gives_integers_where_64_bits_hold_them() {
        assert_eq!(call("floor", &[Number::Float(-1.5)]), Ok(Number::Integer(-2)));
        assert_eq!(call("ceil", &[Number::Float(1.2)]), Ok(Number::Integer(2)));
        assert_eq!(call("round", &[Number::Float(1e300)]), Ok(Number::Float(1e300)));
    }

    #[test]
    fn what_has_no_real_value_is_an_error() {
        for (name, argument) in [("sqrt", -1.0), ("log", 0.0), ("log2", -3.0), ("asin", 2.0)] {
            let failure = call(name, &[Number::Float(argument)]);
            assert!(matches!(failure, Err(Reason::NotReal(_))), "{name}({argument}): {failure:?}");
        }
        assert_eq!(call("exp", &[Number::Integer(1000)]), Err(Reason::TooLarge));
    }

    #[test]
    fn the_number_of_arguments_is_the_same_when_checked_and_when_called() {
        for name in NAMES {
            for count in 0..4 {
                let arguments = vec![Number::Integer(1); count];
                let refused = matches!(call(name, &arguments), Err(Reason::Arguments { .. }));
                assert_eq!(check(name, count).is_err(), refused, "{name} with {count}");
            }
        }
    }
}
