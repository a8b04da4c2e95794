import { Link } from "@tanstack/react-router";
import type { Visit } from "./fold";
import { waitsFor } from "./state";
import { ReplayFrom } from "./replay-from";
import { Conversation } from "./conversation";
import { Failure } from "./failure";
import { Payload } from "./json-tree";
import { Status, type StatusWord } from "@/parts/status";
import { count, duration, exactTime } from "@/parts/time";

const WORDS: Record<Visit["state"], StatusWord> = { running: "running", waiting: "waiting", done: "success", failed: "error" };

/** Everything about one bar of the timeline: how it went, what came in, what went out. */
export function VisitDetail({ visit }: { visit: Visit }) {
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Status word={WORDS[visit.state]} />
        {visit.end !== null && visit.attempts.length > 0 && <span className="text-text-2 tabular">{duration(visit.end - visit.start)}</span>}
        <TokensOf visit={visit} />
        {visit.isReused && <span className="rounded-sm border border-line-strong px-1 text-xs text-text-2">as it was recorded</span>}
        {visit.port && <span className="text-text-2">took {visit.port.replace("case-0", "the first case").replace(/case-(\d+)/, (_, place: string) => `case ${Number(place) + 1}`)}</span>}
      </div>
      <ReplayFrom visit={visit} />
      {visit.error && <Failure error={visit.error} />}
      {visit.waits && visit.end === null && <Waits waits={visit.waits} />}
      {visit.attempts.length > 1 && <Attempts visit={visit} />}
      {visit.kind === "agent" && <Conversation agent={visit} />}
      <Payload label="Input" value={visit.input} root="input" />
      {visit.state === "done" && <Payload label="Output" value={visit.output} root={`steps.${visit.listener}`} />}
    </div>
  );
}

function Waits({ waits }: { waits: NonNullable<Visit["waits"]> }) {
  return (
    <div className="rounded-md border border-waiting/50 bg-waiting-soft p-2.5">
      {waits.message && <p className="mb-1 break-words whitespace-pre-wrap">{waits.message}</p>}
      <p className="text-xs text-text-2">
        {waits.for === "delay" ? "Waits" : `Waits ${waitsFor(waits.for)}`}
        {waits.until ? <>, until {exactTime(waits.until)}</> : waits.for === "approval" ? ", as long as it takes" : ""}
        {waits.for === "approval" && (
          <Link to="/approvals" className="ml-2 text-accent-text underline underline-offset-2">
            Decide
          </Link>
        )}
      </p>
    </div>
  );
}

function TokensOf({ visit }: { visit: Visit }) {
  const paid = [visit.tokens, ...visit.children.map((one) => (one.kind === "turn" ? one.tokens : null))].filter((one) => one !== null);
  const first = paid[0];
  if (!first) return null;
  const total = (key: "inputTokens" | "outputTokens") => count(paid.reduce((sum, one) => sum + one[key], 0));
  return (
    <span className="text-text-2 tabular">
      {first.model} · {total("inputTokens")} in, {total("outputTokens")} out
      {paid.some((one) => one.simulated) && <span className="ml-1.5 rounded-sm border border-dashed border-line-strong px-1 text-xs">simulated</span>}
    </span>
  );
}

function Attempts({ visit }: { visit: Visit }) {
  return (
    <ol className="flex flex-col gap-1">
      {visit.attempts.map((attempt) => (
        <li key={attempt.number} className="flex gap-2">
          <span className="shrink-0 text-text-3 tabular">Attempt {attempt.number}</span>
          <span className="shrink-0 tabular">{attempt.end === null ? "now" : duration(attempt.end - attempt.start)}</span>
          <span className="min-w-0 truncate text-failed" title={attempt.error?.message}>
            {attempt.error?.message}
          </span>
        </li>
      ))}
    </ol>
  );
}
