//! Who is asking.

#[cfg(test)]
mod attacks;
mod authenticate;
mod authorization;
mod remembered;

use kit::ids::TokenId;

pub(crate) use remembered::RememberedSessions;

use crate::{Error, Result, Scope, Scopes, User};

/// A request's user, and how the user came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who it is.
    pub user: User,
    /// How that is known.
    pub via: Via,
}

/// How a user came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// Nobody was asked: the development user.
    Development,
    /// A session token of Clerk's.
    Clerk {
        /// Clerk's session; tokens made of a template have none.
        session_id: Option<String>,
        /// The operator who acts as the user.
        impersonator: Option<String>,
    },
    /// A personal token.
    Token {
        /// Which one.
        token_id: TokenId,
        /// What it may do.
        scopes: Scopes,
    },
}

impl Session {
    /// Refuses a personal token that lacks the scope; people at a browser have all.
    pub fn require(&self, scope: Scope) -> Result<()> {
        match &self.via {
            Via::Token { scopes, .. } if !scopes.allow(scope) => Err(Error::ScopeMissing(scope)),
            _ => Ok(()),
        }
    }

    /// Refuses a personal token that would hand on more than it has: a new token does no more than the one that makes it.
    pub fn require_all(&self, scopes: &Scopes) -> Result<()> {
        scopes.iter().try_for_each(|scope| self.require(scope))
    }

    /// Refuses an operator who acts as the user: for billing, tokens and keys.
    pub fn require_the_user_in_person(&self) -> Result<()> {
        match &self.via {
            Via::Clerk { impersonator: Some(_), .. } => Err(Error::Impersonated),
            _ => Ok(()),
        }
    }
}
