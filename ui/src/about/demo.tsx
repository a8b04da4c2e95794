import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { RotateCw } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { handlersQuery } from "@/api/flows";
import { Canvas } from "@/editor/canvas/canvas";
import { createEditor, EditorContext } from "@/editor/store";
import { Button } from "@/parts/button";
import { useRun } from "@/runs/run-store";
import { DEMO_EVENTS, DEMO_FLOW, DEMO_HANDLERS } from "./demo-flow";

/** So long is one event of the recorded run on the screen, in milliseconds. */
const EVENT_MS = 420;

/** How long the view takes to the next listener, in milliseconds. */
const FOLLOW_MS = 180;

/** The canvas of the product with a recorded run played over it, slowly enough to follow. */
export function Demo() {
  const [store] = useState(() => {
    const editor = createEditor(DEMO_FLOW, null, null);
    editor.getState().setReadOnly(true);
    return editor;
  });
  const [client] = useState(() => {
    const own = new QueryClient();
    own.setQueryData(handlersQuery.queryKey, DEMO_HANDLERS);
    return own;
  });
  const { play, hasEnded } = useRecorded();
  return (
    <QueryClientProvider client={client}>
      <EditorContext value={store}>
        <ReactFlowProvider>
          <div className="relative h-full">
            <Canvas triggers={TRIGGERS} isShowcase />
            <Narrow />
            {hasEnded && (
              <Button icon={<RotateCw size={14} />} className="absolute top-3 left-3" onClick={play}>
                Play it again
              </Button>
            )}
          </div>
        </ReactFlowProvider>
      </EditorContext>
    </QueryClientProvider>
  );
}

/** On a phone all of the flow is too small to read: the view goes along with what is at work. */
function Narrow() {
  const { fitView } = useReactFlow();
  const at = useRun((state) => state.events.at(-1)?.listener);
  useEffect(() => {
    if (!at || !matchMedia("(max-width: 640px)").matches) return;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    void fitView({ nodes: [{ id: at }], maxZoom: 0.9, duration: isStill ? 0 : FOLLOW_MS });
  }, [at, fitView]);
  return null;
}

const TRIGGERS = ["webhook" as const];

function useRecorded() {
  const timer = useRef(0);
  const hasEnded = useRun((state) => (state.run?.end ?? null) !== null);
  const play = useCallback(() => {
    clearInterval(timer.current);
    const { begin, add } = useRun.getState();
    begin(DEMO_FLOW.id, "demo");
    // Whoever wants no motion sees how it ended.
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return add(DEMO_EVENTS);
    let next = 0;
    timer.current = window.setInterval(() => {
      const event = DEMO_EVENTS[next];
      next += 1;
      if (event) add([event]);
      else clearInterval(timer.current);
    }, EVENT_MS);
  }, []);
  useEffect(() => {
    play();
    return () => {
      clearInterval(timer.current);
      useRun.getState().clear();
    };
  }, [play]);
  return { play, hasEnded };
}
