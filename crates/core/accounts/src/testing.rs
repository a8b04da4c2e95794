//! What the tests of this room share: accounts on a fresh database, and an identity provider of their own.

use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use db::Db;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use kit::{Clock, Entropy, Sources, Timestamp};
use serde_json::{Value, json};

use crate::users::{Identity, Profile};
use crate::*;

/// When every test begins.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);
pub(crate) const ISSUER: &str = "https://clerk.example.com";
/// Clerk names its keys after its instances.
pub(crate) const KID: &str = "ins_2abc";
pub(crate) const WEBHOOK_SECRET_BYTES: [u8; 24] = *b"twenty-four secret bytes";

/// Signs what the key set of [`FakeKeys::good`] verifies.
pub(crate) const SIGNER: &[u8] = include_bytes!("../fixtures/signer.pem");
pub(crate) const SIGNER_PUBLIC: &[u8] = include_bytes!("../fixtures/signer.public.pem");
pub(crate) const SIGNER_MODULUS: &str = include_str!("../fixtures/signer.modulus");
/// Another key, of which the key set knows nothing.
pub(crate) const STRANGER: &[u8] = include_bytes!("../fixtures/stranger.pem");

/// Accounts with a clock that stands still and a source of keys that counts.
pub(crate) struct TestAccounts {
    pub(crate) accounts: Accounts,
    pub(crate) keys: Arc<FakeKeys>,
}

impl TestAccounts {
    pub(crate) async fn tokens_only(db: Db) -> Self {
        Self::with_mode(db, Mode::TokensOnly).await
    }

    pub(crate) async fn clerk(db: Db) -> Self {
        Self::with_mode(db, Mode::Clerk(clerk_settings())).await
    }

    pub(crate) async fn with_mode(db: Db, mode: Mode) -> Self {
        let sources = Sources { clock: Clock::manual(START), entropy: Entropy::system() };
        let keys = FakeKeys::good();
        let master = MasterKeys::parse(&STANDARD.encode(Entropy::seeded(1).bytes::<32>())).unwrap();
        let settings = AccountsSettings::new(mode);
        let accounts = Accounts::with_key_source(settings, db, keys.clone(), sources, master);
        Self { accounts, keys }
    }

    /// A user with that address.
    pub(crate) async fn user(&self, email: &str) -> User {
        let identity = Identity { issuer: "local", subject: email };
        self.enter(identity, &Profile::of(Some(email), None, None), Tier::Free).await.unwrap()
    }

    /// Authenticates one header now.
    pub(crate) async fn sign_in(&self, header: &str) -> Result<Session> {
        self.authenticate(&[header], self.sources.clock.now()).await
    }
}

impl Deref for TestAccounts {
    type Target = Accounts;

    fn deref(&self) -> &Accounts {
        &self.accounts
    }
}

pub(crate) fn clerk_settings() -> ClerkSettings {
    let webhook_secret = Some(WebhookSecret::parse(&STANDARD.encode(WEBHOOK_SECRET_BYTES)).unwrap());
    ClerkSettings { webhook_secret, ..ClerkSettings::new(ISSUER).unwrap() }
}

pub(crate) fn token_request(name: &str) -> TokenRequest {
    TokenRequest { name: name.to_owned(), scopes: Scopes::all(), expires_at: None }
}

/// A session token as Clerk makes it at the start of the test, with some claims changed; `null` removes one.
pub(crate) fn session_token(changes: Value) -> String {
    signed(&header(Algorithm::RS256, KID), &claims(changes), SIGNER)
}

#[expect(clippy::needless_pass_by_value, reason = "written in place by the tests")]
pub(crate) fn claims(changes: Value) -> Value {
    let now = START.as_millis() / 1_000;
    let mut claims = json!({"iss": ISSUER, "sub": "user_ann", "sid": "sess_1", "iat": now, "nbf": now - 10,
        "exp": now + 60, "azp": "https://app.example.com", "v": 2, "sts": "active"});
    let map = claims.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        map.insert(name.clone(), value.clone());
    }
    map.retain(|_, value| !value.is_null());
    claims
}

pub(crate) fn header(algorithm: Algorithm, kid: &str) -> Header {
    Header { kid: Some(kid.to_owned()), ..Header::new(algorithm) }
}

pub(crate) fn signed(header: &Header, claims: &Value, key: &[u8]) -> String {
    encode(header, claims, &EncodingKey::from_rsa_pem(key).unwrap()).unwrap()
}

/// Part of a token that the library would not make.
pub(crate) fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A key set in memory, and how often it was asked for.
#[derive(Debug)]
pub(crate) struct FakeKeys {
    answer: Mutex<std::result::Result<Vec<u8>, String>>,
    urls: Mutex<Vec<String>>,
    fetches: AtomicUsize,
}

impl FakeKeys {
    pub(crate) fn good() -> Arc<Self> {
        let keys = Self {
            answer: Mutex::new(Err(String::new())),
            urls: Mutex::default(),
            fetches: AtomicUsize::new(0),
        };
        keys.set_good_named(KID);
        Arc::new(keys)
    }

    pub(crate) fn set_good_named(&self, kid: &str) {
        let key = json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": SIGNER_MODULUS.trim(), "e": "AQAB"});
        self.set_body(json!({"keys": [key]}).to_string().as_bytes());
    }

    pub(crate) fn set_body(&self, body: &[u8]) {
        *self.answer.lock().unwrap() = Ok(body.to_vec());
    }

    pub(crate) fn set_down(&self) {
        *self.answer.lock().unwrap() = Err("connection refused".to_owned());
    }

    pub(crate) fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }

    pub(crate) fn urls(&self) -> Vec<String> {
        self.urls.lock().unwrap().clone()
    }
}

#[async_trait]
impl FetchKeys for FakeKeys {
    async fn fetch(&self, url: &str) -> std::result::Result<Vec<u8>, String> {
        self.fetches.fetch_add(1, Ordering::SeqCst);
        self.urls.lock().unwrap().push(url.to_owned());
        // Others get the chance to ask at the same time.
        tokio::task::yield_now().await;
        self.answer.lock().unwrap().clone()
    }
}
