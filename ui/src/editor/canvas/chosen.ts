import type { EdgeChange, NodeChange } from "@xyflow/react";

type Change = NodeChange | EdgeChange;

/** Who is selected after what a hand did; the same list when it selected nothing else. */
export function chosenAfter(before: string[], changes: Change[]): string[] {
  const chosen = new Set(before);
  for (const change of changes) {
    if (change.type !== "select") continue;
    if (change.selected) chosen.add(change.id);
    else chosen.delete(change.id);
  }
  const isSame = chosen.size === before.length && before.every((id) => chosen.has(id));
  return isSame ? before : [...chosen];
}

/** What is marked as selected where the store says so; the same list when all of it was right. */
export function marked<T extends { id: string; selected?: boolean | undefined }>(all: T[], chosen: string[]): T[] {
  const names = new Set(chosen);
  const isRight = (one: T) => (one.selected ?? false) === names.has(one.id);
  return all.every(isRight) ? all : all.map((one) => (isRight(one) ? one : { ...one, selected: !one.selected }));
}
