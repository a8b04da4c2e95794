/// What a sealed value is for; a value sealed for one purpose does not open for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purpose(&'static str);

impl Purpose {
    /// A user's key for a model provider; its name is the provider's.
    pub const PROVIDER_KEY: Self = Self("provider key");
    /// A secret of a user or a flow.
    pub const SECRET: Self = Self("secret");
    /// The token in a webhook's address; its name is the trigger's id.
    pub const WEBHOOK_TOKEN: Self = Self("webhook token");
    /// What stands in a link that lets its bearer decide something.
    pub const TICKET: Self = Self("ticket");
    /// The stored answer to a request with an idempotency key.
    pub const ANSWER: Self = Self("stored answer");

    /// A purpose of another room's; the word stands in messages and must never change.
    pub const fn new(word: &'static str) -> Self {
        Self(word)
    }

    /// The word.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}
