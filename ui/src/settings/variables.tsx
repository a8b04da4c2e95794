import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { deleteVariable, type Holder, putVariable, variablesQuery } from "@/api/values";
import type { Json } from "@/api/types";
import { Button } from "@/parts/button";
import { Field, Input } from "@/parts/input";
import { Item, Items, Section } from "./section";
import { useListChange } from "./use-list-change";

/** Values that flows may use and their owner can read. */
export function Variables({ holder = null }: { holder?: Holder }) {
  const query = variablesQuery(holder);
  const variables = useQuery(query);
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const put = useListChange(query.queryKey, () => putVariable(holder, name, meant(value)), "The variable is kept");
  const remove = useListChange(query.queryKey, (which: string) => deleteVariable(holder, which), "The variable is gone");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put.mutate(undefined, {
      onSuccess: () => {
        setName("");
        setValue("");
      },
    });
  };
  return (
    <Section
      id="variables"
      title="Variables"
      about={
        <>
          {holder ? "Values for this flow, before those of all your flows" : "Values for all your flows"}: <code className="font-mono text-xs">{"{{ vars.name }}"}</code>. Numbers, true, lists and objects keep their type.
        </>
      }
    >
      <Items query={variables} empty="No variables yet.">
        {(one) => (
          <Item
            key={one.name}
            name={<span className="font-mono">{one.name}</span>}
            about={<span className="font-mono">{JSON.stringify(one.value)}</span>}
            deleteLabel={`Delete ${one.name}`}
            onDelete={() => remove.mutate(one.name)}
          />
        )}
      </Items>
      <form onSubmit={submit} className="grid items-end gap-2 sm:grid-cols-[1fr_2fr_8rem]">
        <Field label="Name">
          <Input required placeholder="shop_url" value={name} onChange={(event) => setName(event.target.value)} className="font-mono" />
        </Field>
        <Field label="Value">
          <Input required value={value} onChange={(event) => setValue(event.target.value)} className="font-mono" />
        </Field>
        <Button type="submit" className="!h-8" isBusy={put.isPending}>
          Add the variable
        </Button>
      </form>
    </Section>
  );
}

/** A text that is JSON counts as what it says. */
function meant(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
