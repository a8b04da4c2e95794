import type { CanvasState } from "@/api/types";
import { links, TRIGGER } from "@/model/graph";
import type { Point } from "@/model/layout";
import type { Organism } from "@/model/read";
import { NOTE_TYPE } from "./notes";
import type { Draft } from "./store";

/** The trigger's node as the server calls it; a listener may have that name too, so it is another here. */
const TRIGGER_ON_SERVER = "trigger";

const KINDS: Record<string, string> = { agent: "llmCall", prompt: "llmCall", http: "httpRequest", branch: "conditional", output: "output" };

/** Where the server says that nodes stand. */
export function placesOf(state: CanvasState | null): Map<string, Point> {
  const places = new Map<string, Point>();
  for (const { id, type, position } of state?.nodes ?? []) {
    const isTrigger = id === TRIGGER_ON_SERVER && (type === undefined || type === "trigger");
    places.set(isTrigger ? TRIGGER : id, { x: position.x, y: position.y });
  }
  return places;
}

/** The canvas as the server keeps it: positions, what they belong to, and the notes. */
export function canvasStateOf(organism: Organism, { places, notes }: Pick<Draft, "places" | "notes">): CanvasState {
  const at = (id: string) => places.get(id) ?? { x: 0, y: 0 };
  return {
    nodes: [
      { id: TRIGGER_ON_SERVER, type: "trigger", position: at(TRIGGER) },
      ...organism.listeners.map((one) => ({ id: one.name, type: KINDS[one.handler] ?? "custom", position: at(one.name) })),
      ...[...notes].map(([id, text]) => ({ id, type: NOTE_TYPE, position: at(id), data: { text } })),
    ],
    edges: links(organism).map(({ id, from, port, to }) => ({
      id,
      source: from === TRIGGER ? TRIGGER_ON_SERVER : from,
      target: to,
      sourceHandle: port === "peers" ? "peer" : port,
    })),
    viewport: { x: 0, y: 0, zoom: 1 },
  };
}
