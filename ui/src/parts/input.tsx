import { clsx } from "clsx";
import { ChevronDown } from "lucide-react";
import type { ComponentProps, ReactNode, SelectHTMLAttributes, TextareaHTMLAttributes } from "react";
import { Ticked } from "./ticked";

const FIELD =
  "w-full rounded-md border border-line-strong bg-field px-2 transition-colors duration-100 hover:border-text-3 focus:border-accent focus:outline-none disabled:opacity-60";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input autoComplete="off" spellCheck={false} {...rest} className={clsx(FIELD, "h-8 text-sm text-text", className)} />;
}

export function TextArea({ className, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <textarea spellCheck={false} {...rest} className={clsx(FIELD, "min-h-20 resize-y py-1.5 text-sm text-text", className)} />;
}

/** The browser's own list behind a box like the others; the class is the box's. */
export function Select({ className, children, ...rest }: SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <span className={clsx("relative inline-flex h-8 w-full text-sm text-text", className)}>
      <select {...rest} className={clsx(FIELD, "h-full appearance-none truncate pr-7")}>
        {children}
      </select>
      <ChevronDown size={14} className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 text-text-3" aria-hidden />
    </span>
  );
}

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
  isRequired?: boolean;
  aside?: ReactNode;
  children: ReactNode;
}

/** A control under its label; the label encloses it, so that a click on either finds it. */
export function Field({ label, hint, error, isRequired, aside, children }: FieldProps) {
  return (
    <div className="flex flex-col gap-1">
      <label className="flex flex-col gap-1">
        <span className="flex items-center gap-1 text-xs font-medium text-text-2">
          {label}
          {isRequired && <span className="text-text-3">(required)</span>}
          {aside && <span className="ml-auto">{aside}</span>}
        </span>
        {children}
      </label>
      {error ? (
        <p role="alert" className="text-xs text-failed">
          {error}
        </p>
      ) : (
        hint && <p className="text-xs text-text-3">{typeof hint === "string" ? <Ticked text={hint} /> : hint}</p>
      )}
    </div>
  );
}
