import { CARD } from "@/model/layout";
import type { Listener } from "@/model/read";

/** Heights of a card's rows, in pixels. */
export const ROWS = { head: 64, port: CARD.port, socket: 20 } as const;

/** The ports of a branch: one a case, and one for the rest. */
export function portsOf(listener: Listener): { id: string; label: string }[] {
  if (listener.handler !== "branch") return [];
  return [
    ...listener.cases.map(({ when }, place) => ({ id: `case-${place}`, label: when || `case ${place + 1}` })),
    { id: "otherwise", label: "otherwise" },
  ];
}

/** The socket below a card, of those that call: an agent its tools, an `each` whoever begins an item. */
export function socketOf(listener: Listener): { port: "peers" | "do"; label: string } | null {
  if (listener.handler === "agent") return { port: "peers", label: "tools" };
  return listener.handler === "each" ? { port: "do", label: "each item" } : null;
}

/** How large a card is; of the trigger when there is no listener. */
export function sizeOf(listener: Listener | undefined): { width: number; height: number } {
  if (!listener) return { width: CARD.trigger, height: ROWS.head };
  const ports = portsOf(listener).length;
  const socket = socketOf(listener) ? ROWS.socket : 0;
  return { width: CARD.width, height: ROWS.head + ports * ROWS.port + (ports > 0 ? 6 : 0) + socket };
}
