import { type NodeHandle, Position } from "@xyflow/react";
import type { Listener } from "@/model/read";
import { portsOf, ROWS, sizeOf, socketOf } from "./size";

/** How large the dots of the ports are, and how thick a card's border is, in pixels. */
const DOT = { port: 10, small: 8 } as const;
const BORDER = 1;
/** Where along the bottom the port of failures is. */
const ERROR_AT = 0.92;
/** Above the ports of a branch: the line under the card's head, and air. */
const ABOVE_PORTS = 3.5;

/**
 * Where the ports of a card are, from its upper left corner; those of the trigger when there is no listener.
 *
 * With it a canvas need not draw a card once in order to learn where its lines end: of a large flow it draws what is seen.
 */
export function handlesOf(listener: Listener | undefined): NodeHandle[] {
  const key = listener ? `${portsOf(listener).map((port) => port.id).join()} ${socketOf(listener)?.port}` : "trigger";
  const known = shapes.get(key);
  if (known) return known;
  const fresh = listener ? ofCard(listener) : [output("next", sizeOf(undefined).width, ROWS.head / 2)];
  shapes.set(key, fresh);
  return fresh;
}

/** Cards of one shape have the same list. */
const shapes = new Map<string, NodeHandle[]>();

function ofCard(listener: Listener): NodeHandle[] {
  const { width, height } = sizeOf(listener);
  const ports = portsOf(listener);
  const socket = socketOf(listener);
  const bottom = height - BORDER;
  const first = ROWS.head - BORDER + ABOVE_PORTS + ROWS.port / 2;
  return [
    dot({ id: "in", type: "target", position: Position.Left }, BORDER, ROWS.head / 2, DOT.port),
    dot({ id: "call", type: "target", position: Position.Top }, width / 2, BORDER, DOT.small),
    ...ports.map(({ id }, place) => output(id, width, first + place * ROWS.port)),
    ...(ports.length === 0 ? [output("next", width, ROWS.head / 2)] : []),
    ...(socket ? [dot({ id: socket.port, type: "source", position: Position.Bottom }, width / 2, bottom, DOT.port)] : []),
    dot({ id: "error", type: "source", position: Position.Bottom }, BORDER + ERROR_AT * (width - 2 * BORDER), bottom, DOT.small),
  ];
}

const output = (id: string, width: number, y: number) => dot({ id, type: "source", position: Position.Right }, width - BORDER, y, DOT.port);

function dot(handle: Pick<NodeHandle, "id" | "type" | "position">, x: number, y: number, size: number): NodeHandle {
  return { ...handle, x: x - size / 2, y: y - size / 2, width: size, height: size };
}
