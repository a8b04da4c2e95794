import type { Json } from "@/api/types";

/** The payload that a flow was last run with by hand, kept in this browser. */
const key = (flow: string) => `blox.payload.${flow}`;

export function lastPayload(flow: string): string | null {
  return localStorage.getItem(key(flow));
}

export function rememberPayload(flow: string, payload: Json | string): void {
  localStorage.setItem(key(flow), typeof payload === "string" ? payload : JSON.stringify(payload, null, 2));
}
