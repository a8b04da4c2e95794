import { create } from "zustand";

export type Theme = "dark" | "light" | "system";

const KEY = "blox.theme";
const system = typeof matchMedia === "undefined" ? null : matchMedia("(prefers-color-scheme: light)");

interface ThemeState {
  theme: Theme;
  choose(theme: Theme): void;
}

export const useTheme = create<ThemeState>((set) => ({
  theme: read(),
  choose(theme) {
    localStorage.setItem(KEY, theme);
    paint(theme);
    set({ theme });
  },
}));

system?.addEventListener("change", () => paint(useTheme.getState().theme));

function read(): Theme {
  const kept = typeof localStorage === "undefined" ? null : localStorage.getItem(KEY);
  return kept === "light" || kept === "system" ? kept : "dark";
}

function paint(theme: Theme): void {
  const isLight = theme === "light" || (theme === "system" && system?.matches === true);
  document.documentElement.dataset["theme"] = isLight ? "light" : "dark";
}
