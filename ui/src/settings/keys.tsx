import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { addKey, deleteKey, keyOrderQuery, keysQuery, setKeyOrder } from "@/api/account";
import { Button } from "@/parts/button";
import { Field, Input, Select } from "@/parts/input";
import { Ago } from "@/parts/time";
import { Item, Items, Section } from "./section";
import { useListChange } from "./use-list-change";

const PROVIDERS: Record<string, string> = { openai: "OpenAI", anthropic: "Anthropic", xai: "xAI", together: "Together" };

/** Keys of model providers: the agents' way to real models. */
export function Keys() {
  const keys = useQuery(keysQuery);
  const [provider, setProvider] = useState("openai");
  const [key, setKey] = useState("");
  const add = useListChange(keysQuery.queryKey, () => addKey(provider, key), "The key is kept, sealed");
  const remove = useListChange(keysQuery.queryKey, deleteKey, "The key is gone");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(undefined, { onSuccess: () => setKey("") });
  };
  return (
    <Section id="keys" title="Provider keys" about="With your own key, agents use your account at the provider. Keys are sealed and never shown again.">
      <Items query={keys} empty="No keys yet. The model echo runs without one.">
        {(one) => (
          <Item
            key={one.provider}
            name={PROVIDERS[one.provider] ?? one.provider}
            about={
              <>
                {one.keyHint && <span className="font-mono">…{one.keyHint} · </span>}
                {one.isValid ? "" : "The provider refused it last time · "}
                {one.lastUsedAt ? (
                  <>
                    used <Ago at={one.lastUsedAt} />
                  </>
                ) : (
                  "never used"
                )}
              </>
            }
            deleteLabel={`Delete the key of ${PROVIDERS[one.provider] ?? one.provider}`}
            onDelete={() => remove.mutate(one.provider)}
          />
        )}
      </Items>
      <form onSubmit={submit} className="flex flex-wrap items-end gap-2">
        <Field label="Provider">
          <Select value={provider} onChange={(event) => setProvider(event.target.value)} className="!w-36">
            {Object.entries(PROVIDERS).map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <div className="min-w-50 flex-1">
          <Field label="Key">
            <Input type="password" required minLength={10} value={key} onChange={(event) => setKey(event.target.value)} className="font-mono" />
          </Field>
        </div>
        <Button type="submit" className="!h-8" isBusy={add.isPending}>
          Add the key
        </Button>
      </form>
      <Order />
    </Section>
  );
}

/** Whether the server's keys may be used where one's own do not answer. */
function Order() {
  const order = useQuery(keyOrderQuery).data?.order;
  const change = useListChange(keyOrderQuery.queryKey, setKeyOrder, "It counts from the next call on");
  if (!order) return null;
  return (
    <label className="flex items-center gap-2 text-text-2">
      <input
        type="checkbox"
        className="accent-accent"
        checked={order === "own_only"}
        disabled={change.isPending}
        onChange={(event) => change.mutate(event.target.checked ? "own_only" : "own_first")}
      />
      Only my own keys: a call that finds none fails, instead of using the server's
    </label>
  );
}
