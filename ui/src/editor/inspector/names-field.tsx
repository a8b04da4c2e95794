import { X } from "lucide-react";
import { Select } from "@/parts/input";
import { Ticked } from "@/parts/ticked";

interface Props {
  label: string;
  hint?: string;
  names: string[];
  /** Who could be added. */
  choices: string[];
  isReadOnly: boolean;
  onChange(names: string[]): void;
}

/** Listeners by name: the same edges that the canvas draws. */
export function NamesField({ label, hint, names, choices, isReadOnly, onChange }: Props) {
  const left = choices.filter((name) => !names.includes(name));
  return (
    <div className="flex flex-col gap-1">
      <span aria-hidden className="text-xs font-medium text-text-2">
        {label}
      </span>
      <div className="flex flex-wrap gap-1">
        {names.map((name) => (
          <span key={name} className="inline-flex h-6 max-w-full items-center gap-1 rounded-md border border-line-strong bg-bg pr-0.5 pl-2">
            <span className="truncate">{name}</span>
            <button
              type="button"
              aria-label={`Remove ${name} from ${label.toLowerCase()}`}
              disabled={isReadOnly}
              className="rounded-sm p-0.5 text-text-3 hover:bg-hover hover:text-text disabled:opacity-40"
              onClick={() => onChange(names.filter((one) => one !== name))}
            >
              <X size={12} />
            </button>
          </span>
        ))}
        {!isReadOnly && left.length > 0 && (
          <Select aria-label={`Add to ${label.toLowerCase()}`} value="" className="!h-6 !w-auto !text-xs text-text-2" onChange={(event) => onChange([...names, event.target.value])}>
            <option value="">Add…</option>
            {left.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
        )}
        {isReadOnly && names.length === 0 && <span className="text-text-3">Nobody</span>}
      </div>
      {hint && <p className="text-xs text-text-3"><Ticked text={hint} /></p>}
    </div>
  );
}
