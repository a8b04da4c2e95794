use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kit::Timestamp;
use kit::ids::{OwnerId, TokenId};
use sha2::{Digest, Sha256};

use super::{Session, Via};

/// How long a verified credential is believed without another look.
pub(super) const REMEMBERED_MS: i64 = 5_000;
const CAPACITY: usize = 10_000;

/// Credentials that were verified a moment ago, by their hash: so that not every request costs a read.
///
/// What ends a session in this process forgets it here at once; other processes notice after [`REMEMBERED_MS`].
#[derive(Debug, Default)]
pub(crate) struct RememberedSessions(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Raised by whatever forgets, so that a verification begun before does not bring back what it read.
    generation: u64,
    sessions: HashMap<CredentialHash, (Session, Timestamp)>,
}

/// SHA-256 of a credential.
pub(super) type CredentialHash = [u8; 32];

/// The state of the memory at the beginning of a verification.
#[derive(Debug, Clone, Copy)]
pub(super) struct Generation(u64);

impl RememberedSessions {
    pub(super) fn hash(credential: &str) -> CredentialHash {
        Sha256::digest(credential).into()
    }

    pub(super) fn get(&self, hash: &CredentialHash, now: Timestamp) -> Option<Session> {
        let state = self.lock();
        state.sessions.get(hash).filter(|(_, until)| now < *until).map(|(session, _)| session.clone())
    }

    pub(super) fn generation(&self) -> Generation {
        Generation(self.lock().generation)
    }

    /// Keeps a session, unless something was forgotten since the verification began.
    pub(super) fn keep(
        &self,
        hash: CredentialHash,
        session: Session,
        until: Timestamp,
        begun: (Generation, Timestamp),
    ) {
        let mut state = self.lock();
        let (generation, now) = begun;
        if state.generation != generation.0 {
            return;
        }
        if state.sessions.len() >= CAPACITY {
            state.sessions.retain(|_, (_, until)| now < *until);
        }
        if state.sessions.len() < CAPACITY {
            state.sessions.insert(hash, (session, until));
        }
    }

    /// Forgets all sessions of a user.
    pub(crate) fn forget_user(&self, owner: OwnerId) {
        self.forget(|session| session.user.id == owner);
    }

    /// Forgets the sessions of a personal token.
    pub(crate) fn forget_token(&self, token: TokenId) {
        self.forget(|session| matches!(session.via, Via::Token { token_id, .. } if token_id == token));
    }

    fn forget(&self, is_meant: impl Fn(&Session) -> bool) {
        let mut state = self.lock();
        state.generation += 1;
        state.sessions.retain(|_, (session, _)| !is_meant(session));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Tier, User};

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn session(owner: u128) -> Session {
        let user = User {
            id: OwnerId::from_u128(owner),
            clerk_id: None,
            email: None,
            name: None,
            avatar_url: None,
            tier: Tier::Free,
            created_at: NOW,
        };
        Session { user, via: Via::Development }
    }

    #[test]
    fn a_session_is_remembered_for_a_moment() {
        let memory = RememberedSessions::default();
        let hash = RememberedSessions::hash("token");
        memory.keep(hash, session(1), NOW.plus_ms(5_000), (memory.generation(), NOW));
        assert_eq!(memory.get(&hash, NOW.plus_ms(4_999)), Some(session(1)));
        assert_eq!(memory.get(&hash, NOW.plus_ms(5_000)), None);
        assert_eq!(memory.get(&RememberedSessions::hash("other"), NOW), None);
    }

    #[test]
    fn what_was_forgotten_does_not_come_back_by_a_verification_begun_before() {
        let memory = RememberedSessions::default();
        let hash = RememberedSessions::hash("token");
        let begun = (memory.generation(), NOW);
        memory.forget_user(OwnerId::from_u128(1));
        memory.keep(hash, session(1), NOW.plus_ms(5_000), begun);
        assert_eq!(memory.get(&hash, NOW), None);
    }

    #[test]
    fn only_the_user_meant_is_forgotten() {
        let memory = RememberedSessions::default();
        for owner in [1, 2] {
            let hash = RememberedSessions::hash(&owner.to_string());
            memory.keep(hash, session(owner), NOW.plus_ms(5_000), (memory.generation(), NOW));
        }
        memory.forget_user(OwnerId::from_u128(1));
        assert_eq!(memory.get(&RememberedSessions::hash("1"), NOW), None);
        assert_eq!(memory.get(&RememberedSessions::hash("2"), NOW), Some(session(2)));
    }

    #[test]
    fn the_memory_does_not_grow_without_end() {
        let memory = RememberedSessions::default();
        let keep = |number: usize, until: Timestamp, now: Timestamp| {
            memory.keep(
                RememberedSessions::hash(&number.to_string()),
                session(1),
                until,
                (memory.generation(), now),
            );
        };
        (0..CAPACITY + 10).for_each(|number| keep(number, NOW.plus_ms(5_000), NOW));
        assert_eq!(memory.lock().sessions.len(), CAPACITY);
        keep(0, NOW.plus_ms(20_000), NOW.plus_ms(10_000));
        assert_eq!(memory.lock().sessions.len(), 1, "expired sessions make room");
    }
}
