import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { Json } from "@/api/types";
import type { Listener } from "@/model/read";
import { Field, Input, Select } from "@/parts/input";
import { CodeFrame } from "./schema-field";
import { YamlField } from "./yaml-field";

interface Props {
  listener: Listener;
  others: string[];
  isReadOnly: boolean;
  set(key: string, value: Json | undefined, path?: string[]): void;
}

/** What most listeners leave as it is: failure, retries, times, schemas. */
export function AdvancedForm({ listener, others, isReadOnly, set }: Props) {
  const { raw } = listener;
  const retry = typeof raw["retry"] === "object" && raw["retry"] !== null && !Array.isArray(raw["retry"]) ? raw["retry"] : {};
  const isUsed = ["retry", "timeout", "on_error", "concurrency", "input", "output"].some((key) => raw[key] !== undefined);
  // Names by the hundred and two text editors: drawn when somebody wants to see them.
  const [isOpen, setOpen] = useState(isUsed);
  const number = (text: string) => (text.trim() === "" ? undefined : Number.isFinite(Number(text)) ? Number(text) : text);
  return (
    <details className="group border-t border-line pt-3" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex cursor-default items-center gap-1 rounded-sm font-medium text-text-2 hover:text-text">
        <ChevronRight size={14} className="transition-transform duration-150 group-open:rotate-90" /> Failure, time and schemas
      </summary>
      {isOpen && (
        <div className="mt-3 flex flex-col gap-4">
          <Field label="When it fails" hint="Continue hands {error, input} to next; a listener gets it alone.">
            <Select value={String(raw["on_error"] ?? "")} disabled={isReadOnly} onChange={(event) => set("on_error", event.target.value || undefined)}>
              <option value="">Fail (default)</option>
              <option value="continue">Continue</option>
              <optgroup label="Hand to">
                {others.map((name) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </optgroup>
            </Select>
          </Field>
          <div className="grid grid-cols-2 gap-3">
            <Blurred label="Attempts" placeholder="1 (default)" value={retry["attempts"]} isReadOnly={isReadOnly} onChange={(text) => set("attempts", number(text), ["retry"])} />
            <Blurred label="Pause before the second" placeholder="1s" value={retry["backoff"]} isReadOnly={isReadOnly} onChange={(text) => set("backoff", text || undefined, ["retry"])} />
            <Blurred label="Time of one attempt" placeholder="30s" value={raw["timeout"]} isReadOnly={isReadOnly} onChange={(text) => set("timeout", text || undefined)} />
            <Blurred label="Steps at a time" placeholder="No limit" value={raw["concurrency"]} isReadOnly={isReadOnly} onChange={(text) => set("concurrency", number(text))} />
          </div>
          <CodeFrame label="Input schema" hint="JSON Schema of what it accepts; an agent that calls it sees it as the tool's arguments.">
            <YamlField label="Input schema" value={raw["input"]} isReadOnly={isReadOnly} placeholder="type: object" onChange={(value) => set("input", value)} />
          </CodeFrame>
          <CodeFrame label="Output schema" hint="An agent's answer is made to fit it.">
            <YamlField label="Output schema" value={raw["output"]} isReadOnly={isReadOnly} placeholder="type: object" onChange={(value) => set("output", value)} />
          </CodeFrame>
        </div>
      )}
    </details>
  );
}

interface BlurredProps {
  label: string;
  placeholder: string;
  value: Json | undefined;
  isReadOnly: boolean;
  onChange(text: string): void;
}

/** A short text that counts when the field is left: half a duration is no duration. */
export function Blurred({ label, placeholder, value, isReadOnly, onChange }: BlurredProps) {
  const shown = value === undefined || value === null ? "" : String(value);
  return (
    <Field label={label}>
      <Input
        key={shown}
        defaultValue={shown}
        placeholder={placeholder}
        disabled={isReadOnly}
        onBlur={(event) => event.target.value.trim() !== shown && onChange(event.target.value.trim())}
        onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
      />
    </Field>
  );
}
