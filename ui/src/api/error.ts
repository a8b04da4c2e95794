/** What the server answered instead of what was asked for; every answer has this shape. */
export class ApiError extends Error {
  override name = "ApiError";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: unknown = null,
    readonly requestId: string | null = null,
    /** For how long the server wishes not to be asked again, in milliseconds. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }
}

/** The server could not be reached at all. */
export class OfflineError extends Error {
  override name = "OfflineError";
  constructor() {
    super("The server does not answer. Is it running, and are you online?");
  }
}

/** Whether the same question may be answered a little later, without anybody doing anything. */
export function passes(error: unknown): boolean {
  return error instanceof OfflineError || (error instanceof ApiError && (error.status >= 500 || error.status === 429));
}

/** One sentence for people: what happened, and the fields it happened to. */
export function explain(error: unknown): string {
  if (error instanceof ApiError) {
    const right = error.status === 403 ? missingRight(error.details) : null;
    if (right !== null) return `The token of this browser has no right to ${right}`;
    const fields = fieldsOf(error.details);
    return fields.length === 0 ? sentence(error.message) : fields.map(([name, what]) => `${name} ${what}`).join("; ");
  }
  return error instanceof Error ? sentence(error.message) : "Something failed and did not say why";
}

const RIGHTS: Record<string, string> = { read: "read", write: "change flows", run: "run flows", admin: "see or change the account" };

/** What a token would have to be allowed, where the refusal says so. */
function missingRight(details: unknown): string | null {
  const { scope } = Object(details) as { scope?: unknown };
  return typeof scope === "string" ? (RIGHTS[scope] ?? scope) : null;
}

/** What is wrong with which field, where the answer names fields. */
export function fieldsOf(details: unknown): [name: string, what: string][] {
  if (typeof details !== "object" || details === null || Array.isArray(details)) return [];
  return Object.entries(details).filter((entry): entry is [string, string] => typeof entry[1] === "string");
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
