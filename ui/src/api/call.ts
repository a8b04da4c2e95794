import { ApiError, OfflineError } from "./error";
import { token } from "./token";

/** What may go with a request. */
export interface Asked {
  method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  body?: unknown;
  /** The `ETag` that the change stands on. */
  ifMatch?: string | null;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** An answer with the version it stands for. */
export interface Answer<T> {
  body: T;
  etag: string | null;
}

/** One request to `/api/v1`. @throws ApiError, OfflineError */
export async function call<T>(path: string, asked: Asked = {}): Promise<Answer<T>> {
  const response = await send(path, asked);
  const text = await response.text();
  return { body: (text === "" ? null : JSON.parse(text)) as T, etag: response.headers.get("etag") };
}

/** The answer's body alone. */
export async function ask<T>(path: string, asked: Asked = {}): Promise<T> {
  return (await call<T>(path, asked)).body;
}

/** The raw answer, for streams; failures are thrown all the same. */
export async function send(path: string, asked: Asked): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json", ...asked.headers };
  const key = token();
  if (key !== null) headers["authorization"] = `Bearer ${key}`;
  if (asked.body !== undefined) headers["content-type"] = "application/json";
  if (asked.ifMatch) headers["if-match"] = asked.ifMatch;
  const init: RequestInit = { method: asked.method ?? "GET", headers, signal: asked.signal ?? null };
  if (asked.body !== undefined) init.body = JSON.stringify(asked.body);
  const response = await fetch(`/api/v1${path}`, init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new OfflineError();
  });
  if (!response.ok) throw await failure(response);
  return response;
}

async function failure(response: Response): Promise<ApiError> {
  const id = response.headers.get("x-request-id");
  try {
    const { code, message, details } = (await response.json()) as Record<string, unknown>;
    return new ApiError(response.status, String(code), String(message), details, id);
  } catch {
    return new ApiError(response.status, "unreadable", `the server answered ${response.status}`, null, id);
  }
}
