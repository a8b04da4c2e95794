import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { CircleHelp, SearchX } from "lucide-react";
import { useDeferredValue } from "react";
import { approvalsQuery, type ApprovalsSearch } from "@/api/approvals";
import { Bar } from "@/app/bar";
import { changed } from "@/app/sought";
import { Button } from "@/parts/button";
import { FIND_FLOW, FindOne, FindText, SINCE } from "@/parts/find";
import { FlowSelect } from "@/parts/flow-select";
import { Segmented } from "@/parts/segmented";
import { Empty, Failed, SkeletonPanels } from "@/parts/states";
import { plural } from "@/parts/time";
import { Question } from "./question";

const SHOWN = [
  { value: "pending", label: "Waiting" },
  { value: "all", label: "All" },
] as const;

const DUE = { hour: "Within an hour", day: "Within a day", week: "Within a week" } as const;
const ASKED = { ...SINCE, earlier: "Over a day ago" } as const;

/** What runs ask a person, the newest first. */
export function ApprovalsPage() {
  const search = useSearch({ from: "/approvals" });
  const navigate = useNavigate({ from: "/approvals" });
  const look = (change: Partial<Record<keyof ApprovalsSearch, string>>) => void navigate({ search: changed(search, change), replace: true });
  const shown = search.show ?? "pending";
  const isFiltered = Object.keys(search).some((name) => name !== "show");
  const found = useInfiniteQuery(approvalsQuery(useDeferredValue(search)));
  const total = found.data?.pages[0]?.total ?? 0;
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Bar crumbs={[{ label: "Approvals" }]} />
      <main className="min-h-0 flex-1 overflow-y-auto">
        <search aria-label="Which approvals" className="sticky top-0 z-1 flex flex-wrap items-center gap-2 border-b border-line bg-bg px-4 py-2">
          <Segmented label="Show" value={shown} options={SHOWN} onChange={(word) => look({ show: word === "all" ? word : "" })} />
          <FlowSelect className={FIND_FLOW} value={search.flow ?? ""} onChange={(flow) => look({ flow })} />
          <FindOne label="Due" any="Any deadline" options={DUE} value={search.due} onChange={(due) => look({ due })} />
          <FindOne label="Asked" any="At any time" options={ASKED} value={search.asked} onChange={(asked) => look({ asked })} />
          <FindText placeholder="Question, listener or flow" value={search.text} onChange={(text) => look({ text })} />
          {total > 0 && <span className="text-xs text-text-3 tabular max-sm:hidden">{plural(total, "question")}</span>}
        </search>
        {found.isPending && <SkeletonPanels heights={[120, 120, 120]} className="max-w-180 gap-4 px-4 py-4" />}
        {found.error && !found.data && <Failed error={found.error} retry={() => void found.refetch()} />}
        {found.data && items.length === 0 && isFiltered && (
          <Empty icon={<SearchX size={20} />} title="No question matches" actions={<Button onClick={() => void navigate({ search: search.show ? { show: search.show } : {}, replace: true })}>Show all</Button>} />
        )}
        {found.data && items.length === 0 && !isFiltered && (
          <Empty icon={<CircleHelp size={20} />} title={shown === "pending" ? "Nothing waits for you" : "No run has asked anything yet"}>
            A listener with <code>handler: approval</code> stops a run until somebody has decided, here or by its link.
          </Empty>
        )}
        {items.length > 0 && (
          <ul aria-label="Approvals" className="mx-auto max-w-180 px-4 py-2">
            {items.map((approval) => (
              <Question key={approval.id} approval={approval} />
            ))}
          </ul>
        )}
        {found.hasNextPage && (
          <Button look="quiet" className="mx-auto mb-4 !flex" isBusy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            Older ones
          </Button>
        )}
      </main>
    </>
  );
}
