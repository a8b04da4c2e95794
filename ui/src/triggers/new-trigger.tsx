import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { ApiError, explain, fieldsOf } from "@/api/error";
import { createTrigger, firingsQuery } from "@/api/triggers";
import type { Json, TriggerKind } from "@/api/types";
import { say } from "@/app/toasts";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { Field, Input, Select } from "@/parts/input";
import { Segmented } from "@/parts/segmented";
import { CronField } from "./cron-field";
import { NextFirings } from "./next-firings";

type Kind = Exclude<TriggerKind, "manual">;

/** A new way for a flow to start. */
export function NewTrigger({ flowId, isOpen, onClose }: { flowId: string; isOpen: boolean; onClose(): void }) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Add a trigger">
      <Form flowId={flowId} onDone={onClose} />
    </Dialog>
  );
}

function Form({ flowId, onDone }: { flowId: string; onDone(): void }) {
  const client = useQueryClient();
  const [kind, setKind] = useState<Kind>("webhook");
  const [name, setName] = useState("");
  const [respond, setRespond] = useState("result");
  const [cron, setCron] = useState("0 9 * * MON-FRI");
  const [timezone, setTimezone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const zones = useId();
  const config: Record<string, Json> = kind === "webhook" ? { respond } : { cron, timezone };
  const create = useMutation({
    mutationFn: () => createTrigger(flowId, { type: kind, name: name.trim() || kind, config }),
    onSuccess: (trigger) => {
      void client.invalidateQueries({ queryKey: ["flow", flowId, "triggers"] });
      say(`“${trigger.name}” is added`);
      onDone();
    },
  });
  const preview = useQuery({ ...firingsQuery({ cron, timezone }), enabled: kind === "schedule", placeholderData: (before) => before });
  const wrong = create.error instanceof ApiError ? Object.fromEntries(fieldsOf(create.error.details)) : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <div className="self-start">
        <Segmented
          label="Kind"
          value={kind}
          options={[
            { value: "webhook", label: "Webhook" },
            { value: "schedule", label: "Schedule" },
          ]}
          onChange={setKind}
        />
      </div>
      <Field label="Name" error={wrong["name"]}>
        <Input value={name} maxLength={100} placeholder={kind === "webhook" ? "orders come in" : "weekday mornings"} onChange={(event) => setName(event.target.value)} />
      </Field>
      {kind === "webhook" ? (
        <Field label="Its caller gets" hint="The result is what the flow's output says; until then the caller waits, at most 30 s.">
          <Select value={respond} onChange={(event) => setRespond(event.target.value)}>
            <option value="result">The result</option>
            <option value="stream">What agents say while they say it, then the result</option>
            <option value="accepted">A receipt at once</option>
          </Select>
        </Field>
      ) : (
        <>
          <CronField value={cron} onChange={setCron} error={wrong["config.cron"] ?? wrong["cron"]} />
          <Field label="Time zone" error={wrong["config.timezone"] ?? wrong["timezone"]}>
            <Input required list={zones} value={timezone} onChange={(event) => setTimezone(event.target.value)} />
          </Field>
          <datalist id={zones}>
            {Intl.supportedValuesOf("timeZone").map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </datalist>
          {preview.error ? <p className="text-xs text-failed">{explain(preview.error)}</p> : preview.data && <NextFirings {...preview.data} />}
        </>
      )}
      {create.error && (
        <p role="alert" className="text-failed">
          {explain(create.error)}
        </p>
      )}
      <Button type="submit" look="primary" className="self-end" isBusy={create.isPending}>
        Add
      </Button>
    </form>
  );
}
