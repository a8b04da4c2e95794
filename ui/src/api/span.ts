const HOURS = { hour: 1, day: 24, week: 168 } as const;

/** A stretch of time that people look for things in. */
export type Span = keyof typeof HOURS;
export const SPANS = Object.keys(HOURS) as Span[];

const moment = (ms: number) => new Date(ms).toISOString();

/** The moment so long before now. */
export const spanAgo = (span: Span, now = Date.now()): string => moment(now - HOURS[span] * 3_600_000);

/** The moment so long after now. */
export const spanAhead = (span: Span, now = Date.now()): string => moment(now + HOURS[span] * 3_600_000);
