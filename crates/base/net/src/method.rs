//! The methods a request may have.

use std::fmt;
use std::str::FromStr;

/// What a request asks to be done; `CONNECT` and `TRACE` cannot be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Method {
    /// Read.
    #[default]
    Get,
    /// Read the head only.
    Head,
    /// Do.
    Post,
    /// Replace.
    Put,
    /// Change.
    Patch,
    /// Remove.
    Delete,
    /// Ask what is possible.
    Options,
}

/// A text that is none of the methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the method is none of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")]
pub struct UnknownMethod;

impl Method {
    /// Every method.
    pub const ALL: [Self; 7] =
        [Self::Get, Self::Head, Self::Post, Self::Put, Self::Patch, Self::Delete, Self::Options];

    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
        }
    }

    pub(crate) fn wire(self) -> reqwest::Method {
        match self {
            Self::Get => reqwest::Method::GET,
            Self::Head => reqwest::Method::HEAD,
            Self::Post => reqwest::Method::POST,
            Self::Put => reqwest::Method::PUT,
            Self::Patch => reqwest::Method::PATCH,
            Self::Delete => reqwest::Method::DELETE,
            Self::Options => reqwest::Method::OPTIONS,
        }
    }
}

impl FromStr for Method {
    type Err = UnknownMethod;

    /// Reads a method in any case.
    fn from_str(text: &str) -> Result<Self, UnknownMethod> {
        let same = |method: &Self| method.as_str().eq_ignore_ascii_case(text.trim());
        Self::ALL.into_iter().find(same).ok_or(UnknownMethod)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_read_back_from_its_name_in_any_case() {
        for method in Method::ALL {
            assert_eq!(method.to_string().to_lowercase().parse(), Ok(method));
            assert_eq!(method.wire().as_str(), method.as_str());
        }
        assert_eq!("CONNECT".parse::<Method>(), Err(UnknownMethod));
    }
}
