interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly { value: NoInfer<T>; label: string }[];
  onChange: (value: NoInfer<T>) => void;
}

/** One of a few, all in sight. */
export function Segmented<T extends string>({ label, value, options, onChange }: Props<T>) {
  return (
    <div role="radiogroup" aria-label={label} className="flex h-7 items-center rounded-md border border-line bg-bg p-px">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={value === option.value}
          onClick={() => onChange(option.value)}
          className="h-full rounded-[5px] px-2 text-text-2 transition-colors duration-100 hover:text-text aria-checked:bg-hover aria-checked:text-text"
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
