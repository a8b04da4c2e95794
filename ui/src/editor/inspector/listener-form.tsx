import { Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import type { Json } from "@/api/types";
import { removePath, setNames, setPath } from "@/model/edit";
import { freshName } from "@/model/listeners";
import type { Listener } from "@/model/read";
import { renameListener } from "@/model/references";
import { Field, Input, Select, TextArea } from "@/parts/input";
import { IconButton } from "@/parts/button";
import { useRun } from "@/runs/run-store";
import { removeChosen } from "../remove";
import { useEditor, useEditorStore } from "../store";
import { useHandlers } from "../use-handlers";
import { AdvancedForm } from "./advanced-form";
import { CasesField } from "./cases-field";
import { knownNames } from "./known-names";
import { NamesField } from "./names-field";
import { Problems } from "./problems";
import { SchemaForm } from "./schema-form";

/** Everything about one listener. */
export function ListenerForm({ listener }: { listener: Listener }) {
  const store = useEditorStore();
  const organism = useEditor((state) => state.organism);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const handlers = useHandlers();
  const run = useRun((state) => state.run);
  const known = useMemo(() => knownNames(listener, organism, run, handlers), [listener, organism, run, handlers]);
  const handler = handlers.find((one) => one.name === listener.handler);
  const isAgent = listener.handler === "agent";
  const isBranch = listener.handler === "branch";
  const others = organism.listeners.map((one) => one.name).filter((name) => name !== listener.name);

  const set = (key: string, value: Json | undefined, path: string[] = []) => {
    const place = ["listeners", listener.index, ...path, key];
    store.getState().apply((text) => (value === undefined ? removePath(text, place) : setPath(text, place, value)), { merge: `${listener.name} ${key}` });
  };
  const setList = (key: string, names: string[]) =>
    store.getState().apply((text) => {
      const place = ["listeners", listener.index, key];
      if (names.length === 0) return removePath(text, place);
      return key === "peers" ? setPath(text, place, names) : setNames(text, place, names);
    });
  const config = listener.raw["config"];
  const values = isAgent ? listener.raw : typeof config === "object" && config !== null && !Array.isArray(config) ? config : {};

  return (
    <div className="flex flex-col gap-4 p-4">
      <div className="flex items-start gap-1">
        <NameField key={listener.name} listener={listener} isReadOnly={isReadOnly} />
        <IconButton
          label="Delete the listener"
          shortcut="Delete"
          disabled={isReadOnly}
          className="mt-5"
          onClick={() => removeChosen(store, [listener.name])}
        >
          <Trash2 size={14} />
        </IconButton>
      </div>
      <Problems listener={listener.name} />
      <Field label="Description" hint={isAgent || listener.handler !== "" ? "People and agents read it." : undefined}>
        <TextArea
          value={listener.description}
          disabled={isReadOnly}
          className="!min-h-8"
          rows={2}
          onChange={(event) => set("description", event.target.value)}
        />
      </Field>
      <Field label="Handler" hint={handler?.description}>
        <Select value={listener.handler} disabled={isReadOnly} onChange={(event) => changeHandler(event.target.value)}>
          {!handler && <option value={listener.handler}>{listener.handler || "None yet"}</option>}
          {handlers.map((one) => (
            <option key={one.name} value={one.name}>
              {one.title}
            </option>
          ))}
        </Select>
      </Field>
      {isBranch ? (
        <CasesField cases={listener.cases} choices={others} known={known} isReadOnly={isReadOnly} onChange={(cases) => set("cases", cases)} />
      ) : (
        handler && (
          <SchemaForm
            schema={handler.config}
            values={isAgent ? pick(values, Object.keys(handler.config.properties ?? {})) : values}
            known={known}
            isReadOnly={isReadOnly}
            onChange={(key, value) => set(key, value, isAgent ? [] : ["config"])}
          />
        )
      )}
      {isAgent && (
        <NamesField label="Tools" hint="Listeners that the agent may call: `peers` in the text." names={listener.peers} choices={others} isReadOnly={isReadOnly} onChange={(names) => setList("peers", names)} />
      )}
      {isBranch ? (
        <NamesField label="Otherwise" names={listener.otherwise} choices={others} isReadOnly={isReadOnly} onChange={(names) => setList("otherwise", names)} />
      ) : (
        <NamesField label="Next" hint="Who receives the result." names={listener.next} choices={others} isReadOnly={isReadOnly} onChange={(names) => setList("next", names)} />
      )}
      <AdvancedForm listener={listener} others={others} isReadOnly={isReadOnly} set={set} />
    </div>
  );

  function changeHandler(name: string): void {
    store.getState().apply((text) => {
      const at = ["listeners", listener.index];
      if (name === "agent") {
        const cleared = removePath(removePath(text, [...at, "handler"]), [...at, "config"]);
        const agent = setPath(cleared, [...at, "agent"], true);
        return listener.raw["prompt"] === undefined ? setPath(agent, [...at, "prompt"], "Say what the input says.\n") : agent;
      }
      const plain = ["agent", "prompt", "model", "temperature", "max_turns", "peers"].reduce((changed, key) => removePath(changed, [...at, key]), text);
      return setPath(removePath(plain, [...at, "config"]), [...at, "handler"], name);
    });
  }
}

function pick(values: Record<string, Json>, keys: string[]): Record<string, Json> {
  return Object.fromEntries(keys.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]]])));
}

/** The name, changed everywhere at once when the field is left. */
function NameField({ listener, isReadOnly }: { listener: Listener; isReadOnly: boolean }) {
  const store = useEditorStore();
  const [name, setName] = useState(listener.name);
  const isBad = !/^[A-Za-z0-9_-]{1,64}$/.test(name);
  const isTaken = name !== listener.name && store.getState().organism.listeners.some((one) => one.name === name);
  const commit = () => {
    if (isBad || isTaken || name === listener.name) {
      setName(listener.name);
      return;
    }
    const at = store.getState().places.get(listener.name);
    store.getState().apply((text) => renameListener(text, listener.name, name), { select: [name], ...(at ? { places: new Map([[name, at]]) } : {}) });
  };
  return (
    <div className="min-w-0 flex-1">
      <Field
        label="Name"
        error={isBad ? "Letters, digits, - and _, at most 64" : isTaken ? `Taken; ${freshName(store.getState().organism.listeners.map((one) => one.name), name)} is free` : null}
      >
        <Input
          value={name}
          disabled={isReadOnly}
          className="font-medium"
          onChange={(event) => setName(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === "Enter") event.currentTarget.blur();
            if (event.key === "Escape") setName(listener.name);
          }}
        />
      </Field>
    </div>
  );
}
