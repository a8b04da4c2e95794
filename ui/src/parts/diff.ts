/** One line of a comparison. */
export interface DiffLine {
  kind: "same" | "mine" | "theirs";
  text: string;
}

/** From this many differing lines on, finding the least difference takes too long: all of them are shown. */
const MAX_CELLS = 4_000_000;

/** Compares two texts line by line (the longest common sequence, after the common ends are cut off). */
export function diff(theirs: string, mine: string): DiffLine[] {
  const a = theirs.split("\n");
  const b = mine.split("\n");
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - start && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const middle = compare(a.slice(start, a.length - tail), b.slice(start, b.length - tail));
  const same = (lines: string[]): DiffLine[] => lines.map((text) => ({ kind: "same", text }));
  return [...same(a.slice(0, start)), ...middle, ...same(tail === 0 ? [] : a.slice(-tail))];
}

function compare(a: string[], b: string[]): DiffLine[] {
  if (a.length * b.length > MAX_CELLS) {
    return [...a.map((text): DiffLine => ({ kind: "theirs", text })), ...b.map((text): DiffLine => ({ kind: "mine", text }))];
  }
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  const at = (row: number, column: number) => longest[row * width + column] ?? 0;
  for (let row = a.length - 1; row >= 0; row -= 1) {
    for (let column = b.length - 1; column >= 0; column -= 1) {
      longest[row * width + column] = a[row] === b[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: DiffLine[] = [];
  let row = 0;
  let column = 0;
  while (row < a.length || column < b.length) {
    const [left, right] = [a[row], b[column]];
    if (left !== undefined && left === right) {
      lines.push({ kind: "same", text: left });
      row += 1;
      column += 1;
    } else if (left !== undefined && (right === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ kind: "theirs", text: left });
      row += 1;
    } else if (right !== undefined) {
      lines.push({ kind: "mine", text: right });
      column += 1;
    }
  }
  return lines;
}
