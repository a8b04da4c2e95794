use accounts::{Scope, Session};
use axum::http::{HeaderMap, header};
use door::Failure;
use llm::{CacheWish, Caller, KeyPolicy, Threshold};

use super::failure;
use crate::ApiState;

/// Whose keys may be used: `own` for the user's and no other.
const KEYS: &str = "x-bloxserver-keys";
/// How long the answer may be given again, in seconds.
const CACHE_TTL: &str = "x-cache-ttl";
/// From which similarity on an answer to another question will do.
pub(crate) const CACHE_SIMILARITY: &str = "x-cache-similarity";
/// A week: nothing is kept longer.
const LONGEST_TTL_S: u64 = 7 * 86_400;

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

/// The user as the gateway knows them; fails when a header of ours says what it cannot.
pub(crate) fn of(session: &Session, headers: &HeaderMap) -> Result<Caller, Failure> {
    let keys = match text(headers, KEYS)? {
        None => KeyPolicy::OwnFirst,
        Some(word) if word.eq_ignore_ascii_case("own") => KeyPolicy::OwnOnly,
        Some(_) => return Err(wrong(KEYS, "is not `own`, the only word it knows; leave it out otherwise")),
    };
    let threshold = |text: &str| text.parse().ok().and_then(Threshold::new);
    let similarity = text(headers, CACHE_SIMILARITY)?
        .map(|text| threshold(text).ok_or_else(|| wrong(CACHE_SIMILARITY, "is not a number from 0.5 to 1")));
    let similarity = similarity.transpose()?;
    Ok(Caller { tier: session.user.tier.to_string(), keys, similarity, ..Caller::of(session.user.id) })
}

/// What the request says about the cache; fails like [`of`].
pub(crate) fn cache_wish(headers: &HeaderMap) -> Result<CacheWish, Failure> {
    let control =
        headers.get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let says = |word: &str| control.split(',').any(|part| part.trim().eq_ignore_ascii_case(word));
    let seconds = |text: &str| text.parse().ok().filter(|seconds| *seconds <= LONGEST_TTL_S);
    let ttl_s = text(headers, CACHE_TTL)?.map(|text| {
        seconds(text).ok_or_else(|| wrong(CACHE_TTL, "is not a whole number of seconds from 0 to 604800"))
    });
    Ok(CacheWish { no_cache: says("no-cache"), no_store: says("no-store"), ttl_s: ttl_s.transpose()? })
}

/// What a client of Anthropic tries out: all that its header says, however often it is there.
pub(crate) fn beta(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all("anthropic-beta").iter().filter_map(|value| value.to_str().ok());
    let beta = values.collect::<Vec<_>>().join(",");
    (!beta.is_empty()).then_some(beta)
}

/// The value of a header of ours; one that is there twice cannot be followed.
fn text<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, Failure> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(wrong(name, "is there more than once"));
    }
    // What is not text fits no rule, and the rule is what helps.
    Ok(Some(value.to_str().unwrap_or("\u{fffd}").trim()))
}

fn wrong(header: &str, problem: &str) -> Failure {
    failure::of_gateway(llm::Error::Field { field: header.to_owned(), problem: problem.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_told_in_the_words_of_http() {
        let mut headers = HeaderMap::new();
        assert_eq!(cache_wish(&headers).unwrap(), CacheWish::default());
        headers.insert("cache-control", "No-Cache, no-store".parse().unwrap());
        headers.insert("x-cache-ttl", "60".parse().unwrap());
        assert_eq!(
            cache_wish(&headers).unwrap(),
            CacheWish { no_cache: true, no_store: true, ttl_s: Some(60) }
        );
    }
}
