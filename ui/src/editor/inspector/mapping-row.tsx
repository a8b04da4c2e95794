import { Plus } from "lucide-react";
import { useState } from "react";
import { expressionOf, type Field as Wanted } from "@/model/mapping";
import { Button } from "@/parts/button";
import { CodeField } from "@/parts/code/code-field";
import type { Known } from "@/parts/code/expressions";
import { Field, Input, Select } from "@/parts/input";

/** What the choice says when no single field is meant. */
const NOTHING = "";
const EXPRESSION = "=";

interface Props {
  field: Wanted;
  given: Wanted[];
  known: Known[];
  value: string;
  reason: string | null;
  isReadOnly: boolean;
  onChange(value: string): void;
}

/** What one wanted field is made of: a field that is given, or an expression. */
export function MappingRow({ field, given, known, value, reason, isReadOnly, onChange }: Props) {
  const plain = given.find((one) => expressionOf(one.name) === value);
  const [isOpen, setOpen] = useState(value !== "" && !plain);
  const choice = isOpen ? EXPRESSION : (plain?.name ?? NOTHING);
  const choose = (next: string) => {
    setOpen(next === EXPRESSION);
    if (next !== EXPRESSION) onChange(next === NOTHING ? "" : expressionOf(next));
  };
  const label = `${field.name}${field.types.length > 0 ? `, ${field.types.join(" or ")}` : ""}`;
  return (
    <div className="flex flex-col gap-1">
      <Field label={label} isRequired={field.isRequired} hint={reason ? `Proposed: ${reason}.` : undefined}>
        <Select value={choice} disabled={isReadOnly} onChange={(event) => choose(event.target.value)}>
          <option value={NOTHING}>Not mapped</option>
          {given.map((one) => (
            <option key={one.name} value={one.name}>
              {one.name}
            </option>
          ))}
          <option value={EXPRESSION}>An expression…</option>
        </Select>
      </Field>
      {isOpen && <CodeField label={`Expression for ${field.name}`} language="template" isSingleLine value={value} isReadOnly={isReadOnly} known={known} placeholder="{{ input.… }} or a text" onChange={onChange} />}
    </div>
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
      <Button icon={<Plus size={14} />} disabled={!isFree} onClick={add}>
        Add
      </Button>
    </div>
  );
}
