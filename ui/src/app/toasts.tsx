import { CircleAlert, CircleCheck, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
import { create } from "zustand";
import { explain } from "@/api/error";
import { Ticked } from "@/parts/ticked";

/** How long a toast stays, in milliseconds; one with an action, longer. */
const STAYS_MS = { plain: 4_000, action: 7_000 };

interface Toast {
  id: number;
  tone: "done" | "warned" | "failed";
  text: string;
  action?: { label: string; run(): void };
}

interface Toasts {
  list: Toast[];
  show(toast: Omit<Toast, "id">): void;
  close(id: number): void;
}

const MARKS: Record<Toast["tone"], ReactNode> = {
  done: <CircleCheck size={16} className="mt-0.5 shrink-0 text-success" aria-hidden />,
  warned: <TriangleAlert size={16} className="mt-0.5 shrink-0 text-waiting" aria-hidden />,
  failed: <CircleAlert size={16} className="mt-0.5 shrink-0 text-failed" aria-hidden />,
};

let next = 0;

const useToasts = create<Toasts>((set, get) => ({
  list: [],
  show(toast) {
    next += 1;
    const id = next;
    set({ list: [...get().list.slice(-3), { ...toast, id }] });
    setTimeout(() => get().close(id), toast.action ? STAYS_MS.action : STAYS_MS.plain);
  },
  close(id) {
    set({ list: get().list.filter((toast) => toast.id !== id) });
  },
}));

/** Says that something is done, perhaps with a way back. */
export function say(text: string, action?: Toast["action"]): void {
  useToasts.getState().show({ tone: "done", text, ...(action ? { action } : {}) });
}

/** Says why something failed. */
export function sayFailure(error: unknown): void {
  useToasts.getState().show({ tone: "failed", text: explain(error) });
}

/** Tells of something that somebody should know. */
export function warn(text: string, action: Toast["action"]): void {
  useToasts.getState().show({ tone: "warned", text, ...(action ? { action } : {}) });
}

export function ToastShelf() {
  const { list, close } = useToasts();
  return (
    <section
      aria-label="Notices"
      aria-live="polite"
      className="pointer-events-none fixed right-4 bottom-4 z-60 flex w-90 max-w-[calc(100vw-2rem)] flex-col gap-2"
    >
      {list.map((toast) => (
        <div
          key={toast.id}
          role={toast.tone === "failed" ? "alert" : "status"}
          className="appear pointer-events-auto flex items-start gap-2 rounded-lg border border-line-strong bg-raised px-3 py-2"
        >
          {MARKS[toast.tone]}
          <p className="min-w-0 flex-1 break-words">
            <Ticked text={toast.text} />
          </p>
          {toast.action && (
            <button
              type="button"
              className="shrink-0 font-medium text-accent-text hover:underline"
              onClick={() => {
                toast.action?.run();
                close(toast.id);
              }}
            >
              {toast.action.label}
            </button>
          )}
          <button type="button" aria-label="Close notice" className="mt-0.5 text-text-3 hover:text-text" onClick={() => close(toast.id)}>
            <X size={16} />
          </button>
        </div>
      ))}
    </section>
  );
}
