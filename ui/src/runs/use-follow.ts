import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { follow } from "@/api/stream";
import type { StepEvent } from "@/api/types";
import { sayFailure } from "@/app/toasts";
import { useRun } from "./run-store";

/** Lays an execution over the canvas and keeps it live until it ends. */
export function useFollow(flow: string, execution: string | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    const { begin, add, hear, setLink, clear } = useRun.getState();
    if (!execution) {
      clear();
      return;
    }
    const stop = new AbortController();
    begin(flow, execution);
    // Events come in bursts: they are gathered, and drawn once a frame.
    let waiting: StepEvent[] = [];
    let frame = 0;
    const draw = () => {
      frame = 0;
      add(waiting);
      waiting = [];
    };
    const follower = {
      onEvents(events: StepEvent[]) {
        waiting.push(...events);
        if (frame === 0) frame = requestAnimationFrame(draw);
      },
      onSaid: hear,
      onState(state: "live" | "reconnecting" | "ended") {
        setLink(state);
        if (state !== "ended") return;
        void client.invalidateQueries({ queryKey: ["flow", flow] });
        void client.invalidateQueries({ queryKey: ["execution", execution] });
        void client.invalidateQueries({ queryKey: ["usage"] });
      },
    };
    follow(flow, execution, follower, stop.signal).catch(sayFailure);
    return () => {
      stop.abort();
      cancelAnimationFrame(frame);
    };
  }, [client, flow, execution]);
}
