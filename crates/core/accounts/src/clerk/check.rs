use super::key_set::KeySet;
use super::{ClerkSettings, FetchKeys};

impl ClerkSettings {
    /// Asks the issuer for its keys once; answers how many of them can be used, or why there are none.
    pub async fn check(&self, source: &dyn FetchKeys) -> Result<usize, String> {
        let url = self.keys_url();
        let body = source.fetch(&url).await.map_err(|reason| format!("{url}: {reason}"))?;
        let keys = KeySet::parse(&body).ok_or_else(|| format!("{url}: no usable key in the answer"))?;
        Ok(keys.count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeKeys;

    #[tokio::test]
    async fn an_issuer_with_keys_is_fine_and_one_without_is_named() {
        let settings = ClerkSettings::new("https://clerk.example.com").unwrap();
        let source = FakeKeys::good();
        assert_eq!(settings.check(&*source).await, Ok(1));
        source.set_body(b"<html>");
        let said = settings.check(&*source).await.unwrap_err();
        assert!(said.contains("https://clerk.example.com/.well-known/jwks.json: no usable key"), "{said}");
        source.set_down();
        assert!(settings.check(&*source).await.is_err());
    }
}
