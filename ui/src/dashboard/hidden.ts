import { create } from "zustand";
import { sayFailure } from "@/app/toasts";

/** How long a deletion can be taken back, in milliseconds. */
const REGRET_MS = 7_000;

interface Hidden {
  ids: Set<string>;
}

export const useHidden = create<Hidden>(() => ({ ids: new Set() }));

/**
 * Deletions that can still be taken back: the row is gone at once, the flow a little later.
 *
 * Who closes the page within that time has not deleted: losing nothing is the better mistake.
 */
export const hidden = {
  /** Hides now and does `act` later; what it answers takes it back. */
  hide(id: string, act: () => Promise<void>): () => void {
    const timer = setTimeout(() => {
      act()
        .catch(sayFailure)
        .finally(() => show(id));
    }, REGRET_MS);
    useHidden.setState(({ ids }) => ({ ids: new Set(ids).add(id) }));
    return () => {
      clearTimeout(timer);
      show(id);
    };
  },
};

function show(id: string): void {
  useHidden.setState(({ ids }) => {
    const rest = new Set(ids);
    rest.delete(id);
    return { ids: rest };
  });
}
