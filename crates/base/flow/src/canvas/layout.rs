//! Where nodes stand: in layers from left to right, as far right as the longest way to them (after Sugiyama).

use std::collections::HashMap;

use super::{CanvasEdge, Position};

/// From one layer to the next, in pixels.
const COLUMN: f64 = 280.0;
/// From one node of a layer to the next, in pixels.
const ROW: f64 = 140.0;
/// Room that a node takes, with some air around it, in pixels.
const WIDTH: f64 = 240.0;
const HEIGHT: f64 = 120.0;

/// Positions of the nodes, in their order; nodes with a known position keep it. The same input gives the same output.
pub(super) fn layout(ids: &[&str], edges: &[CanvasEdge], known: &[Option<Position>]) -> Vec<Position> {
    let index: HashMap<&str, usize> = ids.iter().enumerate().map(|(number, id)| (*id, number)).collect();
    let mut targets = vec![Vec::new(); ids.len()];
    for edge in edges {
        if let (Some(source), Some(target)) =
            (index.get(edge.source.as_str()), index.get(edge.target.as_str()))
        {
            targets[*source].push(*target);
        }
    }
    let forward = without_circles(&targets);
    let layers = layers(&forward);
    let fresh = coordinates(&ordered(&layers, &forward), ids.len());
    settle(&fresh, known)
}

/// The edges without those that close a circle, and an order in which each comes before its targets.
struct Forward {
    targets: Vec<Vec<usize>>,
    order: Vec<usize>,
}

fn without_circles(targets: &[Vec<usize>]) -> Forward {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; targets.len()];
    let mut kept = vec![Vec::new(); targets.len()];
    let mut finished = Vec::new();
    for start in 0..targets.len() {
        if marks[start] != Mark::New {
            continue;
        }
        marks[start] = Mark::Open;
        let mut path = vec![(start, 0)];
        while let Some((node, next)) = path.last_mut() {
            let Some(target) = targets[*node].get(*next).copied() else {
                marks[*node] = Mark::Done;
                finished.push(*node);
                path.pop();
                continue;
            };
            *next += 1;
            if marks[target] != Mark::Open {
                kept[*node].push(target);
            }
            if marks[target] == Mark::New {
                marks[target] = Mark::Open;
                path.push((target, 0));
            }
        }
    }
    finished.reverse();
    Forward { targets: kept, order: finished }
}

/// The nodes of each layer, in file order; the trigger (node 0) stands alone in the first.
fn layers(forward: &Forward) -> Vec<Vec<usize>> {
    let mut ranks = vec![1; forward.targets.len()];
    if let Some(trigger) = ranks.first_mut() {
        *trigger = 0;
    }
    for node in &forward.order {
        for target in &forward.targets[*node] {
            ranks[*target] = ranks[*target].max(ranks[*node] + 1);
        }
    }
    let mut layers = vec![Vec::new(); ranks.iter().max().map_or(0, |last| last + 1)];
    ranks.iter().enumerate().for_each(|(node, rank)| layers[*rank].push(node));
    layers
}

/// Puts each node of a layer near the middle of the nodes that lead to it; ties keep the order of the file.
fn ordered(layers: &[Vec<usize>], forward: &Forward) -> Vec<Vec<usize>> {
    let count = forward.targets.len();
    let mut sources = vec![Vec::new(); count];
    for (node, targets) in forward.targets.iter().enumerate() {
        targets.iter().for_each(|target| sources[*target].push(node));
    }
    let mut height = vec![0.0; count];
    let mut ordered = Vec::with_capacity(layers.len());
    for layer in layers {
        let mut placed: Vec<(f64, usize)> = layer
            .iter()
            .map(|node| {
                let heights: Vec<f64> = sources[*node].iter().map(|source| height[*source]).collect();
                let middle = heights.iter().sum::<f64>() / heights.len().max(1) as f64;
                (middle, *node)
            })
            .collect();
        placed.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        let offset = (placed.len() as f64 - 1.0) / 2.0;
        placed.iter().enumerate().for_each(|(slot, (_, node))| height[*node] = slot as f64 - offset);
        ordered.push(placed.into_iter().map(|(_, node)| node).collect());
    }
    ordered
}

fn coordinates(layers: &[Vec<usize>], count: usize) -> Vec<Position> {
    let tallest = layers.iter().map(Vec::len).max().unwrap_or_default() as f64;
    let mut positions = vec![Position::default(); count];
    for (column, layer) in layers.iter().enumerate() {
        let top = (tallest - layer.len() as f64) / 2.0 * ROW;
        for (row, node) in layer.iter().enumerate() {
            positions[*node] = Position { x: column as f64 * COLUMN, y: top + row as f64 * ROW };
        }
    }
    positions
}

/// Keeps what is known; the rest moves down until it covers nothing.
fn settle(fresh: &[Position], known: &[Option<Position>]) -> Vec<Position> {
    let mut taken: Vec<Position> = known.iter().flatten().copied().collect();
    let place = |(fresh, known): (&Position, &Option<Position>)| {
        if let Some(position) = known {
            return *position;
        }
        let mut position = *fresh;
        while let Some(below) = taken.iter().find(|other| covers(**other, position)) {
            position.y = below.y + ROW;
        }
        taken.push(position);
        position
    };
    fresh.iter().zip(known).map(place).collect()
}

fn covers(one: Position, other: Position) -> bool {
    (one.x - other.x).abs() < WIDTH && (one.y - other.y).abs() < HEIGHT
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn edge(source: &str, target: &str) -> CanvasEdge {
        CanvasEdge {
            id: String::new(),
            source: source.to_owned(),
            target: target.to_owned(),
            source_handle: None,
            target_handle: None,
        }
    }

    #[test]
    fn a_chain_goes_to_the_right_and_a_circle_does_not_trouble_it() {
        let ids = ["trigger", "a", "b", "c"];
        let edges = [edge("trigger", "a"), edge("a", "b"), edge("b", "c"), edge("c", "a")];
        let at = layout(&ids, &edges, &[None; 4]);
        assert!(at.windows(2).all(|pair| pair[0].x < pair[1].x && pair[0].y.eq(&pair[1].y)), "{at:?}");
    }

    #[test]
    fn a_known_position_stays_and_a_new_node_makes_way() {
        let ids = ["trigger", "a", "b"];
        let edges = [edge("trigger", "a"), edge("trigger", "b")];
        let fresh = layout(&ids, &edges, &[None; 3]);
        let known = [None, Some(fresh[2]), None];
        let at = layout(&ids, &edges, &known);
        assert_eq!(at[1], fresh[2]);
        assert!(!covers(at[1], at[2]));
    }

    proptest! {
        #[test]
        fn nothing_covers_anything(pairs in prop::collection::vec((0..12_usize, 0..12_usize), 0..30)) {
            let names: Vec<String> = (0..12).map(|number| format!("n{number}")).collect();
            let ids: Vec<&str> = names.iter().map(String::as_str).collect();
            let edges: Vec<CanvasEdge> = pairs.iter().map(|(from, to)| edge(ids[*from], ids[*to])).collect();
            let at = layout(&ids, &edges, &[None; 12]);
            for (number, one) in at.iter().enumerate() {
                prop_assert!(at.iter().skip(number + 1).all(|other| !covers(*one, *other)), "{:?}", at);
            }
            prop_assert_eq!(&at, &layout(&ids, &edges, &[None; 12]));
        }
    }
}
