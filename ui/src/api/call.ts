import { sessionToken } from "./clerk";
import { lost, setStranger } from "./connection";
import { ApiError, OfflineError } from "./error";
import type { paths } from "./schema";
import { token } from "./token";

export type Method = "get" | "post" | "patch" | "put" | "delete";

/** The addresses under `/api/v1` that take a method, as the server describes them. */
export type Address<M extends Method> = {
  [P in keyof paths]: P extends `/api/v1${infer Rest}` ? (paths[P] extends Record<M, unknown> ? Rest : never) : never;
}[keyof paths];

type Operation<M extends Method, A extends string> = `/api/v1${A}` extends keyof paths
  ? paths[`/api/v1${A}`] extends Record<M, infer O>
    ? O
    : never
  : never;

type PathOf<O> = O extends { parameters: { path: infer V } } ? { path: V } : { path?: never };
type QueryOf<O> = O extends { parameters: { query?: infer V } } ? { query?: V } : { query?: never };
type BodyOf<O> = O extends { requestBody: { content: { "application/json": infer V } } }
  ? { body: V }
  : O extends { requestBody?: { content: { "application/json": infer V } } }
    ? { body?: V }
    : { body?: never };

/** What goes with a request: what its operation asks for, and what goes with any. */
type Asked<O> = PathOf<O> &
  QueryOf<O> &
  BodyOf<O> & {
    /** The `ETag` that the change stands on. */
    ifMatch?: string | null;
    headers?: Record<string, string>;
    signal?: AbortSignal;
  };

/** Nothing need be said where the operation asks for nothing. */
type Rest<O> = Record<never, never> extends Asked<O> ? [asked?: Asked<O>] : [asked: Asked<O>];

type Content<R> = R extends { content: { "application/json": infer B } } ? B : null;
type Body<O> = O extends { responses: infer R } ? { [S in keyof R]: S extends 200 | 201 ? Content<R[S]> : S extends 204 ? null : never }[keyof R] : never;

/** An answer with the version it stands for. */
export interface Answer<T> {
  body: T;
  etag: string | null;
}

/** One request to `/api/v1`. @throws ApiError, OfflineError */
export async function call<M extends Method, A extends Address<M>>(
  method: M,
  address: A,
  ...[asked]: Rest<Operation<M, A>>
): Promise<Answer<Body<Operation<M, A>>>> {
  const response = await send(method, address, (asked ?? {}) as Sent);
  const text = await response.text();
  return { body: (text === "" ? null : JSON.parse(text)) as Body<Operation<M, A>>, etag: response.headers.get("etag") };
}

/** The answer's body alone. */
export async function ask<M extends Method, A extends Address<M>>(
  method: M,
  address: A,
  ...asked: Rest<Operation<M, A>>
): Promise<Body<Operation<M, A>>> {
  return (await call(method, address, ...asked)).body;
}

interface Sent {
  path?: object | undefined;
  query?: object | undefined;
  body?: unknown;
  ifMatch?: string | null;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** The raw answer, for streams; failures are thrown all the same. */
export async function send(method: Method, address: string, asked: Sent): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json", ...asked.headers };
  const key = token() ?? (await sessionToken().catch(unreachable));
  if (key !== null) headers["authorization"] = `Bearer ${key}`;
  if (asked.body !== undefined) headers["content-type"] = "application/json";
  if (asked.ifMatch) headers["if-match"] = asked.ifMatch;
  const init: RequestInit = { method: method.toUpperCase(), headers, signal: asked.signal ?? null };
  if (asked.body !== undefined) init.body = JSON.stringify(asked.body);
  const response = await fetch(`/api/v1${filled(address, asked)}`, init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    void lost();
    throw new OfflineError();
  });
  if (response.ok) return response;
  if (response.status === 401) setStranger(true);
  if (NOBODY.has(response.status)) void lost();
  throw await failure(response);
}

/** What a server says that starts or ends, and what a proxy says in its place. */
const NOBODY = new Set([502, 503, 504]);

/** Clerk's host is away: what is asked is not asked as a stranger. */
function unreachable(): never {
  throw new OfflineError();
}

/** The address with its names filled in; what is undefined or null in the query is left out. */
export function filled(address: string, { path = {}, query = {} }: Pick<Sent, "path" | "query">): string {
  const values = new Map<string, unknown>(Object.entries(path));
  const place = address.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values.get(name))));
  const given = Object.entries(query).filter((entry) => entry[1] !== undefined && entry[1] !== null);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return search === "" ? place : `${place}?${search}`;
}

async function failure(response: Response): Promise<ApiError> {
  const id = response.headers.get("x-request-id");
  const pauseMs = retryAfterMs(response.headers.get("retry-after"));
  try {
    const { code, message, details } = (await response.json()) as Record<string, unknown>;
    return new ApiError(response.status, String(code), String(message), details, id, pauseMs);
  } catch {
    return new ApiError(response.status, "unreadable", `the server answered ${response.status}`, null, id, pauseMs);
  }
}

/** What `Retry-After` says: seconds, or a date. */
export function retryAfterMs(said: string | null, now = Date.now()): number | null {
  if (said === null) return null;
  const ms = /^\d+$/.test(said.trim()) ? Number(said) * 1_000 : Date.parse(said) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
