import { clsx } from "clsx";
import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Tip } from "./tip";

type Look = "primary" | "plain" | "quiet" | "danger";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  icon?: ReactNode;
  isBusy?: boolean;
}

const LOOKS: Record<Look, string> = {
  primary: "bg-accent-fill text-on-accent hover:bg-accent-fill-hover border-transparent",
  plain: "bg-raised text-text border-line-strong hover:bg-hover",
  quiet: "border-transparent text-text-2 hover:bg-hover hover:text-text",
  danger: "border-line-strong bg-raised text-failed hover:bg-failed-soft",
};

export function Button({ look = "plain", icon, isBusy, className, children, disabled, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || isBusy}
      aria-busy={isBusy || undefined}
      className={clsx(
        "inline-flex h-7 shrink-0 items-center justify-center gap-1.5 rounded-md border px-2.5 text-sm font-medium whitespace-nowrap transition-colors duration-100",
        "disabled:opacity-50",
        LOOKS[look],
        className,
      )}
    >
      {icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<Props, "children" | "icon"> {
  label: string;
  shortcut?: string;
  children: ReactNode;
}

/** A button that is an icon: its label is read aloud and shown as a tip. */
export function IconButton({ label, shortcut, look = "quiet", className, children, ...rest }: IconButtonProps) {
  return (
    <Tip label={label} shortcut={shortcut}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={clsx(
          "inline-flex size-7 shrink-0 items-center justify-center rounded-md border transition-colors duration-100 disabled:opacity-40",
          LOOKS[look],
          className,
        )}
      >
        {children}
      </button>
    </Tip>
  );
}
