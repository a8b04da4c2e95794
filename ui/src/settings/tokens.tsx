import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { createToken, deleteToken, tokensQuery } from "@/api/account";
import type { Scope } from "@/api/types";
import { Button } from "@/parts/button";
import { CopyButton } from "@/parts/copy";
import { Field, Input, Select } from "@/parts/input";
import { Ago } from "@/parts/time";
import { Item, Items, Section } from "./section";
import { useListChange } from "./use-list-change";

const SCOPES: { scope: Scope; label: string }[] = [
  { scope: "read", label: "Read" },
  { scope: "write", label: "Change flows" },
  { scope: "run", label: "Run" },
  { scope: "admin", label: "Account" },
];
const DAY_MS = 86_400_000;
const LIVES = [30, 90, 365];

/** Ways in for scripts; each is shown once. */
export function Tokens() {
  const tokens = useQuery(tokensQuery);
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>(["read", "run"]);
  const [days, setDays] = useState("90");
  const [made, setMade] = useState<string | null>(null);
  const expiresAt = () => (days === "" ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString());
  const create = useListChange(tokensQuery.queryKey, () => createToken(name, scopes, expiresAt()), "The token is made");
  const remove = useListChange(tokensQuery.queryKey, deleteToken, "The token opens nothing any more");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(undefined, {
      onSuccess: (token) => {
        setMade(token.token);
        setName("");
      },
    });
  };
  const toggle = (scope: Scope) => setScopes(scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope]);
  return (
    <Section
      id="tokens"
      title="Personal tokens"
      about={
        <>
          For scripts and other programs: <code className="font-mono text-xs">Authorization: Bearer blx_…</code>
        </>
      }
    >
      {made && (
        <div role="status" className="flex flex-col gap-1 rounded-lg border border-success/50 bg-success-soft p-3">
          <p className="font-medium">Copy it now: it is not shown again.</p>
          <p className="flex items-center gap-1">
            <code data-token className="min-w-0 flex-1 font-mono text-xs break-all">
              {made}
            </code>
            <CopyButton text={made} label="Copy the token" />
          </p>
        </div>
      )}
      <Items query={tokens} empty="No tokens yet.">
        {(one) => (
          <Item
            key={one.id}
            name={one.name}
            about={
              <>
                <span className="font-mono">{one.prefix}…</span> · {one.scopes.join(", ")} · {one.expiresAt ? `until ${one.expiresAt.slice(0, 10)}` : "for ever"} ·{" "}
                {one.lastUsedAt ? (
                  <>
                    used <Ago at={one.lastUsedAt} />
                  </>
                ) : (
                  "never used"
                )}
              </>
            }
            deleteLabel={`Delete the token ${one.name}`}
            onDelete={() => remove.mutate(one.id)}
          />
        )}
      </Items>
      <form onSubmit={submit} className="flex flex-wrap items-end gap-x-4 gap-y-2">
        <div className="min-w-40 flex-1">
          <Field label="Name">
            <Input required maxLength={100} placeholder="deploy script" value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
        </div>
        <fieldset className="flex h-8 items-center gap-3">
          <legend className="sr-only">What it may do</legend>
          {SCOPES.map(({ scope, label }) => (
            <label key={scope} className="flex items-center gap-1.5">
              <input type="checkbox" className="size-3.5 accent-accent" checked={scopes.includes(scope)} onChange={() => toggle(scope)} /> {label}
            </label>
          ))}
        </fieldset>
        <Field label="Good for">
          <Select value={days} onChange={(event) => setDays(event.target.value)}>
            {LIVES.map((one) => (
              <option key={one} value={one}>
                {one} days
              </option>
            ))}
            <option value="">Ever</option>
          </Select>
        </Field>
        <Button type="submit" className="!h-8" isBusy={create.isPending} disabled={scopes.length === 0}>
          Make a token
        </Button>
      </form>
    </Section>
  );
}
