use crate::{Error, Result};

/// `[A-Z][A-Z0-9_]{0,63}`: as names of the environment are written, so that they are not mistaken for variables.
pub(super) fn check(name: &str) -> Result<()> {
    let starts_well = name.starts_with(|letter: char| letter.is_ascii_uppercase());
    let is_plain = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    if starts_well && name.len() <= 64 && name.chars().all(is_plain) {
        return Ok(());
    }
    Err(Error::invalid("name", "must be 1 to 64 letters A-Z, digits and _, and begin with a letter"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_like_one_of_the_environment() {
        for good in ["A", "GITHUB_TOKEN", "S3_KEY_2", &"X".repeat(64)] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "Github", "_A", "1A", "A-B", "A B", "Ä", "A\0", &"X".repeat(65)] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
