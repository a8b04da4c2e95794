import type { Json, Schema } from "@/api/types";
import { CodeField } from "@/parts/code/code-field";
import type { Known } from "@/parts/code/expressions";
import { Field, Input, Select } from "@/parts/input";
import { Ticked } from "@/parts/ticked";
import { PairsField } from "./pairs-field";
import { YamlField } from "./yaml-field";

interface Props {
  name: string;
  schema: Schema;
  value: Json | undefined;
  isRequired: boolean;
  isReadOnly: boolean;
  known: Known[];
  onChange(value: Json | undefined): void;
}

/** Texts that are usually longer than a line. */
const LONG = new Set(["prompt", "system", "text"]);

/** The control that fits a schema. */
export function SchemaField(props: Props) {
  const { name, schema, value, isRequired, isReadOnly, known, onChange } = props;
  const label = schema.title ?? name;
  const types = [schema.type ?? []].flat();
  const frame = (control: React.ReactNode) => (
    <Field label={label} hint={schema.description} isRequired={isRequired}>
      {control}
    </Field>
  );
  if (schema.enum && isPlain(value)) {
    return frame(
      <Select
        value={value === undefined ? "" : String(value)}
        disabled={isReadOnly}
        onChange={(event) => onChange(event.target.value === "" ? undefined : (schema.enum?.find((one) => String(one) === event.target.value) ?? null))}
      >
        {!isRequired && <option value="">{schema.default === undefined ? "Not set" : `${String(schema.default)} (default)`}</option>}
        {schema.enum.map((one) => (
          <option key={String(one)} value={String(one)}>
            {String(one)}
          </option>
        ))}
      </Select>,
    );
  }
  if (types.length === 1 && types[0] === "boolean" && typeof value !== "string") {
    return (
      <label className="flex items-start gap-2">
        <input
          type="checkbox"
          className="mt-1 size-3.5 accent-accent"
          disabled={isReadOnly}
          checked={(value ?? schema.default ?? false) === true}
          onChange={(event) => onChange(event.target.checked === schema.default ? undefined : event.target.checked)}
        />
        <span>
          <span className="block">{label}</span>
          <span className="block text-xs text-text-3"><Ticked text={schema.description ?? ""} /></span>
        </span>
      </label>
    );
  }
  if (types.every((one) => one === "number" || one === "integer") && types.length > 0) {
    return frame(<NumberInput {...props} />);
  }
  if (types.length === 1 && types[0] === "object" && schema.additionalProperties && isFlat(value)) {
    return <PairsField label={label} hint={schema.description} value={value as Record<string, Json> | undefined} isReadOnly={isReadOnly} known={known} onChange={onChange} />;
  }
  if (types.length === 1 && types[0] === "string" && (value === undefined || typeof value === "string")) {
    return (
      <CodeFrame label={label} hint={schema.description} isRequired={isRequired}>
        <CodeField
          label={label}
          language="template"
          value={typeof value === "string" ? value : ""}
          isReadOnly={isReadOnly}
          isSingleLine={!LONG.has(name) && !(typeof value === "string" && value.includes("\n"))}
          minLines={LONG.has(name) ? 5 : 1}
          placeholder={placeholderOf(schema)}
          known={known}
          onChange={(text) => onChange(text === "" && !isRequired ? undefined : text)}
        />
      </CodeFrame>
    );
  }
  return (
    <CodeFrame label={label} hint={schema.description} isRequired={isRequired}>
      <YamlField label={label} value={value} isReadOnly={isReadOnly} known={known} placeholder={placeholderOf(schema)} onChange={onChange} />
    </CodeFrame>
  );
}

/** A label above a text editor, which names itself: it is no form control that a label could belong to. */
export function CodeFrame({ label, hint, isRequired, children }: { label: string; hint?: string | undefined; isRequired?: boolean; children: React.ReactNode }) {
  return (
    <div className="flex flex-col gap-1">
      <span aria-hidden className="text-xs font-medium text-text-2">
        {label} {isRequired && <span className="text-text-3">(required)</span>}
      </span>
      {children}
      {hint && <p className="text-xs text-text-3"><Ticked text={hint} /></p>}
    </div>
  );
}

function NumberInput({ name, schema, value, isReadOnly, onChange }: Props) {
  const shown = value === undefined || value === null ? "" : String(value);
  return (
    <Input
      // Typed texts that are no number yet stay in the field.
      key={`${name}-${typeof value === "string" ? value : ""}`}
      inputMode="decimal"
      defaultValue={shown}
      disabled={isReadOnly}
      placeholder={schema.default === undefined ? "Not set" : `${String(schema.default)} (default)`}
      onChange={(event) => {
        const text = event.target.value.trim();
        const number = Number(text);
        if (text === "") onChange(undefined);
        else if (Number.isFinite(number)) onChange(number);
      }}
      onBlur={(event) => {
        const text = event.target.value.trim();
        if (text.includes("{{")) onChange(text);
      }}
    />
  );
}

const isPlain = (value: Json | undefined) => value === undefined || (typeof value !== "object" && !String(value).includes("{{"));

function isFlat(value: Json | undefined): boolean {
  if (value === undefined) return true;
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every((one) => typeof one !== "object" || one === null);
}

function placeholderOf({ examples, default: fallback }: Schema): string | undefined {
  const shown = fallback ?? examples?.[0];
  if (shown === undefined) return undefined;
  return typeof shown === "string" ? shown : JSON.stringify(shown);
}
