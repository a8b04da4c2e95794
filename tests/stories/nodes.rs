//! Several nodes on one PostgreSQL: one dies, one stands still, one is cut off; each is restarted in turn.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::orders::{Found, Orders};
use crate::rig::{Api, Launch, Server, Stopwatch, Store, Wire, place, request, until};

/// Callers of each node.
const CALLERS: usize = 3;
/// A key that all nodes share.
const MASTER_KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

fn launch(store: &Store) -> Launch {
    Launch::on(store).with("DEFAULT_TIER", "enterprise").with("API_KEY_ENCRYPTION_KEY", MASTER_KEY)
}

/// Callers order from every node until what happens meanwhile is over.
fn under_load<T>(
    (orders, hook): (&Orders, &str),
    nodes: &[SocketAddr],
    happens: impl FnOnce(&dyn Fn()) -> T,
) -> T {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for node in nodes.iter().copied().flat_map(|node| [node; CALLERS]) {
            let over = &over;
            scope.spawn(move || orders.order(node, hook, over));
        }
        // Whatever becomes of it: the callers go home.
        let _home = Home(&over);
        happens(&|| over.store(true, Ordering::Relaxed))
    })
}

struct Home<'a>(&'a AtomicBool);

impl Drop for Home<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn ready(node: SocketAddr) -> Option<u16> {
    request(node, "GET", "/health/ready", &[], b"").ok().map(|answer| answer.status)
}

/// How many orders that this node acknowledged were interrupted.
fn interrupted(orders: &Orders, found: &Found, node: SocketAddr) -> usize {
    let acknowledged = orders.acknowledged();
    found
        .interrupted
        .iter()
        .filter(|number| acknowledged.get(number).is_some_and(|it| it.node == node))
        .count()
}

#[test]
fn of_three_nodes_one_dies_one_stands_still_one_is_cut_off_and_nothing_is_lost() {
    let Some(store) = Store::postgres() else { return };
    let direct = store.url();
    let (watch, wire, orders) =
        (Stopwatch::start(), Wire::to(&place(&direct)), Orders::new(Duration::from_millis(200)));
    let killed = launch(&store).start();
    let paused = launch(&store).start();
    let cut = launch(&store).with("DATABASE_URL", &wire.url(&direct)).start();
    let nodes = [killed.address(), paused.address(), cut.address()];
    let api = Api::of(&killed);
    let (flow, hook) = orders.install(&api);

    let killed = under_load((&orders, &hook), &nodes, |go_home| {
        std::thread::sleep(Duration::from_secs(2));
        let launch = killed.kill();
        paused.signal("STOP");
        wire.cut();
        std::thread::sleep(Duration::from_secs(1));
        let killed = launch.start();
        // Who cannot reach its database says so: it is not asked any more, and nobody waits for it in vain.
        until("the one that is cut off says so", Duration::from_secs(15), || {
            (ready(nodes[2]) == Some(503)).then_some(())
        });
        let refused = request(nodes[2], "POST", &hook, &[], b"{\"number\": 0}").expect("an answer");
        assert_eq!(refused.status, 503, "{}", refused.text());
        go_home();
        // All that the other two had is taken over and done while they are away.
        api.wait_until_all_ended(&flow, Duration::from_secs(60));
        paused.signal("CONT");
        wire.mend();
        killed
    });
    until("all three are ready", Duration::from_secs(30), || {
        nodes.iter().all(|node| ready(*node) == Some(200)).then_some(())
    });
    under_load((&orders, &hook), &nodes, |_| std::thread::sleep(Duration::from_secs(1)));
    api.wait_until_all_ended(&flow, Duration::from_secs(60));
    until("operators are told of a node that died", Duration::from_secs(60), || {
        let alerts = api.done("GET", "/alerts", None)["items"].clone();
        let of_nodes = alerts.as_array()?.iter().filter(|alert| alert["rule"] == "node");
        of_nodes
            .into_iter()
            .any(|alert| alert["message"].as_str().is_some_and(|it| it.contains("no sign of life")))
            .then_some(())
    });
    let found = orders.compare(&api, &flow);
    for node in nodes {
        assert!(interrupted(&orders, &found, node) > 0, "nothing was taken over from {node}");
    }
    for server in [&paused, &cut] {
        assert!(server.log().contains("letting everything go"), "{}", server.log());
    }
    eprintln!(
        "in {:?}: {}; {} executions on record, {} steps repeated in the world under their key",
        watch.elapsed(),
        orders.told(),
        found.executions,
        found.repeated
    );
    drop((killed, paused, cut));
}

#[test]
fn a_rolling_restart_under_load_loses_nothing_and_does_nothing_twice() {
    let Some(store) = Store::postgres() else { return };
    let orders = Orders::new(Duration::from_millis(20));
    let launches: Vec<Launch> = (0..3).map(|_| launch(&store)).collect();
    let mut servers: Vec<Server> = launches.iter().map(Launch::start).collect();
    let nodes: Vec<SocketAddr> = servers.iter().map(Server::address).collect();
    let api = Api::of(&servers[0]);
    let (flow, hook) = orders.install(&api);
    under_load((&orders, &hook), &nodes, |_| {
        for (server, launch) in servers.iter_mut().zip(&launches) {
            std::thread::sleep(Duration::from_secs(1));
            server.signal("TERM");
            assert!(server.ended(Duration::from_secs(15)).success(), "{}", server.log());
            *server = launch.start();
        }
        std::thread::sleep(Duration::from_secs(1));
    });
    api.wait_until_all_ended(&flow, Duration::from_secs(30));
    let found = orders.compare(&api, &flow);
    assert_eq!((found.repeated, found.interrupted.len()), (0, 0));
    eprintln!("{}; {} executions on record, no step repeated", orders.told(), found.executions);
}
