import type { Json, Schema } from "@/api/types";
import type { Known } from "@/parts/code/expressions";
import { SchemaField } from "./schema-field";

interface Props {
  schema: Schema;
  values: Record<string, Json>;
  known: Known[];
  isReadOnly: boolean;
  /** Sets a value, or takes it out when it is undefined. */
  onChange(key: string, value: Json | undefined): void;
  /** Keys that another part of the form shows. */
  except?: string[];
}

/** A form made from the schema of a handler's settings. */
export function SchemaForm({ schema, values, known, isReadOnly, onChange, except = [] }: Props) {
  const fields = Object.entries(schema.properties ?? {}).filter(([key]) => !except.includes(key));
  const required = schema.required ?? [];
  const extra = Object.keys(values).filter((key) => !(key in (schema.properties ?? {})) && !except.includes(key));
  return (
    <div className="flex flex-col gap-4">
      {fields.map(([key, one]) => (
        <SchemaField
          key={key}
          name={key}
          schema={one}
          value={values[key]}
          isRequired={required.includes(key)}
          isReadOnly={isReadOnly}
          known={known}
          onChange={(value) => onChange(key, value)}
        />
      ))}
      {extra.length > 0 && <p className="text-xs text-text-3">Also in the text: {extra.join(", ")}</p>}
    </div>
  );
}
