import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { type FormEvent, useState } from "react";
import { explain } from "@/api/error";
import { replayMany } from "@/api/executions";
import { say } from "@/app/toasts";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { Field, Input, Select } from "@/parts/input";
import { plural } from "@/parts/time";

/** How many one request starts at the most. */
const MOST = 1_000;

type Ended = "error" | "timeout" | "success";

/** Runs many finished executions again: those that failed while something was broken, for example. */
export function ReplayMany({ flowId, isOpen, onClose }: { flowId: string; isOpen: boolean; onClose(): void }) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Replay many" description="Each starts anew with what its trigger brought. What they did to other systems, they do again.">
      <Form flowId={flowId} onDone={onClose} />
    </Dialog>
  );
}

function Form({ flowId, onDone }: { flowId: string; onDone(): void }) {
  const client = useQueryClient();
  const [status, setStatus] = useState<Ended>("error");
  const [from, setFrom] = useState("");
  const [before, setBefore] = useState("");
  const [on, setOn] = useState<"current" | "original">("current");
  const [limit, setLimit] = useState(100);
  const start = useMutation({
    mutationFn: () => replayMany(flowId, { status, on, limit, startedFrom: moment(from), startedBefore: moment(before) }),
    onSuccess: ({ items, hasMore }) => {
      void client.invalidateQueries({ queryKey: ["flow", flowId, "executions"] });
      if (items.length === 0) return say("No execution matches");
      say(`${plural(items.length, "execution")} started again${hasMore ? "; there are more: begin after the last one's start" : ""}`);
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label="Executions that">
        <Select value={status} onChange={(event) => setStatus(event.target.value as Ended)}>
          <option value="error">failed</option>
          <option value="timeout">timed out</option>
          <option value="success">are done</option>
        </Select>
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Started from" hint="From the first on when empty">
          <Input type="datetime-local" step={1} value={from} onChange={(event) => setFrom(event.target.value)} />
        </Field>
        <Field label="Started before" hint="Until now when empty">
          <Input type="datetime-local" step={1} value={before} onChange={(event) => setBefore(event.target.value)} />
        </Field>
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="On which text">
          <Select value={on} onChange={(event) => setOn(event.target.value as "current" | "original")}>
            <option value="current">The flow's present one</option>
            <option value="original">The one each ran on</option>
          </Select>
        </Field>
        <Field label="At most" hint="The oldest first">
          <Input type="number" required min={1} max={MOST} value={limit} onChange={(event) => setLimit(event.target.valueAsNumber)} />
        </Field>
      </div>
      {start.error && (
        <p role="alert" className="text-failed">
          {explain(start.error)}
        </p>
      )}
      <Button type="submit" look="primary" className="self-end" icon={<Play size={14} />} isBusy={start.isPending}>
        Replay them
      </Button>
    </form>
  );
}

/** A field's local time as the moment it means. */
const moment = (local: string): string | null => (local === "" ? null : new Date(local).toISOString());
