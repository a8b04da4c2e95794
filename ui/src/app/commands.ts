import { type ReactNode, useEffect, useId } from "react";
import { create } from "zustand";

/** Something that a person can do here: found in the palette, and by its shortcut where it has one. */
export interface Command {
  title: string;
  group: string;
  icon?: ReactNode;
  /** `Mod+K`, `Shift+1`, or two keys in a row: `G F`. */
  shortcut?: string;
  /** Words that find it besides its title. */
  words?: string;
  /** Whether it is for the keyboard alone and stays out of the palette. */
  isHidden?: boolean;
  run(): void;
}

interface Commands {
  sources: Map<string, Command[]>;
  isPaletteOpen: boolean;
  isHelpOpen: boolean;
  open(what: "palette" | "help", isOpen: boolean): void;
}

export const useCommandStore = create<Commands>((set) => ({
  sources: new Map(),
  isPaletteOpen: false,
  isHelpOpen: false,
  open(what, isOpen) {
    set(what === "palette" ? { isPaletteOpen: isOpen } : { isHelpOpen: isOpen });
  },
}));

/** All commands there are at the moment, those of the innermost place first. */
export function allCommands(sources: Map<string, Command[]>): Command[] {
  return [...sources.values()].toReversed().flat();
}

/** Offers commands while the component is on the screen. */
export function useCommands(commands: Command[]): void {
  const id = useId();
  useEffect(() => {
    useCommandStore.setState(({ sources }) => ({ sources: new Map(sources).set(id, commands) }));
  });
  useEffect(
    () => () => {
      useCommandStore.setState(({ sources }) => {
        const rest = new Map(sources);
        rest.delete(id);
        return { sources: rest };
      });
    },
    [id],
  );
}
