import { Search } from "lucide-react";
import { Input, Select } from "./input";

const BOX = "!h-7 max-sm:min-w-28 max-sm:!flex-1";

/** The text of what is looked for. */
export function FindText({ value, placeholder, onChange }: { value: string | undefined; placeholder: string; onChange(text: string): void }) {
  return (
    <span className="relative min-w-40 flex-1 max-sm:basis-full">
      <Search size={14} className="pointer-events-none absolute top-[7px] left-2 text-text-3" aria-hidden />
      <Input type="search" aria-label="Text" placeholder={placeholder} maxLength={200} className="!h-7 pl-7" value={value ?? ""} onChange={(event) => onChange(event.target.value)} />
    </span>
  );
}

interface FindOneProps<T extends string> {
  label: string;
  /** What stands there while nothing is chosen. */
  any: string;
  options: Partial<Record<T, string>>;
  value: T | undefined;
  onChange(word: T | ""): void;
}

/** One of some words, or any. */
export function FindOne<T extends string>({ label, any, options, value, onChange }: FindOneProps<T>) {
  return (
    <Select aria-label={label} className={`${BOX} !w-36`} value={value ?? ""} onChange={(event) => onChange(event.target.value as T | "")}>
      <option value="">{any}</option>
      {Object.entries<string | undefined>(options).map(([word, said]) => (
        <option key={word} value={word}>
          {said}
        </option>
      ))}
    </Select>
  );
}

/** The class of a flow's box beside them. */
export const FIND_FLOW = `${BOX} !w-44`;

/** How long ago, as the box says it. */
export const SINCE = { hour: "The last hour", day: "The last day", week: "The last week" } as const;
