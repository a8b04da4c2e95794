/** Runs that ended of those that started in one hour. */
export interface Column {
  at: number;
  good: number;
  bad: number;
}

export interface Point {
  at: string;
  success: number;
  error: number;
  timeout: number;
}

const HOUR_MS = 3_600_000;

/** The last hours, the oldest first; hours in which nothing ran are columns too. */
export function byHour(points: Point[], hours: number, now = Date.now()): Column[] {
  const startOf = (ms: number) => Math.floor(ms / HOUR_MS) * HOUR_MS;
  const found = new Map(points.map((point) => [startOf(Date.parse(point.at)), point]));
  return Array.from({ length: hours }, (_, place) => {
    const at = startOf(now) - (hours - 1 - place) * HOUR_MS;
    const point = found.get(at);
    return { at, good: point?.success ?? 0, bad: (point?.error ?? 0) + (point?.timeout ?? 0) };
  });
}

/** The points of each flow; of all flows together, under no name. */
export function pointsByFlow<T extends Point & { flowId?: string | null }>(points: T[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const point of points) {
    const id = point.flowId ?? "";
    const known = found.get(id);
    if (known) known.push(point);
    else found.set(id, [point]);
  }
  return found;
}
