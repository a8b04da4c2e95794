import { Link } from "@tanstack/react-router";
import { CircleAlert, RotateCw } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { ApiError, explain, passes } from "@/api/error";
import { Button } from "./button";
import { duration } from "./time";

/** How long before what failed is tried again by itself, in milliseconds. */
const AGAIN_MS = 5_000;

/** Nothing is here, and what to do about it. */
export function Empty({ icon, title, children, actions }: { icon: ReactNode; title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="mx-auto flex max-w-100 flex-col items-center gap-2 px-4 py-16 text-center">
      <div className="mb-2 flex size-10 items-center justify-center rounded-lg border border-line bg-surface text-text-3">{icon}</div>
      <h2 className="text-base">{title}</h2>
      {children && <div className="text-text-2">{children}</div>}
      {actions && <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}

/** Something failed: what the server said, and a way to try again. What may pass is tried again by itself. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const againMs = useAgain(error, retry);
  const refusal = error instanceof ApiError && (error.status === 403 || error.status === 404) ? error.status : null;
  const requestId = error instanceof ApiError && refusal === null ? error.requestId : null;
  return (
    <div role="alert" className="mx-auto flex w-full max-w-120 flex-col items-center gap-2 px-4 py-16 text-center">
      <CircleAlert size={20} className="text-failed" aria-hidden />
      <p className="text-base break-words">{explain(error)}</p>
      {requestId && <p className="font-mono text-xs text-text-3">request {requestId}</p>}
      {refusal !== null && <p className="text-text-2">{refusal === 404 ? "It may have been deleted, or it is somebody else's." : "Another token may do it: sign out under Settings, Profile, and in with that one."}</p>}
      {againMs !== null && <p className="text-text-2">It is tried again by itself{againMs > AGAIN_MS ? ` in ${duration(againMs)}` : ""}.</p>}
      <div className="mt-2 flex flex-wrap justify-center gap-2">
        {refusal !== null && (
          <Link to="/" className="inline-flex h-7 items-center rounded-md border border-line-strong bg-raised px-2.5 font-medium hover:bg-hover">
            Go to the flows
          </Link>
        )}
        {retry && (
          <Button icon={<RotateCw size={16} />} onClick={retry}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}

/** Tries again what may pass by itself, no sooner than the server wishes; null where nothing is tried. */
export function useAgain(error: unknown, retry: (() => void) | undefined): number | null {
  const wishedMs = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
  const againMs = retry && passes(error) ? Math.max(AGAIN_MS, wishedMs) : null;
  useEffect(() => {
    if (againMs === null || !retry) return;
    const timer = setTimeout(retry, againMs);
    return () => clearTimeout(timer);
    // The same failure once more is another error, and waits anew.
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `retry` is written anew at every drawing
  }, [error, againMs]);
  return againMs;
}

/** Rows that will be there in a moment, as high as they will be. */
export function SkeletonRows({ count = 6, height = 44 }: { count?: number; height?: number }) {
  return (
    <div aria-busy="true" aria-label="Loading" role="status" className="flex flex-col">
      {Array.from({ length: count }, (_, row) => (
        <div key={row} className="flex items-center gap-4 border-b border-line px-4" style={{ height }}>
          <span className="skeleton size-4" />
          <span className="skeleton h-3 w-40" />
          <span className="skeleton ml-auto h-3 w-24" />
        </div>
      ))}
    </div>
  );
}

/** Panels that will be there in a moment, as high as they will be; the class is the page's column. */
export function SkeletonPanels({ heights, className }: { heights: number[]; className: string }) {
  return (
    <div aria-busy="true" aria-label="Loading" role="status" className={`mx-auto flex w-full flex-col ${className}`}>
      {heights.map((height, place) => (
        // oxlint-disable-next-line react/no-array-index-key -- panels that are not there have no name
        <div key={place} className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-4" style={{ height }}>
          <span className="skeleton h-4 w-1/3" />
          {height > 90 && <span className="skeleton h-3 w-2/3" />}
        </div>
      ))}
    </div>
  );
}
