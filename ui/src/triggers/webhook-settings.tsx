import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, explain, fieldsOf } from "@/api/error";
import { updateTrigger } from "@/api/triggers";
import type { Trigger } from "@/api/types";
import { secretsQuery } from "@/api/values";
import { say } from "@/app/toasts";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { Field, Input, Select } from "@/parts/input";

type Config = Trigger["config"];
type Style = NonNullable<Config["signature"]>["style"];

const STYLES: Record<Style, string> = { "standard-webhooks": "Standard Webhooks, also Svix", github: "GitHub", stripe: "Stripe" };

/** What the caller of a webhook gets, and how it proves who it is. */
export function WebhookSettings({ trigger, isOpen, onClose }: { trigger: Trigger; isOpen: boolean; onClose(): void }) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={`Settings of ${trigger.name}`}>
      <Form trigger={trigger} onDone={onClose} />
    </Dialog>
  );
}

function Form({ trigger, onDone }: { trigger: Trigger; onDone(): void }) {
  const client = useQueryClient();
  const [config, setConfig] = useState<Config>(trigger.config);
  const { signature } = config;
  const save = useMutation({
    mutationFn: () => updateTrigger(trigger.flowId, trigger.id, { config }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["flow", trigger.flowId, "triggers"] });
      say(`${trigger.name} is changed; its address stays`);
      onDone();
    },
  });
  const wrong = save.error instanceof ApiError ? Object.fromEntries(fieldsOf(save.error.details)) : {};
  const set = (change: Partial<Config>) => setConfig({ ...config, ...change });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label="Its caller gets">
        <Select data-autofocus value={config.respond ?? "accepted"} onChange={(event) => set({ respond: event.target.value as NonNullable<Config["respond"]> })}>
          <option value="result">The result</option>
          <option value="stream">What agents say while they say it, then the result</option>
          <option value="accepted">A receipt at once</option>
        </Select>
      </Field>
      <Field label="Signature" hint="Requests that are not signed so get 401 and start nothing.">
        <Select value={signature?.style ?? ""} onChange={(event) => set({ signature: event.target.value ? { style: event.target.value as Style, secret: signature?.secret ?? "" } : null })}>
          <option value="">None: who knows the address may call</option>
          {Object.entries(STYLES).map(([style, label]) => (
            <option key={style} value={style}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      {signature && <SecretField flowId={trigger.flowId} value={signature.secret} error={wrong["config.signature.secret"]} onChange={(secret) => set({ signature: { ...signature, secret } })} />}
      <Field label="Requests a minute" hint="Faster ones are told to come later; any number when empty." error={wrong["config.ratePerMinute"]}>
        <Input
          type="number"
          min={1}
          max={1_000_000}
          value={config.ratePerMinute ?? ""}
          onChange={(event) => set({ ratePerMinute: event.target.value === "" ? null : Number(event.target.value) })}
        />
      </Field>
      {save.error && (
        <p role="alert" className="text-failed">
          {explain(save.error)}
        </p>
      )}
      <Button type="submit" look="primary" className="self-end" isBusy={save.isPending}>
        Save
      </Button>
    </form>
  );
}

interface SecretProps {
  flowId: string;
  value: string;
  error: string | undefined;
  onChange(name: string): void;
}

/** One of the secrets that there are; the flow's own stand before the owner's. */
function SecretField({ flowId, value, error, onChange }: SecretProps) {
  const own = useQuery(secretsQuery(flowId)).data ?? [];
  const shared = useQuery(secretsQuery(null)).data ?? [];
  const names = [...new Set([...own, ...shared].map((secret) => secret.name))];
  return (
    <Field label="Signed with the secret" error={error} hint={names.length === 0 ? "There is no secret yet: keep the one that your sender shows under Settings, Secrets." : undefined}>
      <Select required value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">Choose one</option>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </Select>
    </Field>
  );
}
