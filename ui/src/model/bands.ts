import type { Column } from "./columns";

type Extent = Pick<Column, "width" | "height">;

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

/**
 * Where a row of columns is broken, so that the flow is read like lines of text instead of one line that nobody sees as a whole.
 *
 * `lines[i]` says how many edges go from the columns up to `i` to those behind it. Answers the first columns of the bands.
 */
export function bands(columns: Extent[], lines: number[], gaps: Gaps): number[] {
  let best = { starts: [0], scale: scaleOf([0], columns, gaps) };
  if (best.scale >= ONE_LINE) return best.starts;
  for (let most = columns.length - 1; most > 1; most -= 1) {
    const starts = broken(columns.length, lines, most);
    const scale = starts && Math.min(ENOUGH, scaleOf(starts, columns, gaps));
    if (starts && scale !== null && scale > best.scale) best = { starts, scale };
  }
  return best.starts;
}

/** At what scale the frame shows all bands. */
function scaleOf(starts: number[], columns: Extent[], gaps: Gaps): number {
  const pieces = starts.map((start, place) => columns.slice(start, starts[place + 1]));
  const widths = pieces.map((piece) => piece.reduce((sum, column) => sum + column.width + gaps.columns, -gaps.columns));
  const heights = pieces.map((piece) => Math.max(...piece.map((column) => column.height)));
  const height = heights.reduce((sum, one) => sum + one + gaps.bands, -gaps.bands);
  return Math.min(1, FRAME.scale * Math.min(FRAME.width / Math.max(...widths), FRAME.height / height));
}

/** The cheapest bands of at most so many columns: few lines are broken, and bands are about as long. Null when too many would be. */
function broken(count: number, lines: number[], most: number): number[] | null {
  const cost: number[] = [0];
  const from: number[] = [0];
  for (let end = 1; end <= count; end += 1) {
    cost[end] = Number.POSITIVE_INFINITY;
    for (let start = Math.max(0, end - most); start < end; start += 1) {
      const empty = end === count ? 0 : ((most - (end - start)) / most) ** 2;
      const now = (cost[start] ?? 0) + priceOf(start === 0 ? 0 : (lines[start - 1] ?? 0)) + empty;
      if (now < (cost[end] ?? 0)) {
        cost[end] = now;
        from[end] = start;
      }
    }
  }
  if (!Number.isFinite(cost[count] ?? 0)) return null;
  const starts: number[] = [];
  for (let end = count; end > 0; end = from[end] ?? 0) starts.unshift(from[end] ?? 0);
  return starts;
}

const priceOf = (lines: number): number => (lines > MOST_LINES ? Number.POSITIVE_INFINITY : lines ** 2);
