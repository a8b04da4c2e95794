import { CARD, type CardSize } from "@/model/layout";
import type { Listener } from "@/model/read";

/** Heights of a card's rows, in pixels. */
export const ROWS = { head: 64, port: CARD.port, socket: 20 } as const;

/** More cases than this are not drawn one by one: nobody can follow so many lines. */
const MOST_CASES = 24;
/** The port of the cases that are not drawn. */
export const MORE = "more";

/** The ports of a branch: one a case, and one for the rest. */
export function portsOf(listener: Listener): { id: string; label: string }[] {
  if (listener.handler !== "branch") return [];
  const cases = listener.cases.map(({ when }, place) => ({ id: `case-${place}`, label: when || `case ${place + 1}` }));
  const drawn = cases.length > MOST_CASES ? cases.slice(0, MOST_CASES - 1) : cases;
  const rest = cases.length - drawn.length;
  return [...drawn, ...(rest > 0 ? [{ id: MORE, label: `${rest} more cases` }] : []), { id: "otherwise", label: "otherwise" }];
}

/** The port on the card that a line leaves from. */
export function drawnPort(listener: Listener | undefined, port: string): string {
  const place = port.startsWith("case-") ? Number(port.slice("case-".length)) : -1;
  const isDrawn = !listener || listener.cases.length <= MOST_CASES || place < MOST_CASES - 1;
  return isDrawn ? port : MORE;
}

/** The socket below a card, of those that call: an agent its tools, an `each` whoever begins an item. */
export function socketOf(listener: Listener): { port: "peers" | "do"; label: string } | null {
  if (listener.handler === "agent") return { port: "peers", label: "tools" };
  return listener.handler === "each" ? { port: "do", label: "each item" } : null;
}

/** How large a card is; of the trigger when there is no listener. A socket hangs below its row. */
export function sizeOf(listener: Listener | undefined): CardSize {
  if (!listener) return { width: CARD.trigger, height: ROWS.head, row: ROWS.head };
  const ports = portsOf(listener).length;
  const socket = socketOf(listener) ? ROWS.socket : 0;
  const row = ROWS.head + ports * ROWS.port + (ports > 0 ? 6 : 0);
  return { width: CARD.width, height: row + socket, row };
}
