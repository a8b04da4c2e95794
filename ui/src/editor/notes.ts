import type { CanvasState } from "@/api/types";

/** Comments on the canvas: what they say, by the ids of their nodes. Where they stand is kept with the other places. */
export type Notes = ReadonlyMap<string, string>;

/** What a note's node is called on the server. */
export const NOTE_TYPE = "note";
export const NOTE_WIDTH = 232;
const PREFIX = ":note-";

/** No listener's name begins like this. */
export const isNote = (id: string): boolean => id.startsWith(PREFIX);

export function freshNote(notes: Notes): string {
  let number = notes.size + 1;
  while (notes.has(`${PREFIX}${number}`)) number += 1;
  return `${PREFIX}${number}`;
}

export function without(notes: Notes, ids: string[]): Notes {
  return new Map([...notes].filter(([id]) => !ids.includes(id)));
}

/** The notes that the server keeps. */
export function notesOf(state: CanvasState | null): Notes {
  return new Map(
    (state?.nodes ?? []).flatMap(({ id, type, data }): [string, string][] => {
      const text = (data as { text?: unknown } | undefined)?.text;
      return type === NOTE_TYPE && isNote(id) && typeof text === "string" ? [[id, text]] : [];
    }),
  );
}

export function isSame(one: Notes, other: Notes): boolean {
  return one === other || (one.size === other.size && [...one].every(([id, text]) => other.get(id) === text));
}
