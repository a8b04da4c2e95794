import type { Text } from "@codemirror/state";

/** Where a line of a flow's text stands. */
export interface Place {
  /** The keys above it, from the outside in; items of lists are left out. */
  keys: string[];
  /** The lines of the listener around it, when it stands in one. */
  listener: { from: number; column: number } | null;
}

/** So far up is looked, in lines: what is longer is not written by hand. */
const MAX_LINES = 5_000;
const LINE = /^(\s*)((?:- +)*)(?:(["']?)([\w$-]+)\3\s*:(?:\s|$))?/;

/**
 * What is around a line, read from indentation alone: that works while the text is being written and cannot be parsed.
 *
 * A parent is a key further out; of an item of a list it may also stand as far in as the dash.
 */
export function placeAt(text: Text, number: number): Place {
  const own = partsOf(text.line(number).text);
  const keys: string[] = [];
  let room = own.dashes > 0 ? own.pad + 1 : own.pad;
  let item = own.dashes > 0 ? { from: number, column: own.pad + own.dashes } : null;
  for (let at = number - 1; at >= 1 && room > 0 && number - at < MAX_LINES; at -= 1) {
    const line = text.line(at).text;
    if (line.trim() === "" || line.trimStart().startsWith("#")) continue;
    const { pad, dashes, key } = partsOf(line);
    const isParent = key !== null && pad + dashes < room;
    if (isParent) keys.unshift(key);
    // An item further in than the one found last; its siblings stand where it does.
    if (dashes > 0 && pad + 1 < room) {
      item = { from: at, column: pad + dashes };
      room = pad + 1;
    } else if (isParent) room = pad;
  }
  return { keys, listener: keys[0] === "listeners" ? item : null };
}

/** What the listener that begins at a line says about itself in its own lines, by key. */
export function saidBy(text: Text, { from, column }: { from: number; column: number }): Map<string, string> {
  const said = new Map<string, string>();
  for (let at = from; at <= text.lines && at - from < MAX_LINES; at += 1) {
    const line = text.line(at).text;
    const { pad, dashes, key } = partsOf(line);
    if (at > from && line.trim() !== "" && pad + dashes < column) break;
    if (at > from && dashes > 0 && pad < column) break;
    if (key !== null && pad + dashes === column) said.set(key, line.slice(line.indexOf(":") + 1).trim());
  }
  return said;
}

function partsOf(line: string): { pad: number; dashes: number; key: string | null } {
  const [, pad = "", dashes = "", , key] = LINE.exec(line) ?? [];
  return { pad: pad.length, dashes: dashes.length, key: key ?? null };
}
