use kit::Timestamp;
use serde::Deserialize;

use crate::users::Profile;
use crate::{Error, Result};

/// A delivery that means something here.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Somebody is there, or changed.
    Profile { subject: String, profile: Profile, updated_at: Timestamp },
    /// Somebody is gone.
    Deleted { subject: String },
    /// About something else.
    Other,
}

#[derive(Deserialize)]
struct Delivery {
    r#type: String,
    #[serde(default)]
    data: serde_json::Value,
}

/// <https://clerk.com/docs/reference/backend/types/backend-user>, as its JSON form.
#[derive(Deserialize)]
struct ClerkUser {
    id: String,
    first_name: Option<String>,
    last_name: Option<String>,
    image_url: Option<String>,
    primary_email_address_id: Option<String>,
    #[serde(default)]
    email_addresses: Vec<ClerkAddress>,
    /// Milliseconds.
    #[serde(default)]
    updated_at: i64,
}

#[derive(Deserialize)]
struct ClerkAddress {
    id: String,
    email_address: String,
}

impl Event {
    pub(super) fn parse(body: &[u8]) -> Result<Self> {
        let delivery: Delivery =
            serde_json::from_slice(body).map_err(|error| Error::BadEvent(error.to_string()))?;
        let is_profile = matches!(delivery.r#type.as_str(), "user.created" | "user.updated");
        if !is_profile && delivery.r#type != "user.deleted" {
            return Ok(Self::Other);
        }
        let user: ClerkUser = serde_json::from_value(delivery.data)
            .map_err(|error| Error::BadEvent(format!("data: {error}")))?;
        if user.id.is_empty() || user.id.len() > 255 || user.id.chars().any(char::is_control) {
            return Err(Error::BadEvent("data.id is not one".to_owned()));
        }
        Ok(if is_profile { user.into_event() } else { Self::Deleted { subject: user.id } })
    }
}

impl ClerkUser {
    fn into_event(self) -> Event {
        let primary = self.primary_email_address_id.as_deref();
        let email = self.email_addresses.iter().find(|address| Some(address.id.as_str()) == primary);
        let names: Vec<&str> =
            [&self.first_name, &self.last_name].into_iter().flatten().map(String::as_str).collect();
        let profile = Profile::of(
            email.map(|address| address.email_address.as_str()),
            Some(&names.join(" ")),
            self.image_url.as_deref(),
        );
        Event::Profile { profile, updated_at: Timestamp::from_millis(self.updated_at), subject: self.id }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parse(body: &Value) -> Result<Event> {
        Event::parse(body.to_string().as_bytes())
    }

    #[test]
    fn a_profile_takes_the_primary_address_and_both_names() {
        let event = parse(&json!({"type": "user.updated", "object": "event", "data": {
            "id": "user_ann", "first_name": "Ann", "last_name": "Lee", "image_url": "https://img.clerk.com/a",
            "primary_email_address_id": "idn_2", "updated_at": 1_700_000_000_123_i64, "unknown": true,
            "email_addresses": [{"id": "idn_1", "email_address": "old@example.com"},
                {"id": "idn_2", "email_address": "ann@example.com", "verification": {"status": "verified"}}],
        }}));
        let profile = Profile::of(Some("ann@example.com"), Some("Ann Lee"), Some("https://img.clerk.com/a"));
        let updated_at = Timestamp::from_millis(1_700_000_000_123);
        assert_eq!(event.unwrap(), Event::Profile { subject: "user_ann".to_owned(), profile, updated_at });
    }

    #[test]
    fn c7_without_a_primary_address_there_is_none() {
        for addresses in [json!([]), json!([{"id": "idn_1", "email_address": "a@b.c"}])] {
            let data =
                json!({"id": "user_ann", "primary_email_address_id": null, "email_addresses": addresses});
            let event = parse(&json!({"type": "user.created", "data": data})).unwrap();
            let Event::Profile { profile, .. } = event else { panic!("{event:?}") };
            assert_eq!(profile, Profile::default());
        }
    }

    #[test]
    fn a_deletion_names_the_user_only() {
        let event = parse(
            &json!({"type": "user.deleted", "data": {"id": "user_ann", "deleted": true, "object": "user"}}),
        );
        assert_eq!(event.unwrap(), Event::Deleted { subject: "user_ann".to_owned() });
    }

    #[test]
    fn other_events_are_none_of_ours_and_unreadable_ones_are_refused() {
        assert_eq!(parse(&json!({"type": "session.created", "data": {}})).unwrap(), Event::Other);
        assert_eq!(parse(&json!({"type": "user.banned"})).unwrap(), Event::Other);
        for bad in [
            json!({}),
            json!([]),
            json!({"type": "user.created"}),
            json!({"type": "user.deleted", "data": {"id": ""}}),
            json!({"type": "user.deleted", "data": {"id": "a\u{0}"}}),
        ] {
            assert!(matches!(parse(&bad), Err(Error::BadEvent(_))), "{bad}");
        }
        assert!(Event::parse(b"<xml/>").is_err());
    }
}
