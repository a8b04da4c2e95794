import type { UseQueryResult } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { explain } from "@/api/error";
import { Button, IconButton } from "@/parts/button";
import { useAgain } from "@/parts/states";

export function Section({ id, title, about, children }: { id: string; title: string; about?: ReactNode; children: ReactNode }) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} className="flex scroll-mt-6 flex-col gap-3">
      <div>
        <h2 id={`${id}-title`} className="text-lg">
          {title}
        </h2>
        {about && <p className="max-w-140 text-text-2">{about}</p>}
      </div>
      {children}
    </section>
  );
}

/** What a list of the account holds; nothing, something, or why it cannot be said. */
export function Items<T>({ query, empty, children }: { query: UseQueryResult<T[]>; empty: string; children(item: T): ReactNode }) {
  const refetch = () => void query.refetch();
  useAgain(query.error, refetch);
  if (query.isPending) return <div role="status" aria-label="Loading" className="skeleton h-11" />;
  if (query.error) {
    return (
      <div role="alert" className="flex items-center gap-3">
        <p className="text-failed">{explain(query.error)}</p>
        <Button onClick={refetch}>Try again</Button>
      </div>
    );
  }
  if (query.data.length === 0) return <p className="rounded-lg border border-dashed border-line-strong px-3 py-3 text-text-3">{empty}</p>;
  return <ul className="overflow-hidden rounded-lg border border-line bg-surface">{query.data.map(children)}</ul>;
}

export function Item({ name, about, onDelete, deleteLabel }: { name: ReactNode; about: ReactNode; onDelete(): void; deleteLabel: string }) {
  return (
    <li className="flex min-h-11 items-center gap-3 border-b border-line px-3 py-1.5 last:border-b-0">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{name}</p>
        <p className="text-xs break-words text-text-3">{about}</p>
      </div>
      <IconButton label={deleteLabel} onClick={onDelete}>
        <Trash2 size={14} />
      </IconButton>
    </li>
  );
}
