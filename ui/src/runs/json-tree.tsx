import { clsx } from "clsx";
import { ChevronRight } from "lucide-react";
import { useMemo, useState } from "react";
import type { Json } from "@/api/types";
import { CopyButton } from "@/parts/copy";
import { Input } from "@/parts/input";

/** Lists longer than this begin closed, and show so many at first. */
const MANY = 50;
/** From this many characters on there is a search field. */
const LONG = 600;

interface Props {
  label: string;
  value: Json;
  /** What paths begin with, such as `input`. */
  root?: string;
}

/** A payload as a tree: to search, to fold, to copy a value or its path. */
export function Payload({ label, value, root = "input" }: Props) {
  const [isRaw, setRaw] = useState(false);
  const [search, setSearch] = useState("");
  const text = useMemo(() => JSON.stringify(value, null, 2) ?? "null", [value]);
  return (
    <section aria-label={label} className="flex min-w-0 flex-col gap-1">
      <header className="flex h-7 items-center gap-1">
        <h3 className="text-xs font-medium text-text-2">{label}</h3>
        <span className="text-xs text-text-3 tabular">{size(text.length)}</span>
        <div className="ml-auto flex">
          <button type="button" className="h-7 rounded-md px-2 text-xs text-text-3 hover:bg-hover hover:text-text" onClick={() => setRaw(!isRaw)}>
            {isRaw ? "Tree" : "Raw"}
          </button>
          <CopyButton text={typeof value === "string" ? value : text} label={`Copy ${label.toLowerCase()}`} />
        </div>
      </header>
      {text.length > LONG && !isRaw && (
        <Input type="search" aria-label={`Search in ${label.toLowerCase()}`} placeholder="Search" value={search} onChange={(event) => setSearch(event.target.value)} className="!h-7" />
      )}
      <div className="max-h-96 overflow-auto rounded-md border border-line bg-bg p-2 font-mono text-xs">
        {isRaw || typeof value === "string" ? (
          <pre className="break-words whitespace-pre-wrap">{typeof value === "string" ? value : text}</pre>
        ) : (
          <Root value={value} path={root} search={search.toLowerCase()} />
        )}
      </div>
    </section>
  );
}

/** The outermost value has no line of its own: its fields are what one came for. */
function Root({ value, path, search }: { value: Json; path: string; search: string }) {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (entries.length === 0 || entries.length > MANY) return <Branch name={null} value={value} path={path} depth={0} search={search} />;
  const isList = Array.isArray(value);
  return entries.map(([key, one]) => (
    <Branch key={key} name={key} value={one} path={isList ? `${path}[${key}]` : `${path}.${key}`} depth={1} search={search} />
  ));
}

interface BranchProps {
  name: string | null;
  value: Json;
  path: string;
  depth: number;
  search: string;
}

function Branch({ name, value, path, depth, search }: BranchProps) {
  const isHit = search !== "" && `${name ?? ""} ${typeof value === "object" ? "" : String(value)}`.toLowerCase().includes(search);
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : null;
  const isLong = (entries?.length ?? 0) > MANY;
  const [isOpen, setOpen] = useState(depth < 2 && !isLong);
  const [shown, setShown] = useState(MANY);
  const hasHit = search !== "" && entries !== null && JSON.stringify(value).toLowerCase().includes(search);
  if (!entries) {
    return (
      <p className={clsx("group flex items-start gap-1 rounded-sm pl-4 leading-5", isHit && "bg-waiting-soft")} title={path}>
        {name !== null && <span className="shrink-0 text-[color:var(--code-key)]">{name}:</span>}
        <Leaf value={value} />
      </p>
    );
  }
  const open = isOpen || hasHit;
  const isList = Array.isArray(value);
  return (
    <div>
      <button type="button" aria-expanded={open} title={path} onClick={() => setOpen(!open)} className={clsx("flex items-center gap-0.5 rounded-sm leading-5 hover:bg-hover", isHit && "bg-waiting-soft")}>
        <ChevronRight size={14} className={clsx("shrink-0 text-text-3 transition-transform duration-100", open && "rotate-90")} />
        {name !== null && <span className="text-[color:var(--code-key)]">{name}:</span>}
        <span className="pl-1 text-text-3">
          {isList ? `[${entries.length}]` : entries.length === 0 ? "{}" : open ? "" : `{${Object.keys(value ?? {}).slice(0, 4).join(", ")}${entries.length > 4 ? ", …" : ""}}`}
        </span>
      </button>
      {open && (
        <div className="ml-[6px] border-l border-line pl-2">
          {entries.slice(0, shown).map(([key, one]) => (
            <Branch key={key} name={key} value={one} path={isList ? `${path}[${key}]` : `${path}.${key}`} depth={depth + 1} search={search} />
          ))}
          {entries.length > shown && (
            <button type="button" className="pl-4 text-accent-text hover:underline" onClick={() => setShown(shown + MANY * 4)}>
              {entries.length - shown} more
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Leaf({ value }: { value: Json }) {
  if (typeof value === "string") return <span className="min-w-0 break-words whitespace-pre-wrap text-[color:var(--code-string)]">"{value}"</span>;
  return <span className={value === null ? "text-text-3" : "text-[color:var(--code-number)]"}>{String(value)}</span>;
}

function size(characters: number): string {
  return characters < 1_000 ? `${characters} B` : `${(characters / 1_000).toFixed(1)} kB`;
}
