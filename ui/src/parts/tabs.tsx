interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly { value: NoInfer<T>; label: string }[];
  onChange(value: NoInfer<T>): void;
  className?: string;
}

/** Tabs over one place that shows one thing or another. */
export function Tabs<T extends string>({ label, value, options, onChange, className = "" }: Props<T>) {
  return (
    <div role="tablist" aria-label={label} className={`flex gap-1 ${className}`}>
      {options.map((one) => (
        <button
          key={one.value}
          type="button"
          role="tab"
          aria-selected={value === one.value}
          onClick={() => onChange(one.value)}
          className="h-7 rounded-md px-2.5 font-medium text-text-2 hover:bg-hover aria-selected:bg-hover aria-selected:text-text"
        >
          {one.label}
        </button>
      ))}
    </div>
  );
}
