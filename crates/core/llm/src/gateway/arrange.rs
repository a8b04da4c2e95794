use std::sync::atomic::Ordering;

use super::Inner;
use crate::Strategy;
use crate::route::Route;

impl Inner {
    /// Brings the ways to a model into the order in which they are tried.
    pub(super) fn arrange(&self, routes: &mut [Route<'_>], strategy: Strategy) {
        match strategy {
            _ if routes.len() < 2 => {}
            Strategy::Failover => {}
            Strategy::RoundRobin => {
                let turn = self.turns.fetch_add(1, Ordering::Relaxed);
                routes.rotate_left(turn % routes.len());
            }
            // Of equals the one that is configured first: the sort is stable.
            Strategy::LeastLoaded => routes.sort_by_key(|route| self.load_permille(route)),
        }
    }

    /// Calls on their way and in line, of the places that the provider has.
    fn load_permille(&self, route: &Route<'_>) -> usize {
        let Some(turnstile) = self.turnstiles.get(&route.provider.name) else { return 0 };
        let (taken, waiting, _) = turnstile.look();
        (taken + waiting) * 1_000 / route.provider.concurrency.max(1)
    }
}
