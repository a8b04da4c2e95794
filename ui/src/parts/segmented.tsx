import type { KeyboardEvent } from "react";

interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly { value: NoInfer<T>; label: string }[];
  onChange: (value: NoInfer<T>) => void;
}

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** One of a few, all in sight. Tab comes to the chosen one, the arrow keys choose. */
export function Segmented<T extends string>({ label, value, options, onChange }: Props<T>) {
  const chosen = options.findIndex((option) => option.value === value);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const place = (chosen + step + options.length) % options.length;
    const next = options[place];
    if (next) onChange(next.value);
    event.currentTarget.querySelectorAll<HTMLElement>("[role=radio]")[place]?.focus();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- its radios take the focus
    <div role="radiogroup" aria-label={label} onKeyDown={onKeyDown} className="flex h-7 shrink-0 items-center rounded-md border border-line bg-bg p-px">
      {options.map((option, place) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={value === option.value}
          tabIndex={place === Math.max(0, chosen) ? 0 : -1}
          onClick={() => onChange(option.value)}
          className="h-full rounded-[5px] border border-transparent px-2 whitespace-nowrap text-text-2 transition-colors duration-100 hover:text-text aria-checked:border-line-strong aria-checked:bg-raised aria-checked:text-text"
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
