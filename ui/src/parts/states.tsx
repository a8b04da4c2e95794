import { Link } from "@tanstack/react-router";
import { CircleAlert, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError, explain } from "@/api/error";
import { Button } from "./button";

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

/** Something failed: what the server said, and a way to try again. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const refusal = error instanceof ApiError && (error.status === 403 || error.status === 404) ? error.status : null;
  const requestId = error instanceof ApiError && refusal === null ? error.requestId : null;
  return (
    <div role="alert" className="mx-auto flex w-full max-w-120 flex-col items-center gap-2 px-4 py-16 text-center">
      <CircleAlert size={20} className="text-failed" aria-hidden />
      <p className="text-base break-words">{explain(error)}</p>
      {requestId && <p className="font-mono text-xs text-text-3">request {requestId}</p>}
      {refusal !== null && <p className="text-text-2">{refusal === 404 ? "It may have been deleted, or it is somebody else's." : "Another token, or whoever runs this server, may do it."}</p>}
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

/** Rows that will be there in a moment. */
export function SkeletonRows({ count = 6 }: { count?: number }) {
  return (
    <div aria-busy="true" aria-label="Loading" role="status" className="flex flex-col">
      {Array.from({ length: count }, (_, row) => (
        <div key={row} className="flex h-11 items-center gap-4 border-b border-line px-4">
          <span className="skeleton size-4" />
          <span className="skeleton h-3 w-40" />
          <span className="skeleton ml-auto h-3 w-24" />
        </div>
      ))}
    </div>
  );
}
