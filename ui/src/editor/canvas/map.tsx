import { MiniMap, useStore } from "@xyflow/react";
import { clsx } from "clsx";
import { useMemo } from "react";
import type { CanvasNode } from "./build";
import { boxOf, isCutOff } from "./first-view";

/** The whole flow in small, where one looks at a part of it; over a flow that is seen as a whole it would only hide something. */
export function Map({ nodes }: { nodes: CanvasNode[] }) {
  const boxes = useMemo(() => nodes.map(boxOf), [nodes]);
  const isNeeded = useStore(({ width, height, transform: [x, y, zoom] }) => width > 0 && isCutOff(boxes, { width, height }, { x, y, zoom }));
  return useMemo(
    () => (
      <MiniMap
        pannable
        zoomable
        position="bottom-right"
        nodeColor="var(--line-strong)"
        maskColor="transparent"
        nodeBorderRadius={6}
        className={clsx("transition-[opacity,visibility] duration-150", !isNeeded && "invisible opacity-0")}
      />
    ),
    [isNeeded],
  );
}
