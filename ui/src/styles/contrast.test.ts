import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("./theme.css", import.meta.url), "utf8");

function colours(theme: string): Record<string, string> {
  const block = new RegExp(`data-theme="${theme}"\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? "";
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((hit) => [hit[1], hit[2]]));
}

function luminance(hex: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].toSorted((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const texts = ["text", "text-2", "text-3", "accent-text", "running", "waiting", "success", "failed", "stopped"];
const codes = ["code-string", "code-number", "code-key", "code-comment", "code-expression"];
const pairs = [
  ...texts.flatMap((text) => ["bg", "surface", "raised", "hover"].map((ground) => [text, ground])),
  ...codes.flatMap((text) => ["bg", "surface"].map((ground) => [text, ground])),
  ...["running", "waiting", "success", "failed", "stopped"].map((state) => [state, `${state}-soft`]),
  ["on-accent", "accent-fill"],
  ["on-accent", "accent-fill-hover"],
  ["accent-text", "accent-soft"],
  ["text", "accent-soft"],
];

describe.each(["dark", "light"])("the %s theme", (theme) => {
  const palette = colours(theme);
  it.each(pairs)("reads %s on %s (AA, 4.5)", (text, ground) => {
    expect(contrast(palette[text ?? ""] ?? "", palette[ground ?? ""] ?? "")).toBeGreaterThanOrEqual(4.5);
  });
  it.each(["bg", "surface", "raised"])("shows the focus ring on %s (3)", (ground) => {
    expect(contrast(palette["accent"] ?? "", palette[ground] ?? "")).toBeGreaterThanOrEqual(3);
  });
});
