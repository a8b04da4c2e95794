import type { Draft } from "./store";

/** What a tab had not saved when it was closed, kept in this browser. */
interface Kept {
  text: string;
  places: [string, { x: number; y: number }][];
  /** Drafts of before there were notes have none. */
  notes?: [string, string][];
  /** The version that the edits stand on. */
  etag: string | null;
}

const key = (flow: string) => `blox.draft.${flow}`;

/** The flows that were edited since the page was loaded. */
const ofThisVisit = new Set<string>();

export const isOfThisVisit = (flow: string): boolean => ofThisVisit.has(flow);

export function keepDraft(flow: string, draft: Draft, etag: string | null): void {
  ofThisVisit.add(flow);
  const kept: Kept = { text: draft.text, places: [...draft.places], notes: [...draft.notes], etag };
  try {
    localStorage.setItem(key(flow), JSON.stringify(kept));
  } catch {
    // The browser's storage is full: the edits are still in the tab, and saving still works.
  }
}

export function dropDraft(flow: string): void {
  localStorage.removeItem(key(flow));
}

export function findDraft(flow: string): (Draft & { etag: string | null }) | null {
  try {
    const kept = JSON.parse(localStorage.getItem(key(flow)) ?? "null") as Kept | null;
    return kept ? { text: kept.text, places: new Map(kept.places), notes: new Map(kept.notes), etag: kept.etag } : null;
  } catch {
    return null;
  }
}
