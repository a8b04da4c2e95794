import { create } from "zustand";

const KEY = "blox.alerts.seen";

interface SeenState {
  /** When the newest alert was found that this browser's person has looked at. */
  at: string;
  see(newest: string): void;
}

/** Which alerts were looked at, in this browser. */
export const useSeenAlerts = create<SeenState>((set, get) => ({
  at: localStorage.getItem(KEY) ?? "",
  see(newest) {
    if (newest <= get().at) return;
    localStorage.setItem(KEY, newest);
    set({ at: newest });
  },
}));

/** What came after what was looked at. */
export const unseen = <T extends { at: string }>(news: T[], at: string): T[] => news.filter((one) => one.at > at);
