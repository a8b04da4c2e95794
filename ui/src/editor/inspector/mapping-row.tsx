import { Check, Plus, TriangleAlert, X } from "lucide-react";
import { useState } from "react";
import type { FieldFit, GivenField } from "@/api/types";
import { Button } from "@/parts/button";
import { CodeField } from "@/parts/code/code-field";
import type { Known } from "@/parts/code/expressions";
import { Field, Input, Select } from "@/parts/input";
import { Ticked } from "@/parts/ticked";

/** What the choice says when no single field is meant. */
const NOTHING = "";
const EXPRESSION = "=";

interface Props {
  field: FieldFit;
  given: GivenField[];
  known: Known[];
  value: string;
  isReadOnly: boolean;
  onChange(value: string): void;
  /** Writes what the server proposes. */
  onTake(): void;
}

/** What one wanted field is made of: a field that is given, or an expression. */
export function MappingRow({ field, given, known, value, isReadOnly, onChange, onTake }: Props) {
  const plain = given.find((one) => one.expression === value);
  const [wished, setOpen] = useState<boolean | null>(null);
  const isOpen = wished ?? (value !== "" && !plain);
  const choice = isOpen ? EXPRESSION : (plain?.path ?? NOTHING);
  const choose = (next: string) => {
    setOpen(next === EXPRESSION);
    if (next !== EXPRESSION) onChange(given.find((one) => one.path === next)?.expression ?? "");
  };
  const label = `${field.to}${field.types.length > 0 ? `, ${field.types.join(" or ")}` : ""}`;
  const proposed = field.match === "exact" || field.suggestion === null ? null : field.suggestion;
  return (
    <div className="flex flex-col gap-1">
      <Field label={label} isRequired={field.isRequired} hint={field.reason && <Met field={field} />}>
        <Select value={choice} disabled={isReadOnly} onChange={(event) => choose(event.target.value)}>
          <option value={NOTHING}>Not mapped</option>
          {given.map((one) => (
            <option key={one.path} value={one.path}>
              {one.path}
            </option>
          ))}
          <option value={EXPRESSION}>An expression…</option>
        </Select>
      </Field>
      {isOpen && <CodeField label={`Expression for ${field.to}`} language="template" isSingleLine value={value} isReadOnly={isReadOnly} known={known} placeholder="{{ input.… }} or a text" onChange={onChange} />}
      {proposed !== null && !isReadOnly && (
        <Button className="self-start" onClick={onTake}>
          Take <code className="font-mono text-xs">{typeof proposed === "string" ? proposed : JSON.stringify(proposed)}</code>
        </Button>
      )}
    </div>
  );
}

/** How a field is met, by a sign and in words. */
function Met({ field: { match, isRequired, reason } }: { field: FieldFit }) {
  const isBad = match === "conflict" || (match === "missing" && isRequired);
  const [Sign, colour] = match === "exact" ? [Check, "text-success"] : isBad ? [X, "text-failed"] : [TriangleAlert, "text-waiting"];
  return (
    <span className="flex items-baseline gap-1.5">
      <Sign size={12} aria-hidden className={`${colour} shrink-0 self-center`} />
      <span>
        <Ticked text={`${reason}.`} />
      </span>
    </span>
  );
}

/** Names a field that nothing said. */
export function AddField({ taken, onAdd }: { taken: string[]; onAdd(name: string): void }) {
  const [name, setName] = useState("");
  const isFree = name.trim() !== "" && !taken.includes(name.trim());
  const add = () => {
    if (!isFree) return;
    onAdd(name.trim());
    setName("");
  };
  return (
    <div className="flex gap-1">
      <Input aria-label="Another field" placeholder="Another field" value={name} onChange={(event) => setName(event.target.value)} onKeyDown={(event) => event.key === "Enter" && add()} />
      <Button icon={<Plus size={14} />} className="!h-8" disabled={!isFree} onClick={add}>
        Add
      </Button>
    </div>
  );
}
