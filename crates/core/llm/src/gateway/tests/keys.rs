//! Whose key a call goes with, and what becomes of one that is refused.

use std::sync::Mutex;

use super::*;
use crate::{KeyCheck, KeyPolicy};

/// An owner's key until it is refused.
#[derive(Default)]
struct Bring(Mutex<Vec<String>>);

#[async_trait]
impl Credentials for Arc<Bring> {
    async fn key(&self, _owner: OwnerId, provider: &str) -> Option<Secret> {
        let is_refused = !self.0.lock().unwrap().is_empty();
        (provider == "openai" && !is_refused).then(|| Secret::from("own-key-0123456789"))
    }

    async fn refused(&self, _: OwnerId, provider: &str, _: &Secret, reason: &str) {
        self.0.lock().unwrap().push(format!("{provider}: {reason}"));
    }
}

async fn picky() -> Double {
    Double::start(|request| match request.contains("own-key") {
        true => reply("401 Who", "", r#"{"error":{"message":"bad key own-key-0123456789"}}"#),
        false => completion(&json!({"content": "hi"})),
    })
    .await
}

#[tokio::test]
async fn a_refused_key_is_noted_and_the_operators_takes_over() {
    let (double, bring) = (picky().await, Arc::new(Bring::default()));
    let gateway = gateway(settings(&double), Arc::clone(&bring));
    assert!(gateway.chat(&caller(), hello("gpt-4o")).await.is_ok());
    assert!(gateway.chat(&caller(), hello("gpt-4o")).await.is_ok());
    let noted = bring.0.lock().unwrap().clone();
    assert_eq!(noted.len(), 1);
    assert!(noted[0].starts_with("openai: ") && !noted[0].contains("own-key"), "{noted:?}");
    let own: Vec<bool> = double.seen().iter().map(|request| request.contains("own-key")).collect();
    assert_eq!(own, [true, false, false]);
}

#[tokio::test]
async fn who_wants_only_their_own_key_used_never_spends_the_operators() {
    let (double, bring) = (picky().await, Arc::new(Bring::default()));
    let gateway = gateway(settings(&double), Arc::clone(&bring));
    let own_only = Caller { keys: KeyPolicy::OwnOnly, ..caller() };
    let error = gateway.chat(&own_only, hello("gpt-4o")).await.unwrap_err();
    assert!(matches!(error, Error::KeyRefused { .. }), "{error}");
    assert!(matches!(gateway.chat(&own_only, hello("claude-x")).await, Err(Error::NoKey { .. })));
    assert_eq!(double.seen().len(), 1);
}

#[tokio::test]
async fn the_free_tier_brings_no_keys() {
    let (double, bring) = (picky().await, Arc::new(Bring::default()));
    let gateway = gateway(settings(&double), bring);
    let free = Caller { tier: "free".into(), ..caller() };
    gateway.chat(&free, hello("gpt-4o")).await.unwrap();
    assert!(!double.seen()[0].contains("own-key"));
}

#[tokio::test]
async fn who_may_bring_no_key_is_told_so_and_while_developing_everybody_may() {
    let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
    let free = Caller { tier: "free".into(), ..caller() };
    let mut keyless = settings(&double);
    keyless.providers.iter_mut().for_each(|provider| provider.api_key = None);
    let of = |every_tier_brings_keys| {
        gateway(Settings { every_tier_brings_keys, ..keyless.clone() }, Arc::new(Bring::default()))
    };
    let error = of(false).chat(&free, hello("gpt-4o")).await.unwrap_err().to_string();
    assert!(error.contains("from tier pro on") && error.contains("OPENAI_API_KEY"), "{error}");
    assert!(!error.contains("add your own"), "{error}");
    of(true).chat(&free, hello("gpt-4o")).await.unwrap();
    assert!(double.seen()[0].contains("own-key"));
}

#[tokio::test]
async fn a_key_is_checked_by_its_provider() {
    let double = Double::start(|request| match request {
        request if request.contains("good") => reply("200 OK", "", "{\"data\":[]}"),
        request if request.contains("bad") => reply("401 Who", "", "{}"),
        _ => reply("500 Oops", "", "{}"),
    })
    .await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    for (key, expected) in
        [("good", KeyCheck::Accepted), ("bad", KeyCheck::Refused), ("odd", KeyCheck::Unknown)]
    {
        assert_eq!(gateway.check_key("anthropic", &Secret::from(key)).await, expected, "{key}");
    }
    assert!(double.seen()[0].starts_with("GET /v1/models ") && double.seen()[0].contains("x-api-key: good"));
    assert_eq!(gateway.check_key("nobody", &Secret::from("good")).await, KeyCheck::Unknown);
}

/// Owners who want nobody's key used but their own.
struct Strict;

#[async_trait]
impl Credentials for Strict {
    async fn key(&self, _owner: OwnerId, _provider: &str) -> Option<Secret> {
        None
    }

    async fn policy(&self, _owner: OwnerId) -> KeyPolicy {
        KeyPolicy::OwnOnly
    }

    async fn refused(&self, _: OwnerId, _: &str, _: &Secret, _: &str) {}
}

#[tokio::test]
async fn an_owners_wish_for_own_keys_alone_counts_for_every_call_and_tier() {
    let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
    let gateway = gateway(settings(&double), Strict);
    for tier in ["free", "pro"] {
        let error =
            gateway.chat(&Caller { tier: tier.into(), ..caller() }, hello("gpt-4o")).await.unwrap_err();
        assert!(matches!(error, Error::NoKey { .. }), "{error}");
    }
    assert!(double.seen().is_empty());
}

#[tokio::test]
async fn a_key_that_was_brought_is_used_at_once_when_the_gateway_is_told() {
    let (double, bring) = (picky().await, Arc::new(Bring::default()));
    bring.0.lock().unwrap().push("none yet".to_owned());
    let gateway = gateway(settings(&double), Arc::clone(&bring));
    gateway.chat(&caller(), hello("gpt-4o")).await.unwrap();
    bring.0.lock().unwrap().clear();
    gateway.chat(&caller(), hello("gpt-4o")).await.unwrap();
    gateway.forget_keys(caller().owner);
    gateway.chat(&caller(), hello("gpt-4o")).await.unwrap();
    let own: Vec<bool> = double.seen().iter().map(|request| request.contains("own-key")).collect();
    assert_eq!(own, [false, false, true, false], "the last one is the operator's, as the own is refused");
}
