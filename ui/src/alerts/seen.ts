import { create } from "zustand";
import type { Alert } from "@/api/types";

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

/** Alerts that came after what was looked at. */
export const unseen = (alerts: Alert[], at: string): Alert[] => alerts.filter((alert) => alert.at > at);
