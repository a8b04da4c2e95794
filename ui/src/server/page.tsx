import { useQuery } from "@tanstack/react-query";
import { ShieldX } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError } from "@/api/error";
import { modelHealthQuery, nodesQuery } from "@/api/operation";
import type { ModelHealth, Node } from "@/api/types";
import { Bar } from "@/app/bar";
import { Empty, Failed, SkeletonPanels } from "@/parts/states";
import { Ago, count, duration, plural } from "@/parts/time";

/** For those who run the server: its nodes, and how it is with models. */
export function ServerPage() {
  const nodes = useQuery(nodesQuery);
  const health = useQuery(modelHealthQuery);
  const isDenied = nodes.error instanceof ApiError && nodes.error.status === 403;
  return (
    <>
      <Bar crumbs={[{ label: "Server" }]} />
      <main className="min-h-0 flex-1 overflow-y-auto">
        {nodes.isPending && <SkeletonPanels heights={[104, 104]} className="max-w-240 gap-10 px-6 py-8" />}
        {isDenied && (
          <Empty icon={<ShieldX size={20} />} title="For operators">
            Whoever runs this server sees its nodes here. Your flows are not affected.
          </Empty>
        )}
        {nodes.error && !isDenied && !nodes.data && <Failed error={nodes.error} retry={() => void nodes.refetch()} />}
        {nodes.data && (
          <div className="mx-auto flex max-w-240 flex-col gap-10 px-6 py-8">
            <Nodes nodes={nodes.data} />
            {health.data && <Models health={health.data} />}
          </div>
        )}
      </main>
    </>
  );
}

const STATES: Record<Node["state"], [word: string, colour: string]> = {
  ready: ["Ready", "text-success"],
  draining: ["Draining", "text-waiting"],
  silent: ["Silent", "text-failed"],
};

function Nodes({ nodes }: { nodes: Node[] }) {
  return (
    <section aria-labelledby="nodes-title" className="flex flex-col gap-3">
      <h2 id="nodes-title" className="text-lg">
        {plural(nodes.length, "node")}
      </h2>
      <Table
        label="Nodes"
        heads={["State", "Node", "Version", "Executions", "Limits", "Heartbeat", "Up since"]}
        rows={nodes.map((node) => {
          const [word, colour] = STATES[node.state];
          return {
            key: node.id,
            cells: [
              <span key="state" className={colour}>
                {word}
              </span>,
              <span key="name" className="font-mono text-xs whitespace-nowrap">
                {node.address ?? node.id.slice(-12)}
                {node.isThis && <span className="ml-2 rounded-sm border border-line-strong px-1 font-sans text-text-2">answers you</span>}
              </span>,
              node.version,
              count(node.executions),
              node.counters === "shared" ? "counted together" : "counts its own",
              node.lastHeartbeatAt ? <Ago key="beat" at={node.lastHeartbeatAt} /> : "never",
              <Ago key="up" at={node.startedAt} />,
            ],
          };
        })}
      />
    </section>
  );
}

function Models({ health }: { health: ModelHealth }) {
  const { queue, latency, cache, providers } = health;
  return (
    <section aria-labelledby="health-title" className="flex flex-col gap-3">
      <h2 id="health-title" className="text-lg">
        Models, on this node
      </h2>
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line lg:grid-cols-4">
        <Fact name="State" value={health.status} isBad={health.status !== "healthy"} />
        <Fact name="In the queue" value={count(queue.waiting)} about={queue.waiting > 0 ? `the oldest for ${duration(queue.oldestWaitMs)}` : `${plural(queue.shed, "call")} turned away`} />
        <Fact name="Latency" value={latency.calls === 0 ? "No calls" : duration(latency.p50Ms)} about={latency.calls === 0 ? "in the last five minutes" : `median; one in a hundred over ${duration(latency.p99Ms)}`} />
        <Fact name="Cache" value={share(cache.hits, cache.hits + cache.misses)} about={`answered from it; ${plural(cache.entries, "answer")} kept`} />
      </dl>
      {health.alerts.map((alert) => (
        <p key={alert.metric} className={alert.level === "critical" ? "text-failed" : "text-waiting"}>
          {alert.metric}: {alert.value}
        </p>
      ))}
      {providers.length > 0 && (
        <Table
          label="Providers"
          heads={["Provider", "Calls", "Failed", "In flight", "Waiting", "Breakers"]}
          rows={providers.map((one) => {
            const open = one.breakers.filter((breaker) => breaker.state !== "closed");
            return {
              key: one.name,
              cells: [
                one.name,
                count(one.calls),
                `${(one.errorRate * 100).toFixed(1)} %`,
                `${one.inFlight} of ${one.concurrency}`,
                count(one.waiting),
                open.length === 0 ? (
                  "closed"
                ) : (
                  <span key="open" className="text-failed">
                    {open.map((breaker) => `${breaker.model} ${breaker.state.replace("_", " ")}`).join(", ")}
                  </span>
                ),
              ],
            };
          })}
        />
      )}
    </section>
  );
}

interface TableProps {
  label: string;
  heads: string[];
  rows: { key: string; cells: ReactNode[] }[];
}

function Table({ label, heads, rows }: TableProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard
    <div className="overflow-x-auto rounded-lg border border-line bg-surface" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full min-w-140 border-collapse">
        <thead>
          <tr className="h-8 border-b border-line text-left text-xs text-text-3">
            {heads.map((head) => (
              <th key={head} scope="col" className="px-3 font-normal">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} className="h-9 border-b border-line tabular last:border-b-0">
              {row.cells.map((cell, place) => (
                <td key={heads[place]} className="px-3 whitespace-nowrap">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Fact({ name, value, about, isBad }: { name: string; value: string; about?: string; isBad?: boolean }) {
  return (
    <div className="flex flex-col gap-1 bg-surface p-4">
      <dt className="text-text-2">{name}</dt>
      <dd className={`text-lg font-semibold tabular first-letter:uppercase ${isBad ? "text-failed" : ""}`}>{value}</dd>
      {about && <dd className="text-xs text-text-3">{about}</dd>}
    </div>
  );
}

const share = (part: number, whole: number): string => (whole === 0 ? "0 %" : `${Math.round((part / whole) * 100)} %`);
