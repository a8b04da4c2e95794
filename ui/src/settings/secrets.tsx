import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { deleteSecret, type Holder, putSecret, secretsQuery } from "@/api/values";
import { Button } from "@/parts/button";
import { Field, Input } from "@/parts/input";
import { Ago } from "@/parts/time";
import { Item, Items, Section } from "./section";
import { useListChange } from "./use-list-change";

/** Values that flows may use and nobody can read back. */
export function Secrets({ holder = null }: { holder?: Holder }) {
  const query = secretsQuery(holder);
  const secrets = useQuery(query);
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const [hosts, setHosts] = useState("");
  const hostList = () => hosts.split(/[\s,]+/).filter(Boolean);
  const put = useListChange(query.queryKey, () => putSecret(holder, name, value, hostList()), "The secret is kept, sealed");
  const remove = useListChange(query.queryKey, (which: string) => deleteSecret(holder, which), "The secret is gone");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put.mutate(undefined, {
      onSuccess: () => {
        setName("");
        setValue("");
        setHosts("");
      },
    });
  };
  return (
    <Section
      id="secrets"
      title="Secrets"
      about={
        <>
          {holder ? "Of this flow alone, before yours of the same name: values" : "Values"} that requests may carry and nobody can read back: <code className="font-mono text-xs">{'{{ secret("NAME") }}'}</code>. One with hosts is sent to those alone.
        </>
      }
    >
      <Items query={secrets} empty="No secrets yet.">
        {(one) => (
          <Item
            key={one.name}
            name={<span className="font-mono">{one.name}</span>}
            about={
              <>
                <span className="font-mono">{one.hint}</span> · {one.hosts.length > 0 ? one.hosts.join(", ") : "any host"} · written <Ago at={one.updatedAt} />
              </>
            }
            deleteLabel={`Delete ${one.name}`}
            onDelete={() => remove.mutate(one.name)}
          />
        )}
      </Items>
      <form onSubmit={submit} className="grid items-end gap-2 sm:grid-cols-[1fr_1fr_1fr_8rem]">
        <Field label="Name">
          <Input required placeholder="SHOP_KEY" value={name} onChange={(event) => setName(event.target.value)} className="font-mono" />
        </Field>
        <Field label="Value">
          <Input type="password" required value={value} onChange={(event) => setValue(event.target.value)} className="font-mono" />
        </Field>
        <Field label="Hosts">
          <Input placeholder="shop.example.com" value={hosts} onChange={(event) => setHosts(event.target.value)} />
        </Field>
        <Button type="submit" className="!h-8" isBusy={put.isPending}>
          Add the secret
        </Button>
      </form>
    </Section>
  );
}
