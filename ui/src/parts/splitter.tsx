import { type PointerEvent, useState } from "react";

interface Options {
  /** Under which name the size is remembered. */
  name: string;
  initial: number;
  least: number;
  most: number;
}

/** A size in pixels that a person may change and that this browser remembers. */
export function useSize({ name, initial, least, most }: Options) {
  const key = `blox.size.${name}`;
  const clamp = (size: number) => Math.min(most, Math.max(least, size));
  const [size, setSize] = useState(() => clamp(Number(localStorage.getItem(key)) || initial));
  const change = (wished: number) => {
    const fresh = clamp(wished);
    setSize(fresh);
    localStorage.setItem(key, String(fresh));
  };
  return { size, change, least, most };
}

interface SplitterProps {
  label: string;
  /** Which side of the splitter has the size. */
  side: "left" | "right" | "bottom";
  size: ReturnType<typeof useSize>;
}

/** The line between two parts, to drag or to move with the arrow keys. */
export function Splitter({ label, side, size }: SplitterProps) {
  const isFlat = side === "bottom";
  const sign = side === "left" ? 1 : -1;
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    event.preventDefault();
    const start = { at: isFlat ? event.clientY : event.clientX, size: size.size };
    const target = event.currentTarget;
    target.setPointerCapture(event.pointerId);
    const move = (moved: globalThis.PointerEvent) => size.change(start.size + sign * ((isFlat ? moved.clientY : moved.clientX) - start.at));
    target.addEventListener("pointermove", move);
    target.addEventListener("pointerup", () => target.removeEventListener("pointermove", move), { once: true });
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/prefer-tag-over-role -- a separator that can be moved is a control
    <div
      role="separator"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={label}
      aria-orientation={isFlat ? "horizontal" : "vertical"}
      aria-valuenow={size.size}
      aria-valuemin={size.least}
      aria-valuemax={size.most}
      onPointerDown={drag}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -16, ArrowUp: -16, ArrowRight: 16, ArrowDown: 16 }[event.key];
        if (step) size.change(size.size + sign * step);
      }}
      className={`group relative z-5 shrink-0 touch-none ${isFlat ? "h-0 w-full cursor-row-resize" : "h-full w-0 cursor-col-resize"}`}
    >
      <span className={`absolute ${isFlat ? "-inset-y-1 inset-x-0" : "-inset-x-1 inset-y-0"}`} />
      <span
        className={`absolute bg-accent opacity-0 transition-opacity group-hover:opacity-100 group-focus-visible:opacity-100 ${isFlat ? "inset-x-0 -top-px h-0.5" : "inset-y-0 -left-px w-0.5"}`}
      />
    </div>
  );
}
