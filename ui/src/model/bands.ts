import type { Column } from "./columns";

type Extent = Omit<Column, "ids">;

interface Gaps {
  columns: number;
  bands: number;
}

/** What a canvas shows of a flow at the least scale that is read without effort, beside the palette and the inspector at 1280 × 800. */
const FRAME = { width: 948, height: 1_076, scale: 0.6 } as const;
/** Three cards and a trigger may stay in one line. */
const ONE_LINE = 0.55;
/** More than this is not worth another band. */
const ENOUGH = 0.66;
/** So many lines from one band to the next can still be followed. */
const MOST_LINES = 3;
/** No band has more columns: it would be too small. */
const MOST_COLUMNS = 16;

/**
 * Where a row of columns is broken, so that the flow is read like lines of text instead of one line that nobody sees as a whole.
 *
 * `lines[i]` says how many edges go from the columns up to `i` to those behind it. Answers the first columns of the bands.
 */
export function bands(columns: Extent[], lines: number[], gaps: Gaps): number[] {
  let best = { starts: [0], scale: scaleOf([0], columns, gaps) };
  if (best.scale >= ONE_LINE) return best.starts;
  for (const most of widths(columns, gaps)) {
    const starts = broken(columns, lines, most, gaps);
    const scale = starts && Math.min(ENOUGH, scaleOf(starts, columns, gaps));
    if (starts && scale !== null && scale > best.scale) best = { starts, scale };
  }
  return best.starts;
}

/** At what scale the frame shows all bands. */
function scaleOf(starts: number[], columns: Extent[], gaps: Gaps): number {
  const pieces = starts.map((start, place) => columns.slice(start, starts[place + 1]));
  const heights = pieces.map((piece) => Math.max(...piece.map((column) => column.height)));
  const height = heights.reduce((sum, one) => sum + one + gaps.bands, -gaps.bands);
  const width = Math.max(...pieces.map((piece) => widthOf(piece, gaps)));
  return Math.min(1, FRAME.scale * Math.min(FRAME.width / width, FRAME.height / height));
}

/** How wide columns beside each other are, with what hangs below the last of them. */
function widthOf(columns: Extent[], gaps: Gaps): number {
  let left = 0;
  let right = 0;
  for (const column of columns) {
    right = Math.max(right, left + column.width, left + column.reach);
    left += column.width + gaps.columns;
  }
  return right;
}

/** How wide bands may be: as wide as any columns that stand beside each other, the widest first. */
function widths(columns: Extent[], gaps: Gaps): number[] {
  const found = new Set<number>();
  for (let start = 0; start < columns.length; start += 1) {
    for (let count = 1; count <= MOST_COLUMNS; count += 1) found.add(widthOf(columns.slice(start, start + count), gaps));
  }
  return [...found].toSorted((one, other) => other - one);
}

/** The cheapest bands of at most a width: few lines are broken, and bands are about as long. Null when too many would be. */
function broken(columns: Extent[], lines: number[], most: number, gaps: Gaps): number[] | null {
  const cost: number[] = [0];
  const from: number[] = [0];
  for (let end = 1; end <= columns.length; end += 1) {
    cost[end] = Number.POSITIVE_INFINITY;
    for (let start = end - 1; start >= 0; start -= 1) {
      const width = widthOf(columns.slice(start, end), gaps);
      // One column alone may be too wide.
      if (width > most && start < end - 1) break;
      const empty = end === columns.length ? 0 : (Math.max(0, most - width) / most) ** 2;
      const now = (cost[start] ?? 0) + priceOf(start === 0 ? 0 : (lines[start - 1] ?? 0)) + empty;
      if (now < (cost[end] ?? 0)) {
        cost[end] = now;
        from[end] = start;
      }
    }
  }
  if (!Number.isFinite(cost[columns.length] ?? 0)) return null;
  const starts: number[] = [];
  for (let end = columns.length; end > 0; end = from[end] ?? 0) starts.unshift(from[end] ?? 0);
  return starts;
}

const priceOf = (lines: number): number => (lines > MOST_LINES ? Number.POSITIVE_INFINITY : lines ** 2);
