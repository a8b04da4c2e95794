use crate::tokens::TokenText;
use crate::{Error, Result};

/// Longer tokens are refused unread: Clerk keeps its own below 4 KB, the size of a cookie.
const TOKEN_MAX_BYTES: usize = 8 * 1024;

/// What the `Authorization` header offers.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Credential<'a> {
    /// There is no header.
    Nothing,
    /// A personal token.
    Personal(&'a str),
    /// Anything else: a session token, it says.
    Session(&'a str),
}

impl<'a> Credential<'a> {
    /// Reads all values of the header; two of them are one too many, whichever is right.
    pub(super) fn read(values: &[&'a str]) -> Result<Self> {
        let value = match values {
            [] => return Ok(Self::Nothing),
            [value] => value,
            _ => return Err(Error::Unauthenticated),
        };
        let (scheme, token) = value.trim().split_once(' ').ok_or(Error::Unauthenticated)?;
        let token = token.trim_start();
        let is_token = !token.is_empty()
            && token.len() <= TOKEN_MAX_BYTES
            && token.bytes().all(|byte| byte.is_ascii_graphic());
        // RFC 9110, 11.1: the scheme's case does not matter.
        if !scheme.eq_ignore_ascii_case("bearer") || !is_token {
            return Err(Error::Unauthenticated);
        }
        Ok(if TokenText::is_meant_by(token) { Self::Personal(token) } else { Self::Session(token) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bearer_token_is_read_whatever_the_case_of_the_scheme() {
        assert_eq!(Credential::read(&[]).unwrap(), Credential::Nothing);
        for value in ["Bearer a.b.c", "bearer a.b.c", "BEARER   a.b.c "] {
            assert_eq!(Credential::read(&[value]).unwrap(), Credential::Session("a.b.c"), "{value}");
        }
        assert_eq!(Credential::read(&["Bearer blx_x"]).unwrap(), Credential::Personal("blx_x"));
    }

    #[test]
    fn everything_else_is_refused() {
        let long = format!("Bearer {}", "x".repeat(TOKEN_MAX_BYTES + 1));
        for value in
            ["", "Bearer", "Bearer ", "Basic YTpi", "a.b.c", "Bearer a b", "Bearer ä", "Bearer a,\tb", &long]
        {
            assert!(Credential::read(&[value]).is_err(), "{value}");
        }
        assert!(Credential::read(&["Bearer a.b.c", "Bearer a.b.c"]).is_err());
    }
}
