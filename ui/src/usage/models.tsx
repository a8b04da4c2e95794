import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { modelUsageQuery } from "@/api/account";
import { knownFlowsQuery } from "@/api/flows";
import { Button } from "@/parts/button";
import { Segmented } from "@/parts/segmented";
import { Failed } from "@/parts/states";
import { count, plural } from "@/parts/time";
import { DayChart } from "./day-chart";
import { byDay, type Chosen, matching, type Measure, type Share, shares } from "./sums";

const SPANS = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
] as const;
const MEASURES = [
  { value: "cost", label: "Cost" },
  { value: "tokens", label: "Tokens" },
  { value: "calls", label: "Calls" },
] as const;
/** Longer breakdowns end in "and so many more". */
const SHOWN = 12;

/** What models were asked, by day, model and flow. A press on a model or a flow shows its days alone. */
export function ModelUsage() {
  const [span, setSpan] = useState<"7" | "30" | "90">("30");
  const [measure, setMeasure] = useState<Measure>("cost");
  const [chosen, choose] = useState<Chosen>({ model: null, flow: null });
  const usage = useQuery({ ...modelUsageQuery(Number(span)), refetchInterval: 30_000 });
  const names = new Map(useQuery(knownFlowsQuery).data?.map((flow) => [flow.id, flow.name]));
  const nameOf = (flow: string) => (flow === "" ? "Outside any flow" : (names.get(flow) ?? "A deleted flow"));
  const data = usage.data;
  const rows = data?.items ?? [];
  const days = data ? byDay(matching(rows, chosen), measure, data) : [];
  const sum = days.reduce((total, day) => total + day.value, 0);
  return (
    <section aria-labelledby="models-title" className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <h2 id="models-title" className="text-lg">
          Models
        </h2>
        <div className="ml-auto flex flex-wrap gap-2">
          <Segmented label="Measure" value={measure} options={MEASURES} onChange={setMeasure} />
          <Segmented label="Span" value={span} options={SPANS} onChange={setSpan} />
        </div>
      </div>
      {usage.isPending && <div role="status" aria-label="Loading" className="skeleton h-50" />}
      {usage.error && !data && <Failed error={usage.error} retry={() => void usage.refetch()} />}
      {data && rows.length === 0 && (
        <p className="rounded-lg border border-dashed border-line-strong px-3 py-6 text-center text-text-2">
          No model was asked in these {span} days. What the built-in echo says is simulated and not counted here.
        </p>
      )}
      {data && rows.length > 0 && (
        <>
          <div className="rounded-lg border border-line bg-surface p-4">
            <div className="mb-3 flex min-h-7 flex-wrap items-center gap-2">
              <span className="text-xl font-semibold tabular">{said(sum, measure)}</span>
              {chosen.model !== null && <Chip label={chosen.model} onRemove={() => choose({ ...chosen, model: null })} />}
              {chosen.flow !== null && <Chip label={nameOf(chosen.flow)} onRemove={() => choose({ ...chosen, flow: null })} />}
            </div>
            <DayChart days={days} say={(value) => said(value, measure)} />
          </div>
          <div className="grid gap-4 md:grid-cols-2">
            <Breakdown
              title="By model"
              items={shares(matching(rows, { ...chosen, model: null }), measure, (row) => row.model)}
              chosen={chosen.model}
              nameOf={(key) => key}
              say={(value) => said(value, measure)}
              onChoose={(model) => choose({ ...chosen, model })}
            />
            <Breakdown
              title="By flow"
              items={shares(matching(rows, { ...chosen, flow: null }), measure, (row) => row.flowId ?? "")}
              chosen={chosen.flow}
              nameOf={nameOf}
              say={(value) => said(value, measure)}
              onChoose={(flow) => choose({ ...chosen, flow })}
            />
          </div>
          {measure === "cost" && data.total.unpricedCalls > 0 && (
            <p className="text-xs text-text-3">{plural(data.total.unpricedCalls, "call")} of models without a known price are not in the cost; echoes cost nothing.</p>
          )}
        </>
      )}
    </section>
  );
}

function Chip({ label, onRemove }: { label: string; onRemove(): void }) {
  return (
    <span className="inline-flex h-6 max-w-60 items-center gap-1 rounded-full border border-line-strong pl-2.5 text-xs">
      <span className="truncate">{label}</span>
      <button type="button" aria-label={`Show all, not only ${label}`} onClick={onRemove} className="flex size-6 items-center justify-center rounded-full text-text-3 hover:text-text">
        <X size={12} />
      </button>
    </span>
  );
}

interface BreakdownProps {
  title: string;
  items: Share[];
  chosen: string | null;
  nameOf(key: string): string;
  say(value: number): string;
  onChoose(key: string | null): void;
}

function Breakdown({ title, items, chosen, nameOf, say, onChoose }: BreakdownProps) {
  const [isWhole, setWhole] = useState(false);
  const most = Math.max(...items.map((item) => item.value), Number.MIN_VALUE);
  const shown = isWhole ? items : items.slice(0, SHOWN);
  return (
    <section aria-label={title} className="overflow-hidden rounded-lg border border-line bg-surface">
      <h3 className="border-b border-line px-3 py-2 text-xs text-text-2">{title}</h3>
      <ul>
        {shown.map(({ key, value }) => (
          <li key={key}>
            <button
              type="button"
              aria-pressed={chosen === key}
              onClick={() => onChoose(chosen === key ? null : key)}
              className="relative flex h-9 w-full items-center gap-3 px-3 text-left hover:bg-hover aria-pressed:bg-hover"
            >
              <span aria-hidden className="absolute inset-y-1 left-0 rounded-r-sm bg-running-soft" style={{ width: `${(value / most) * 100}%` }} />
              <span className="relative min-w-0 flex-1 truncate" title={nameOf(key)}>
                {nameOf(key)}
              </span>
              <span className="relative text-text-2 tabular">{say(value)}</span>
            </button>
          </li>
        ))}
      </ul>
      {items.length > shown.length && (
        <Button look="quiet" className="w-full" onClick={() => setWhole(true)}>
          {items.length - shown.length} more
        </Button>
      )}
    </section>
  );
}

/** Dollars to the cent, and small sums to what can be told apart. */
function said(value: number, measure: Measure): string {
  if (measure !== "cost") return measure === "calls" ? plural(value, "call") : count(value);
  if (value === 0) return "$0";
  return `$${value < 0.01 ? value.toPrecision(2) : value.toFixed(2)}`;
}
