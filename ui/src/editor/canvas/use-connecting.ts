import { type Connection, type FinalConnectionState, useReactFlow } from "@xyflow/react";
import { type RefObject, useCallback, useState } from "react";
import { TRIGGER } from "@/model/graph";
import type { Point } from "@/model/layout";
import { connect, isCall, type Port, setEntry } from "@/model/listeners";
import { useEditorStore } from "../store";
import type { LineEdge } from "./line";

/** Where a line was let go over nothing: the next listener goes there. */
export interface Loose {
  from: string;
  port: Port;
  at: Point;
  screen: Point;
  room: { width: number; height: number };
}

/** Drawing lines: from a port to a port, to anywhere on a card, or to where the next listener is to be. */
export function useConnecting(box: RefObject<HTMLDivElement | null>) {
  const store = useEditorStore();
  const flow = useReactFlow();
  const [loose, setLoose] = useState<Loose | null>(null);

  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) => {
      store.getState().apply((text) => (source === TRIGGER ? setEntry(text, target) : connect(text, source, portOf(sourceHandle), target)));
    },
    [store],
  );

  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, { isValid, fromNode, fromHandle, toNode }: FinalConnectionState) => {
      if (isValid || !fromNode || fromHandle?.type !== "source" || toNode) return;
      const pointer = "changedTouches" in event ? event.changedTouches[0] : event;
      const frame = box.current?.getBoundingClientRect();
      if (!pointer || !frame) return;
      const under = document.elementFromPoint(pointer.clientX, pointer.clientY)?.closest<HTMLElement>(".react-flow__node")?.dataset["id"];
      if (under !== undefined) {
        // Anywhere on a card is meant for the card.
        const line = { source: fromNode.id, sourceHandle: fromHandle.id ?? null, target: under, targetHandle: null };
        if (isPossible(line)) onConnect(line);
        return;
      }
      const at = flow.screenToFlowPosition({ x: pointer.clientX, y: pointer.clientY });
      setLoose({
        from: fromNode.id,
        port: portOf(fromHandle.id),
        at: { x: at.x, y: at.y - 32 },
        screen: { x: pointer.clientX - frame.left, y: pointer.clientY - frame.top },
        room: { width: frame.width, height: frame.height },
      });
    },
    [box, flow, onConnect],
  );

  return { loose, setLoose, onConnect, onConnectEnd };
}

/** Nothing leads to the trigger, and nobody calls itself. */
export const isPossible = (line: Connection | LineEdge): boolean =>
  line.target !== TRIGGER && !(line.source === line.target && isCall(portOf(line.sourceHandle)));

const portOf = (handle: string | null | undefined) => (handle ?? "next") as Port;
