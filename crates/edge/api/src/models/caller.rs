use accounts::{Scope, Session};
use axum::http::{HeaderMap, header};
use door::Failure;
use llm::{CacheWish, Caller, KeyPolicy};

use crate::ApiState;

/// Whose keys may be used: `own` for the user's and no other.
const KEYS: &str = "x-bloxserver-keys";
/// How long the answer may be given again, in seconds.
const CACHE_TTL: &str = "x-cache-ttl";

/// Signs a request in by `Authorization: Bearer`, or by `x-api-key` as Anthropic's clients send it.
pub(crate) async fn sign_in(state: &ApiState, headers: &HeaderMap, scope: Scope) -> Result<Session, Failure> {
    let readable = |value: &axum::http::HeaderValue| value.to_str().unwrap_or("unreadable").to_owned();
    let mut values: Vec<String> = headers.get_all(header::AUTHORIZATION).iter().map(readable).collect();
    if values.is_empty() {
        values = headers.get_all("x-api-key").iter().map(|key| format!("Bearer {}", readable(key))).collect();
    }
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let session = state.accounts.authenticate(&values, state.clock.now()).await?;
    session.require(scope)?;
    Ok(session)
}

/// The user as the gateway knows them.
pub(crate) fn of(session: &Session, headers: &HeaderMap) -> Caller {
    let keys = match text(headers, KEYS) {
        Some("own") => KeyPolicy::OwnOnly,
        _ => KeyPolicy::OwnFirst,
    };
    Caller { tier: session.user.tier.to_string(), keys, ..Caller::of(session.user.id) }
}

/// What the request says about the cache.
pub(crate) fn cache_wish(headers: &HeaderMap) -> CacheWish {
    let control = text(headers, header::CACHE_CONTROL.as_str()).unwrap_or_default();
    let says = |word: &str| control.split(',').any(|part| part.trim().eq_ignore_ascii_case(word));
    CacheWish {
        no_cache: says("no-cache"),
        no_store: says("no-store"),
        ttl_s: text(headers, CACHE_TTL).and_then(|seconds| seconds.trim().parse().ok()),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_told_in_the_words_of_http() {
        let mut headers = HeaderMap::new();
        assert_eq!(cache_wish(&headers), CacheWish::default());
        headers.insert("cache-control", "No-Cache, no-store".parse().unwrap());
        headers.insert("x-cache-ttl", "60".parse().unwrap());
        assert_eq!(cache_wish(&headers), CacheWish { no_cache: true, no_store: true, ttl_s: Some(60) });
    }
}
