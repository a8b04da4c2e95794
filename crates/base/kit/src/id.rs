use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use crate::{Entropy, Timestamp};

/// The id of a `T`: a UUID, version 7 for new rows, so that ids sort by their birth.
///
/// Ids of one [`Entropy`] do so within a millisecond too: who came first is served first, and rows made together lie
/// together in an index.
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

/// A text that is not a UUID.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("not a UUID")]
pub struct InvalidId;

impl<T> Id<T> {
    /// A new id of the given moment.
    pub fn new(now: Timestamp, entropy: &Entropy) -> Self {
        Self::at(now, entropy.rising::<74>(now))
    }

    /// The id of a moment with the lowest 74 bits of a number in it: of the same two it is the same.
    pub fn at(moment: Timestamp, number: u128) -> Self {
        let millis = u64::try_from(moment.as_millis()).unwrap_or(0);
        // RFC 9562, section 5.7: after the millisecond and the version 12 bits, after the variant 62.
        let (high, low) = ((number >> 62) as u64 & 0xfff, number as u64 & (u64::MAX >> 2));
        Self(Uuid::from_u64_pair(millis << 16 | 0x7000 | high, 1 << 63 | low), PhantomData)
    }

    /// An id with a fixed value, for well-known rows.
    pub const fn from_u128(value: u128) -> Self {
        Self(Uuid::from_u128(value), PhantomData)
    }

    /// Of its 16 bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes), PhantomData)
    }

    /// The 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl<T> FromStr for Id<T> {
    type Err = InvalidId;

    /// Accepts only the hyphenated form, so that one object has one address.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text.len() != 36 {
            return Err(InvalidId);
        }
        Uuid::try_parse(text).map(|uuid| Self(uuid, PhantomData)).map_err(|_| InvalidId)
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl<T> PartialSchema for Id<T> {
    fn schema() -> RefOr<Schema> {
        let uuid = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::Custom("uuid".to_owned())))
            .description(Some(
                "A UUID in its hyphenated form; new ones are of version 7 and sort by their birth.",
            ))
            .examples(["01997f3e-8a54-7c1b-9d2e-5f0a6b7c8d9e"]);
        uuid.into()
    }
}

impl<T> ToSchema for Id<T> {
    /// One schema for the ids of everything.
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Id")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Thing;

    #[test]
    fn ids_sort_by_their_birth() {
        let dice = Entropy::seeded(3);
        let early: Id<Thing> = Id::new(Timestamp::from_millis(1_000), &dice);
        let late: Id<Thing> = Id::new(Timestamp::from_millis(2_000), &dice);
        assert!(early < late && early.to_string() < late.to_string());
    }

    #[test]
    fn ids_of_one_millisecond_sort_by_their_birth_and_cannot_be_guessed() {
        let dice = Entropy::system();
        let ids: Vec<Id<Thing>> = (0..10_000).map(|_| Id::new(Timestamp::from_millis(5), &dice)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        let number = |id: &Id<Thing>| id.0.as_u128();
        assert!(ids.windows(2).any(|pair| number(&pair[1]) - number(&pair[0]) > 1 << 24));
    }

    #[test]
    fn a_new_id_is_a_uuid_of_version_7_with_its_millisecond() {
        for dice in (0..100).map(Entropy::seeded) {
            let id: Id<Thing> = Id::new(Timestamp::from_millis(1_234_567), &dice);
            assert_eq!((id.0.get_version_num(), id.0.get_variant()), (7, uuid::Variant::RFC4122));
            assert_eq!(id.0.get_timestamp().map(|at| at.to_unix()), Some((1_234, 567_000_000)));
        }
    }

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        let id: Id<Thing> = Id::new(Timestamp::from_millis(1), &Entropy::seeded(3));
        assert_eq!(id.to_string().parse::<Id<Thing>>().unwrap(), id);
        for bad in ["", "1", "not-a-uuid", &id.to_string().replace('-', ""), &format!("{{{id}}}")] {
            assert!(bad.parse::<Id<Thing>>().is_err(), "{bad}");
        }
    }
}
