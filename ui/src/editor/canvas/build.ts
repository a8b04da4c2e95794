import { MarkerType } from "@xyflow/react";
import type { Handler, TriggerKind } from "@/api/types";
import { links, TRIGGER } from "@/model/graph";
import type { Fits } from "@/model/fit";
import { isCall } from "@/model/listeners";
import type { Point } from "@/model/layout";
import type { Organism } from "@/model/read";
import { summary } from "@/model/summary";
import { NOTE_WIDTH, type Notes } from "../notes";
import type { CardNode } from "./card";
import { handlesOf } from "./handles";
import type { LineEdge } from "./line";
import type { NoteNode } from "./note-card";
import { drawnPort, sizeOf } from "./size";
import type { TriggerNode } from "./trigger-card";

export type CanvasNode = CardNode | TriggerNode | NoteNode;

/** The nodes of a text where they stand; nodes that say the same as before are the same objects, and so is the list of them. */
export function buildNodes(
  organism: Organism,
  places: Map<string, Point>,
  { notes, handlers, triggers, before }: { notes: Notes; handlers: Handler[]; triggers: TriggerKind[]; before: CanvasNode[] },
): CanvasNode[] {
  const old = new Map(before.map((node) => [node.id, node]));
  const at = (id: string) => places.get(id) ?? { x: 0, y: 0 };
  const knownTrigger = old.get(TRIGGER) as TriggerNode | undefined;
  const isKnownKinds = knownTrigger?.data.kinds === triggers;
  const trigger: TriggerNode = {
    ...knownTrigger,
    id: TRIGGER,
    type: "trigger",
    position: at(TRIGGER),
    data: isKnownKinds ? knownTrigger.data : { kinds: triggers },
    width: sizeOf(undefined).width,
    height: sizeOf(undefined).height,
    handles: handlesOf(undefined),
    deletable: false,
    ariaLabel: "The trigger",
  };
  const cards = organism.listeners.map((listener): CardNode => {
    const known = old.get(listener.name) as CardNode | undefined;
    const handler = handlers.find((one) => one.name === listener.handler);
    const line = summary(listener, organism.model);
    const size = sizeOf(listener);
    const data = { listener, line, icon: handler?.icon, title: handler?.title ?? (listener.handler || "No handler yet") };
    const isSame = known && saysSame(known.data, data);
    return same(known, {
      ...known,
      id: listener.name,
      type: "card",
      position: at(listener.name),
      data: isSame ? known.data : data,
      width: size.width,
      height: size.height,
      handles: handlesOf(listener),
      ariaLabel: `${listener.name}, ${data.title}: ${line}`,
    });
  });
  const fresh = [same(old.get(TRIGGER), trigger), ...cards, ...[...notes].map(([id, text]) => noteNode(id, text, at(id), old.get(id) as NoteNode | undefined))];
  return sameList(before, fresh);
}

/** Where a listener stands in the text is not on its card. */
function saysSame(one: CardNode["data"], other: CardNode["data"]): boolean {
  const isSame = one.line === other.line && one.icon === other.icon && one.title === other.title;
  return isSame && (one.listener === other.listener || JSON.stringify(one.listener.raw) === JSON.stringify(other.listener.raw));
}

/** The node of before, when the new one is no other. */
function same<N extends CanvasNode>(known: CanvasNode | undefined, fresh: N): N {
  if (!known) return fresh;
  const isSame = Object.entries(fresh).every(([key, value]) => {
    const before = known[key as keyof CanvasNode] as unknown;
    return before === value || (key === "position" && known.position.x === fresh.position.x && known.position.y === fresh.position.y);
  });
  return isSame ? (known as N) : fresh;
}

const sameList = <T>(before: T[], fresh: T[]): T[] => (before.length === fresh.length && fresh.every((one, place) => one === before[place]) ? before : fresh);

function noteNode(id: string, text: string, position: Point, known: NoteNode | undefined): NoteNode {
  const data = known?.data.text === text ? known.data : { text };
  // Under the cards: a note is about them.
  return same(known, { ...known, id, type: "note", position, data, width: NOTE_WIDTH, initialHeight: 64, zIndex: -1, ariaLabel: `Note: ${text}` });
}

/** The arrow's colour says how well the two ends fit; the line itself says what kind it is. */
const FITS = { high: "var(--success)", medium: "var(--waiting)", low: "var(--failed)" };
const WORDS = { high: ", and it fits", medium: ", and a mapping is proposed", low: ", and it does not fit" };

export function buildEdges(organism: Organism, before: LineEdge[], fits: Fits): LineEdge[] {
  const old = new Map(before.map((edge) => [edge.id, edge]));
  const byName = new Map(organism.listeners.map((one) => [one.name, one]));
  const fresh = links(organism).map(({ id, from, port, to }): LineEdge => {
    const fit = fits.get(id)?.level ?? null;
    const known = old.get(id);
    const sourceHandle = drawnPort(byName.get(from), port);
    if (known?.data?.fit === fit && known.sourceHandle === sourceHandle) return known;
    return {
      ...known,
      id,
      type: "line",
      source: from,
      target: to,
      sourceHandle,
      targetHandle: isCall(port) ? "call" : "in",
      data: { port, fit },
      deletable: from !== TRIGGER,
      markerEnd: {
        type: MarkerType.ArrowClosed,
        // Where nothing is known of the fit, the tip is of the line's colour.
        color: fit ? FITS[fit] : "context-stroke",
        width: 14,
        height: 14,
      },
      ariaLabel: port === "peers" ? `${from} may call ${to}` : `${from} ${port === "do" ? "begins each item with" : "hands over to"} ${to}${fit ? WORDS[fit] : ""}`,
    };
  });
  return sameList(before, fresh);
}
