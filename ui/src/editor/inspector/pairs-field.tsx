import { Plus, X } from "lucide-react";
import { useState } from "react";
import type { Json } from "@/api/types";
import { IconButton } from "@/parts/button";
import { CodeField } from "@/parts/code/code-field";
import type { Known } from "@/parts/code/expressions";
import { Input } from "@/parts/input";
import { Ticked } from "@/parts/ticked";

interface Props {
  label: string;
  hint: string | undefined;
  value: Record<string, Json> | undefined;
  isReadOnly: boolean;
  known: Known[];
  onChange(value: Record<string, Json> | undefined): void;
}

/** Names and values, a row each. */
export function PairsField({ label, hint, value = {}, isReadOnly, known, onChange }: Props) {
  const [fresh, setFresh] = useState<string | null>(null);
  const entries = Object.entries(value);
  const keep = (changed: [string, Json][]) => onChange(changed.length === 0 ? undefined : Object.fromEntries(changed));
  const rename = (place: number, name: string) => {
    if (name !== "" && !entries.some(([key], at) => key === name && at !== place)) keep(entries.map(([key, one], at) => [at === place ? name : key, one]));
  };
  const add = () => {
    if (fresh && !(fresh in value)) keep([...entries, [fresh, ""]]);
    setFresh(null);
  };
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 flex w-full items-center text-xs font-medium text-text-2">
        {label}
        <IconButton label={`Add to ${label.toLowerCase()}`} disabled={isReadOnly} className="ml-auto !size-5" onClick={() => setFresh("")}>
          <Plus size={14} />
        </IconButton>
      </legend>
      {entries.map(([key, one], place) => (
        <div key={key} className="flex items-start gap-1">
          <Input
            aria-label="Name"
            defaultValue={key}
            disabled={isReadOnly}
            className="!w-2/5 font-mono text-xs"
            onBlur={(event) => rename(place, event.target.value.trim())}
          />
          <div className="min-w-0 flex-1">
            <CodeField
              label={key}
              language="template"
              isSingleLine
              isReadOnly={isReadOnly}
              value={typeof one === "string" ? one : JSON.stringify(one)}
              known={known}
              onChange={(text) => keep(entries.map(([name, before], at) => [name, at === place ? text : before]))}
            />
          </div>
          <IconButton label={`Remove ${key}`} disabled={isReadOnly} className="mt-0.5" onClick={() => keep(entries.filter((_, at) => at !== place))}>
            <X size={14} />
          </IconButton>
        </div>
      ))}
      {fresh !== null && (
        <Input
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- it was asked for a moment ago
          autoFocus
          aria-label="New name"
          placeholder="Name"
          value={fresh}
          className="font-mono text-xs"
          onChange={(event) => setFresh(event.target.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key === "Enter") add();
            if (event.key === "Escape") setFresh(null);
          }}
        />
      )}
      {hint && <p className="text-xs text-text-3"><Ticked text={hint} /></p>}
    </fieldset>
  );
}
