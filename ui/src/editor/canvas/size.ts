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

/** How large a card is; of the trigger when there is no listener. */
export function sizeOf(listener: Listener | undefined): { width: number; height: number } {
  if (!listener) return { width: CARD.trigger, height: ROWS.head };
  const ports = portsOf(listener).length;
  const socket = listener.handler === "agent" ? ROWS.socket : 0;
  return { width: CARD.width, height: ROWS.head + ports * ROWS.port + (ports > 0 ? 6 : 0) + socket };
}
