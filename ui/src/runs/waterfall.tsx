import { useVirtualizer } from "@tanstack/react-virtual";
import { clsx } from "clsx";
import { Bot, CornerDownRight, ListOrdered, Wrench } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { duration } from "@/parts/time";
import type { Run, Visit } from "./fold";

const ROW_PX = 26;
/** Names leave the bars half of a phone. */
const NAME_WIDTH = "w-34 sm:w-54";

interface Lane {
  visit: Visit;
  depth: number;
}

interface Props {
  run: Run;
  pinned: number | null;
  onPin(visit: Visit): void;
}

/** One lane a visit: when it began, how long it took, what stood inside it. */
export function Waterfall({ run, pinned, onPin }: Props) {
  const lanes = useMemo(() => lanesOf(run.visits, 0), [run]);
  const now = useNow(run.end === null);
  const start = run.start ?? lanes[0]?.visit.start ?? now;
  const total = Math.max(1, (run.end ?? Math.max(now, ...lanes.map(({ visit }) => visit.end ?? 0))) - start);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: lanes.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 12 });
  return (
    <div ref={scroller} className="h-full min-h-0 overflow-auto bg-surface" {...(lanes.length > 0 ? { role: "listbox" } : {})} aria-label="Timeline" tabIndex={-1}>
      <div className="sticky top-0 z-1 flex h-6 sm:min-w-140 items-center border-b border-line bg-surface text-xs text-text-3" role="presentation">
        <span className={clsx("shrink-0 pl-4", NAME_WIDTH)}>
          Listener
        </span>
        <div className="relative mr-4 h-4 flex-1">
          {[0, 0.25, 0.5, 0.75, 1].map((part) => (
            <span key={part} className={clsx("absolute whitespace-nowrap tabular", part === 1 ? "-translate-x-full" : part > 0 && "-translate-x-1/2", part % 0.5 !== 0 && "max-sm:hidden")} style={{ left: `${part * 100}%` }}>
              {tick(total * part, total)}
            </span>
          ))}
        </div>
      </div>
      <div className="relative sm:min-w-140" role="presentation" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => {
          const lane = lanes[item.index];
          if (!lane) return null;
          const { visit } = lane;
          return (
            <button
              key={visit.kind + String(visit.id)}
              type="button"
              role="option"
              aria-selected={pinned === visit.id}
              onClick={() => onPin(visit)}
              title={titleOf(visit)}
              className={clsx("absolute inset-x-0 flex items-center text-left", pinned === visit.id ? "bg-accent-soft" : "hover:bg-hover")}
              style={{ top: item.start, height: ROW_PX }}
            >
              <Name lane={lane} />
              <span className="relative mr-4 h-full flex-1">
                <Bars visit={visit} start={start} total={total} now={run.end ?? now} />
              </span>
            </button>
          );
        })}
      </div>
    </div>
  );
}

/** A place on the scale; between a few milliseconds whole ones would repeat. */
function tick(ms: number, total: number): string {
  return total < 10 ? `${Number(ms.toFixed(1))} ms` : duration(ms);
}

function Name({ lane: { visit, depth } }: { lane: Lane }) {
  const Icon = visit.kind === "turn" ? Bot : visit.kind === "call" ? Wrench : visit.kind === "item" ? ListOrdered : depth > 0 ? CornerDownRight : null;
  return (
    <span className={clsx("flex shrink-0 items-center gap-1.5 pr-2", NAME_WIDTH)} style={{ paddingLeft: 16 + depth * 14 }}>
      {Icon && <Icon size={12} className="shrink-0 text-text-3" aria-hidden />}
      <span className={clsx("truncate", visit.kind === "turn" ? "text-text-3" : visit.state === "failed" ? "text-failed" : "text-text")}>
        {visit.kind === "turn" ? "model turn" : visit.kind === "item" ? `item ${visit.item}` : visit.listener}
      </span>
    </span>
  );
}

const COLOURS: Record<Visit["state"], string> = { running: "bg-running", waiting: "bg-waiting", done: "bg-success", failed: "bg-failed" };

function Bars({ visit, start, total, now }: { visit: Visit; start: number; total: number; now: number }) {
  const left = (at: number) => ((at - start) / total) * 100;
  const pieces = visit.attempts.length > 0 ? visit.attempts : [{ number: 1, start: visit.start, end: visit.end, error: null }];
  const isLast = (at: number) => at === pieces.length - 1;
  const end = visit.end ?? now;
  const isThin = visit.kind !== "step" && visit.kind !== "agent";
  // Right of the bar; left of it when there is no room; inside when there is none on either side.
  const place = left(end) <= (isThin ? 90 : 82) ? "right" : left(visit.start) >= 12 ? "left" : "inside";
  return (
    <>
      {pieces.map((piece, at) => {
        const until = isLast(at) ? end : (piece.end ?? now);
        const isRetried = !isLast(at);
        return (
          <span
            key={piece.number}
            className={clsx(
              "absolute top-1/2 h-3.5 min-w-[3px] -translate-y-1/2 rounded-[3px]",
              isRetried ? "striped border border-failed text-failed" : COLOURS[visit.state],
              isThin && "!h-2 opacity-75",
              visit.tokens?.simulated && "striped opacity-80",
              visit.isReused && "opacity-35",
            )}
            style={{ left: `min(${left(piece.start)}%, 100% - 3px)`, width: `${Math.max(0, left(until) - left(piece.start))}%` }}
          />
        );
      })}
      {visit.end !== null && visit.end > visit.start && (
        <span
          className={clsx(
            "absolute top-1/2 -translate-y-1/2 px-1.5 text-xs whitespace-nowrap tabular",
            place !== "inside" ? "text-text-3" : isThin ? "mr-1 rounded-sm bg-surface leading-4 text-text-2" : "leading-none font-semibold text-bg",
          )}
          style={place === "right" ? { left: `${left(end)}%` } : { right: `${100 - left(place === "left" ? visit.start : end)}%` }}
        >
          {duration(visit.end - visit.start)}
        </span>
      )}
    </>
  );
}

function lanesOf(visits: Visit[], depth: number): Lane[] {
  return visits.flatMap((visit) => {
    const [only] = visit.children;
    // A call that one listener answered by itself is one lane, not two that say the same.
    const isSame = visit.kind === "call" && visit.children.length === 1 && only?.listener === visit.listener;
    return [{ visit, depth }, ...lanesOf(isSame ? only.children : visit.children, depth + 1)];
  });
}

function titleOf(visit: Visit): string {
  const input = JSON.stringify(visit.input)?.slice(0, 160) ?? "";
  const output = visit.error ? visit.error.message : (JSON.stringify(visit.output)?.slice(0, 160) ?? "");
  return `${visit.listener}\nin: ${input}\nout: ${output}`;
}

/** The time, moved on ten times a second while something is at work. */
function useNow(isLive: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isLive) return;
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, [isLive]);
  return now;
}
