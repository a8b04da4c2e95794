import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, explain, fieldsOf } from "@/api/error";
import { updateTrigger } from "@/api/triggers";
import type { Trigger } from "@/api/types";
import { secretsQuery } from "@/api/values";
import { say } from "@/app/toasts";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { Field, Input, Select, TextArea } from "@/parts/input";
import { networksOf } from "./networks";

type Config = Trigger["config"];
type Style = NonNullable<Config["signature"]>["style"];

const STYLES: Record<Style, string> = { "standard-webhooks": "Signed as Standard Webhooks, also Svix", github: "Signed as GitHub does", stripe: "Signed as Stripe does" };

/** How a caller proves who it is: a signature in a manner, a header that holds a secret, or not at all. */
type Proof = Style | "header" | "none";

/** What a sender that is given no name for it uses most. */
const USUAL_HEADER = "x-api-key";

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
  const [networks, setNetworks] = useState(() => (trigger.config.allowIps ?? []).join("\n"));
  const { signature, header } = config;
  const save = useMutation({
    mutationFn: () => updateTrigger(trigger.flowId, trigger.id, { config: { ...config, allowIps: networksOf(networks) } }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["flow", trigger.flowId, "triggers"] });
      say(`${trigger.name} is changed; its address stays`);
      onDone();
    },
  });
  const wrong = save.error instanceof ApiError ? Object.fromEntries(fieldsOf(save.error.details)) : {};
  const set = (change: Partial<Config>) => setConfig({ ...config, ...change });
  const prove = (proof: Proof) => {
    const secret = signature?.secret ?? header?.secret ?? "";
    if (proof === "none") return set({ signature: null, header: null });
    if (proof === "header") return set({ signature: null, header: { name: header?.name ?? USUAL_HEADER, secret } });
    set({ signature: { style: proof, secret }, header: null });
  };
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
      <Field label="Proof" hint="Requests without it get 401 and start nothing.">
        <Select value={signature?.style ?? (header ? "header" : "none")} onChange={(event) => prove(event.target.value as Proof)}>
          <option value="none">None: who knows the address may call</option>
          {Object.entries(STYLES).map(([style, label]) => (
            <option key={style} value={style}>
              {label}
            </option>
          ))}
          <option value="header">A header that holds a secret, for senders that cannot sign</option>
        </Select>
      </Field>
      {signature && <SecretField label="Signed with the secret" flowId={trigger.flowId} value={signature.secret} error={wrong["config.signature.secret"]} onChange={(secret) => set({ signature: { ...signature, secret } })} />}
      {header && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Header" error={wrong["config.header.name"]}>
            <Input required maxLength={100} pattern="[A-Za-z0-9_\-]+" title="Letters, digits, - and _" className="font-mono" value={header.name} onChange={(event) => set({ header: { ...header, name: event.target.value } })} />
          </Field>
          <SecretField label="Holds the secret" flowId={trigger.flowId} value={header.secret} error={wrong["config.header.secret"]} onChange={(secret) => set({ header: { ...header, secret } })} />
        </div>
      )}
      <Field label="Addresses that may call" hint="One a line; networks too, such as 203.0.113.0/24. Everybody when empty." error={wrong["config.allowIps"]}>
        <TextArea rows={2} className="!min-h-14 font-mono" placeholder="203.0.113.0/24" value={networks} onChange={(event) => setNetworks(event.target.value)} />
      </Field>
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
  label: string;
  flowId: string;
  value: string;
  error: string | undefined;
  onChange(name: string): void;
}

/** One of the secrets that there are; the flow's own stand before the owner's. */
function SecretField({ label, flowId, value, error, onChange }: SecretProps) {
  const own = useQuery(secretsQuery(flowId)).data ?? [];
  const shared = useQuery(secretsQuery(null)).data ?? [];
  const names = [...new Set([...own, ...shared].map((secret) => secret.name))];
  return (
    <Field label={label} error={error} hint={names.length === 0 ? "There is no secret yet: keep the one that your sender shows under Settings, Secrets." : undefined}>
      <Select required value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">Choose one</option>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </Select>
    </Field>
  );
}
