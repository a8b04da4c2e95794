import { Link } from "@tanstack/react-router";
import { ExternalLink, LoaderCircle, X } from "lucide-react";
import { IconButton } from "@/parts/button";
import { Splitter, useSize } from "@/parts/splitter";
import { Status } from "@/parts/status";
import { duration } from "@/parts/time";
import { Tip } from "@/parts/tip";
import type { Visit } from "./fold";
import { LinkState } from "./link-state";
import { useRun } from "./run-store";
import { waitsOf } from "./waits";
import { Waterfall } from "./waterfall";

interface Props {
  flowId: string;
  executionId: string;
  onPin(visit: Visit): void;
  onClose(): void;
}

/** The execution on the canvas, over time. */
export function Drawer({ flowId, executionId, onPin, onClose }: Props) {
  const { run, pinned } = useRun();
  const height = useSize({ name: "timeline", initial: 240, least: 96, most: 560 });
  return (
    <>
      <Splitter label="Height of the timeline" side="bottom" size={height} />
      <section aria-label="This run" className="flex shrink-0 flex-col border-t border-line bg-surface" style={{ height: height.size }}>
        <header className="flex h-9 shrink-0 items-center gap-3 border-b border-line px-4">
          {run ? <Status word={waitsOf(run) ? "waiting" : run.status} /> : <LoaderCircle size={14} className="spin text-text-3" aria-label="Loading" />}
          {run?.end && run.start && <span className="text-text-2 tabular">{duration(run.end - run.start)}</span>}
          <LinkState />
          {run?.error && (
            <span className="min-w-0 truncate text-failed" title={run.error.message}>
              {run.error.message}
            </span>
          )}
          <div className="ml-auto flex items-center">
            <Tip label="Open the execution">
              <Link
                to="/flows/$flowId/executions/$executionId"
                params={{ flowId, executionId }}
                aria-label="Open the execution"
                className="inline-flex size-7 items-center justify-center rounded-md text-text-2 hover:bg-hover hover:text-text"
              >
                <ExternalLink size={14} />
              </Link>
            </Tip>
            <IconButton label="Close this run" onClick={onClose}>
              <X size={16} />
            </IconButton>
          </div>
        </header>
        <div className="min-h-0 flex-1">{run && <Waterfall run={run} pinned={pinned} onPin={onPin} />}</div>
      </section>
    </>
  );
}
