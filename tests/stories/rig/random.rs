use std::time::Duration;

/// Randomness of a story, from a seed that it prints, so that a failure can be looked at again.
pub(crate) struct Dice(u64);

impl Dice {
    /// The seed is `STORY_SEED`, or another each time.
    pub(crate) fn new() -> Self {
        let given = std::env::var_os("STORY_SEED").and_then(|seed| seed.to_str()?.parse().ok());
        let seed = given.unwrap_or_else(|| {
            let id: kit::ids::NodeId = kit::Sources::system().id();
            id.to_string().bytes().fold(14_695_981_039_346_656_037, |sum: u64, byte| {
                (sum ^ u64::from(byte)).wrapping_mul(1_099_511_628_211)
            })
        });
        eprintln!("STORY_SEED={seed}");
        Self(seed)
    }

    /// From 0 up to, and without, `limit`. (SplitMix64.)
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }

    pub(crate) fn millis(&mut self, limit: u64) -> Duration {
        Duration::from_millis(self.below(limit))
    }
}
