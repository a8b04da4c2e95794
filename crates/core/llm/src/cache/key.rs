use kit::Secret;
use kit::ids::OwnerId;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Names a request of an owner with a key: whatever could change the answer is in it.
pub(crate) type CacheKey = [u8; 32];

/// The owner and the key come first: no other owner's request can have the same name. `kind` names the answer's form.
///
/// The body counts by what it means: neither the order of fields nor white space makes a difference.
pub(crate) fn key(owner: OwnerId, own_key: Option<&Secret>, kind: &str, body: &[u8]) -> Option<CacheKey> {
    let body: Value = serde_json::from_slice(body).ok()?;
    Some(key_of_value(owner, own_key, kind, &body))
}

/// The same for a body that was read already.
pub(crate) fn key_of_value(owner: OwnerId, own_key: Option<&Secret>, kind: &str, body: &Value) -> CacheKey {
    let mut hash = Sha256::new();
    hash.update(owner.as_bytes());
    hash.update(Sha256::digest(own_key.map_or("", |key| key.expose().as_str())));
    tagged(b'#', kind.len(), &mut hash);
    hash.update(kind);
    write(body, &mut hash);
    hash.finalize().into()
}

/// The value with its fields in order; lengths keep neighbours apart.
fn write(value: &Value, hash: &mut Sha256) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            tagged(b'{', fields.len(), hash);
            for (name, value) in fields {
                tagged(b'k', name.len(), hash);
                hash.update(name);
                write(value, hash);
            }
        }
        Value::Array(items) => {
            tagged(b'[', items.len(), hash);
            items.iter().for_each(|item| write(item, hash));
        }
        Value::String(text) => {
            tagged(b's', text.len(), hash);
            hash.update(text);
        }
        other => {
            let text = other.to_string();
            tagged(b'v', text.len(), hash);
            hash.update(text);
        }
    }
}

fn tagged(tag: u8, length: usize, hash: &mut Sha256) {
    hash.update([tag]);
    hash.update((length as u64).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(owner: u128, own_key: Option<&str>, body: &str) -> CacheKey {
        let own_key = own_key.map(Secret::from);
        key(OwnerId::from_u128(owner), own_key.as_ref(), "chat", body.as_bytes()).unwrap()
    }

    #[test]
    fn order_and_space_make_no_difference_and_everything_else_does() {
        let one = of(1, None, r#"{"model":"m","temperature":0,"messages":[{"role":"user","content":"a"}]}"#);
        let same = r#"{ "messages":[{"content":"a", "role":"user"}], "model":"m","temperature":0 }"#;
        assert_eq!(one, of(1, None, same));
        assert_ne!(one, of(2, None, same));
        assert_ne!(one, of(1, Some("k"), same));
        assert_ne!(one, of(1, None, &same.replace("\"a\"", "\"b\"")));
        assert_ne!(one, of(1, None, &same.replace(":0", ":0.1")));
        assert_ne!(of(1, None, r#"["ab","c"]"#), of(1, None, r#"["a","bc"]"#));
        assert_ne!(of(1, None, r#"["1"]"#), of(1, None, "[1]"));
    }

    proptest! {
        #[test]
        fn no_two_owners_share_a_name(first: u128, second: u128, body in "[a-z]{0,20}") {
            prop_assume!(first != second);
            let body = format!("{{\"messages\":\"{body}\"}}");
            prop_assert_ne!(of(first, None, &body), of(second, None, &body));
        }
    }
}
