use async_trait::async_trait;
use journal::Alert;

/// Passes alerts on to people, by ways that the engine does not know.
#[async_trait]
pub trait Alarm: Send + Sync {
    /// The ways by which this alert is to be passed on, each a word.
    fn channels(&self, alert: &Alert) -> Vec<&'static str>;
    /// Passes it on by one of them. It may be passed on twice, with the same id.
    async fn pass_on(&self, channel: &str, alert: &Alert) -> Result<(), String>;
}
