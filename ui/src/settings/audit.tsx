import { useInfiniteQuery } from "@tanstack/react-query";
import { auditQuery } from "@/api/operation";
import type { AuditEntry } from "@/api/types";
import { Button } from "@/parts/button";
import { Failed, SkeletonRows } from "@/parts/states";
import { Ago } from "@/parts/time";
import { Section } from "./section";

/** What was changed in one's name, whoever did it. */
export function Audit() {
  const found = useInfiniteQuery(auditQuery);
  const entries = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section id="audit" title="Changes" about="Everything that was changed in your name: in the browser, by your tokens, or by an operator. What you do not recognise is a reason to revoke a token.">
      {found.isPending && <SkeletonRows count={4} />}
      {found.error && !found.data && <Failed error={found.error} retry={() => void found.refetch()} />}
      {found.data && entries.length === 0 && <p className="text-text-3">Nothing was changed yet.</p>}
      {entries.length > 0 && (
        <ul aria-label="Changes" className="flex flex-col">
          {entries.map((entry) => (
            <Change key={entry.id} entry={entry} />
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <Button look="quiet" className="self-start" isBusy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Older ones
        </Button>
      )}
    </Section>
  );
}

function Change({ entry }: { entry: AuditEntry }) {
  const isRefused = entry.status >= 400;
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 border-b border-line py-1.5">
      <span className={isRefused ? "text-text-3" : ""}>{words(entry.action)}</span>
      {isRefused && <span className="text-xs text-failed">{entry.status >= 500 ? "perhaps" : "refused"}</span>}
      <span className="min-w-0 flex-1 truncate font-mono text-xs text-text-3" title={entry.path}>
        {entry.path}
      </span>
      <span className="text-xs text-text-3">
        {by(entry)} <Ago at={entry.at} />
      </span>
    </li>
  );
}

/** `updateFlow` as one says it: Update flow. */
export function words(action: string): string {
  const apart = action.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`).trim();
  return apart.charAt(0).toUpperCase() + apart.slice(1);
}

function by(entry: AuditEntry): string {
  if (entry.operator) return `by ${entry.operator}, an operator,`;
  return entry.tokenId ? "by a token" : "by you";
}
