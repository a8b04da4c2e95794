import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Ban, Eye, Link2, Play, Waypoints } from "lucide-react";
import { useState } from "react";
import { cancelExecution, executionQuery, replay } from "@/api/executions";
import { flowQuery } from "@/api/flows";
import type { Execution } from "@/api/types";
import { Bar } from "@/app/bar";
import { useCommands } from "@/app/commands";
import { sayFailure } from "@/app/toasts";
import { Button } from "@/parts/button";
import { CopyButton } from "@/parts/copy";
import { Segmented } from "@/parts/segmented";
import { Failed, SkeletonRows } from "@/parts/states";
import { Status } from "@/parts/status";
import { Ticked } from "@/parts/ticked";
import { Ago, duration, plural } from "@/parts/time";
import { Conversation } from "@/runs/conversation";
import { Payload } from "@/runs/json-tree";
import { LinkState } from "@/runs/link-state";
import { readPayload } from "@/runs/run-dialog";
import { flatten, useRun } from "@/runs/run-store";
import { waitsFor } from "@/runs/state";
import { useFollow } from "@/runs/use-follow";
import { VisitDetail } from "@/runs/visit-detail";
import { standsStillFor } from "@/runs/waits";
import { Waterfall } from "@/runs/waterfall";

type View = "timeline" | "conversations" | "raw";
const VIEWS: { value: View; label: string }[] = [
  { value: "timeline", label: "Timeline" },
  { value: "conversations", label: "Conversations" },
  { value: "raw", label: "Raw" },
];

/** One execution: over time, as conversations, and as it stands in the journal. */
export function ExecutionDetail() {
  const { flowId, executionId } = useParams({ from: "/flows/$flowId/executions/$executionId" });
  const flow = useQuery(flowQuery(flowId)).data?.body;
  const execution = useQuery({ ...executionQuery(flowId, executionId), refetchInterval: ({ state }) => (state.data?.status === "running" ? 5_000 : false) });
  const [view, setView] = useState<View>("timeline");
  const navigate = useNavigate();
  useFollow(flowId, executionId);
  const again = async () => {
    try {
      const fresh = await replay(flowId, executionId);
      await navigate({ to: "/flows/$flowId/executions/$executionId", params: { flowId, executionId: fresh.id } });
    } catch (error) {
      sayFailure(error);
    }
  };
  const isOver = execution.data !== undefined && execution.data.status !== "running";
  useCommands([
    ...VIEWS.map(({ value, label }) => ({ title: label, group: "This execution", icon: <Eye size={16} />, run: () => setView(value) })),
    { title: "On the canvas", group: "This execution", icon: <Waypoints size={16} />, run: () => void navigate({ to: "/flows/$flowId", params: { flowId }, search: { run: executionId } }) },
    ...(isOver ? [{ title: "Replay", group: "This execution", icon: <Play size={16} />, run: () => void again() }] : []),
  ]);
  return (
    <>
      <Bar
        crumbs={[
          { label: "Flows", to: "/" },
          { label: flow?.name ?? "Flow", to: `/flows/${flowId}` },
          { label: "Executions", to: `/flows/${flowId}/executions` },
          { label: executionId.slice(-12) },
        ]}
      >
        <CopyButton text={window.location.href} label="Copy the link" icon={<Link2 size={14} />} />
        <Link
          to="/flows/$flowId"
          params={{ flowId }}
          search={{ run: executionId }}
          className="inline-flex h-7 items-center gap-1.5 rounded-md border border-line-strong bg-raised px-2.5 font-medium hover:bg-hover"
        >
          <Waypoints size={14} /> <span className="max-sm:sr-only">On the canvas</span>
        </Link>
        {execution.data?.status === "running" && <Cancel flowId={flowId} executionId={executionId} />}
        {execution.data && (
          <Button icon={<Play size={14} />} disabled={!isOver} onClick={() => void again()}>
            Replay
          </Button>
        )}
      </Bar>
      <main className="flex min-h-0 flex-1 flex-col">
        {execution.isPending && <SkeletonRows />}
        {execution.error && <Failed error={execution.error} retry={() => void execution.refetch()} />}
        {execution.data && (
          <>
            <Head execution={execution.data} view={view} onView={setView} />
            {view === "timeline" && <Timeline execution={execution.data} />}
            {view === "conversations" && <Conversations />}
            {view === "raw" && <Raw />}
          </>
        )}
      </main>
    </>
  );
}

/** Ends a run at once; what its steps did elsewhere stays done. */
function Cancel({ flowId, executionId }: { flowId: string; executionId: string }) {
  const client = useQueryClient();
  const hasEnded = useRun((state) => state.run?.end !== null && state.run !== null);
  const cancel = useMutation({
    mutationFn: () => cancelExecution(flowId, executionId),
    onSuccess: (answer) => client.setQueryData(executionQuery(flowId, executionId).queryKey, answer),
    onError: sayFailure,
  });
  if (hasEnded) return null;
  return (
    <Button look="danger" icon={<Ban size={14} />} isBusy={cancel.isPending} onClick={() => cancel.mutate()}>
      Cancel
    </Button>
  );
}

function Head({ execution, view, onView }: { execution: Execution; view: View; onView(view: View): void }) {
  const events = useRun((state) => state.events.length);
  const run = useRun((state) => state.run);
  const waits = standsStillFor(run, execution);
  const ms = run?.end && run.start ? run.end - run.start : execution.durationMs;
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2">
      <Status word={waits ? "waiting" : (run?.status ?? execution.status)} />
      {waits && <span className="-ml-3 text-waiting">{waitsFor(waits)}</span>}
      {ms !== null && ms !== undefined && <span className="text-text-2 tabular">{duration(ms)}</span>}
      <span className="text-text-2">
        <Ago at={execution.startedAt} />, <StartedBy execution={execution} />
      </span>
      <span className="text-text-3 tabular">{plural(events, "event")}</span>
      <span className="flex items-center font-mono text-xs text-text-3 max-sm:hidden">
        {execution.id} <CopyButton text={execution.id} label="Copy the id" />
      </span>
      <LinkState />
      <div className="sm:ml-auto">
        <Segmented
          label="View"
          value={view}
          options={VIEWS}
          onChange={onView}
        />
      </div>
      {execution.errorMessage && (
        <div role="alert" className="flex w-full flex-wrap items-baseline gap-x-3 rounded-md border border-failed/50 bg-failed-soft px-2.5 py-1.5">
          <span className="min-w-0 break-words">
            <Ticked text={execution.errorMessage} />
          </span>
          <span className="font-mono text-xs text-text-2 sm:ml-auto">{execution.errorCode}</span>
        </div>
      )}
    </div>
  );
}

function Timeline({ execution }: { execution: Execution }) {
  const { run, pinned, pin } = useRun();
  if (!run) return <SkeletonRows />;
  const all = flatten(run.visits);
  // Of a run that failed, one wants to see where first.
  const failed = run.end !== null && run.status !== "success" ? all.findLast((one) => one.state === "failed") : undefined;
  // Of one that waits, for what.
  const waiting = run.end === null ? all.findLast((one) => one.state === "waiting") : undefined;
  const visit = all.find((one) => one.id === pinned) ?? failed ?? waiting;
  return (
    <div className="flex min-h-0 flex-1 max-lg:flex-col">
      <div className="min-h-60 min-w-0 flex-1">
        <Waterfall run={run} pinned={visit?.id ?? null} onPin={(one) => pin(one.id)} />
      </div>
      <aside aria-label="Details" className="w-105 shrink-0 overflow-y-auto border-l border-line bg-surface p-4 max-lg:max-h-[50%] max-lg:w-full max-lg:border-t max-lg:border-l-0">
        {visit ? (
          <>
            <h2 className="mb-2 text-base break-words">{visit.kind === "turn" ? `A turn of ${visit.listener}'s model` : visit.listener}</h2>
            <VisitDetail visit={visit} />
          </>
        ) : (
          <div className="flex flex-col gap-4">
            <p className="text-text-2">Select a bar to see what came in and what went out.</p>
            <Payload label="Input" value={run.input} root="trigger.payload" />
            {run.end !== null && run.status === "success" && <Payload label="Output" value={run.output ?? readPayload(execution.outputPayload ?? "").value} />}
          </div>
        )}
      </aside>
    </div>
  );
}

function Conversations() {
  const run = useRun((state) => state.run);
  const agents = run ? flatten(run.visits).filter((one) => one.kind === "agent") : [];
  if (agents.length === 0) {
    return <p className="px-4 py-16 text-center text-text-2">No agent with tools spoke in this run. The timeline shows every step.</p>;
  }
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex max-w-180 flex-col gap-8 px-4 py-6">
        {agents.map((agent) => (
          <section key={agent.id} className="flex flex-col gap-3">
            <h2 className="text-base">{agent.listener}</h2>
            <Conversation agent={agent} />
          </section>
        ))}
      </div>
    </div>
  );
}

function Raw() {
  const events = useRun((state) => state.events);
  const text = JSON.stringify(events, null, 2);
  return (
    <div className="min-h-0 flex-1 overflow-auto p-4">
      <div className="mb-2 flex items-center gap-2 text-text-2">
        The journal of this execution, as the API tells it <CopyButton text={text} label="Copy all events" />
      </div>
      <ol className="flex flex-col gap-1 font-mono text-xs">
        {events.map((event) => (
          <li key={event.seq}>
            <details className="rounded-md border border-line bg-surface px-2 py-1">
              <summary className="flex cursor-default gap-3">
                <span className="w-8 text-right text-text-3 tabular">{event.seq}</span>
                <span className="w-20 text-accent-text">{event.kind}</span>
                <span className="min-w-0 truncate">{event.listener}</span>
                <time className="ml-auto text-text-3 max-sm:hidden">{event.at}</time>
              </summary>
              <pre className="mt-1 overflow-x-auto whitespace-pre-wrap break-words text-text-2">{JSON.stringify(event, null, 2)}</pre>
            </details>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** What started a run; of one that another run called, a way to that one. */
function StartedBy({ execution }: { execution: Execution }) {
  const { parentFlowId: flowId, parentExecutionId: executionId } = execution;
  if (flowId && executionId) {
    return (
      <Link
        to="/flows/$flowId/executions/$executionId"
        params={{ flowId, executionId }}
        className="underline decoration-line underline-offset-2 hover:text-text"
      >
        called by another run
      </Link>
    );
  }
  if (execution.triggerType === "test") return "as a test";
  return execution.triggerType === "manual" ? "by hand" : `by ${execution.triggerType}`;
}
