import { useEffect, useRef, useState } from "react";
import { parseDocument, stringify } from "yaml";
import type { Json } from "@/api/types";
import { CodeField } from "@/parts/code/code-field";
import type { Known } from "@/parts/code/expressions";

interface Props {
  label: string;
  value: Json | undefined;
  isReadOnly: boolean;
  known?: Known[];
  placeholder?: string | undefined;
  onChange(value: Json | undefined): void;
}

/** Any value, written as YAML; what cannot be read yet stays in the field and goes nowhere. */
export function YamlField({ label, value, isReadOnly, known, placeholder, onChange }: Props) {
  const [text, setText] = useState(() => written(value));
  const [error, setError] = useState<string | null>(null);
  const last = useRef(JSON.stringify(value));

  useEffect(() => {
    const fresh = JSON.stringify(value);
    if (fresh === last.current) return;
    last.current = fresh;
    setText(written(value));
    setError(null);
  }, [value]);

  const type = (typed: string) => {
    setText(typed);
    const { errors, value: read } = readValue(typed);
    setError(errors);
    if (errors !== null) return;
    last.current = JSON.stringify(read);
    onChange(read);
  };

  return (
    <>
      <CodeField
        label={label}
        language="yaml"
        value={text}
        isReadOnly={isReadOnly}
        minLines={2}
        placeholder={placeholder}
        {...(known ? { known } : {})}
        onChange={type}
      />
      {error && (
        <p role="alert" className="text-xs text-failed">
          {error}
        </p>
      )}
    </>
  );
}

function written(value: Json | undefined): string {
  return value === undefined ? "" : stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }).replace(/\n$/, "");
}

function readValue(text: string): { errors: string | null; value: Json | undefined } {
  if (text.trim() === "") return { errors: null, value: undefined };
  const document = parseDocument(text);
  const message = document.errors[0]?.message.split(" at line ")[0] ?? null;
  return { errors: message, value: message === null ? (document.toJS() as Json) : undefined };
}
