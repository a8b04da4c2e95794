import { MarkerType } from "@xyflow/react";
import type { Handler, TriggerKind } from "@/api/types";
import { links, TRIGGER } from "@/model/graph";
import { fitOf } from "@/model/fit";
import { isCall } from "@/model/listeners";
import type { Point } from "@/model/layout";
import type { Organism } from "@/model/read";
import { summary } from "@/model/summary";
import { NOTE_WIDTH, type Notes } from "../notes";
import type { CardNode } from "./card";
import type { LineEdge } from "./line";
import type { NoteNode } from "./note-card";
import { sizeOf } from "./size";
import type { TriggerNode } from "./trigger-card";

export type CanvasNode = CardNode | TriggerNode | NoteNode;

/** The nodes of a text where they stand; nodes that say the same as before are the same objects. */
export function buildNodes(
  organism: Organism,
  places: Map<string, Point>,
  { notes, handlers, triggers, before }: { notes: Notes; handlers: Handler[]; triggers: TriggerKind[]; before: CanvasNode[] },
): CanvasNode[] {
  const old = new Map(before.map((node) => [node.id, node]));
  const at = (id: string) => places.get(id) ?? { x: 0, y: 0 };
  const trigger: TriggerNode = {
    ...(old.get(TRIGGER) as TriggerNode | undefined),
    id: TRIGGER,
    type: "trigger",
    position: at(TRIGGER),
    data: { kinds: triggers },
    ...sizeOf(undefined),
    deletable: false,
    ariaLabel: "The trigger",
  };
  const cards = organism.listeners.map((listener): CardNode => {
    const known = old.get(listener.name) as CardNode | undefined;
    const handler = handlers.find((one) => one.name === listener.handler);
    const line = summary(listener, organism.model);
    const size = sizeOf(listener);
    const data = { listener, line, icon: handler?.icon, title: handler?.title ?? (listener.handler || "No handler yet") };
    const isSame = known && JSON.stringify({ ...known.data }) === JSON.stringify(data);
    return {
      ...known,
      id: listener.name,
      type: "card",
      position: at(listener.name),
      data: isSame ? known.data : data,
      width: size.width,
      height: size.height,
      ariaLabel: `${listener.name}, ${data.title}: ${line}`,
    };
  });
  return [trigger, ...cards, ...[...notes].map(([id, text]) => noteNode(id, text, at(id), old.get(id) as NoteNode | undefined))];
}

function noteNode(id: string, text: string, position: Point, known: NoteNode | undefined): NoteNode {
  // Under the cards: a note is about them.
  return { ...known, id, type: "note", position, data: known?.data.text === text ? known.data : { text }, width: NOTE_WIDTH, initialHeight: 64, zIndex: -1, ariaLabel: `Note: ${text}` };
}

/** The arrow's colour says how well the two ends fit; the line itself says what kind it is. */
const FITS = { good: "var(--success)", partly: "var(--waiting)", bad: "var(--failed)" };
const WORDS = { good: ", and it fits", partly: ", and some of what is required is missing", bad: ", and what is required is missing" };

export function buildEdges(organism: Organism, before: LineEdge[], handlers: Handler[]): LineEdge[] {
  const old = new Map(before.map((edge) => [edge.id, edge]));
  const byName = new Map(organism.listeners.map((one) => [one.name, one]));
  return links(organism).map(({ id, from, port, to }) => {
    const [source, target] = [byName.get(from), byName.get(to)];
    const fit = !isCall(port) && port !== "error" && source && target ? fitOf(source, target, organism, handlers) : null;
    const known = old.get(id);
    if (known?.data?.fit === fit) return known;
    return {
      ...known,
      id,
      type: "line",
      source: from,
      target: to,
      sourceHandle: port,
      targetHandle: isCall(port) ? "call" : "in",
      data: { port, fit },
      deletable: from !== TRIGGER,
      markerEnd: {
        type: MarkerType.ArrowClosed,
        color: port === "error" ? "var(--failed)" : fit ? FITS[fit] : "var(--text-3)",
        width: 14,
        height: 14,
      },
      ariaLabel: port === "peers" ? `${from} may call ${to}` : port === "do" ? `${from} begins each item with ${to}` : `${from} hands over to ${to}${fit ? WORDS[fit] : ""}`,
    };
  });
}
