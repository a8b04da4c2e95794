import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import type { Version } from "@/api/types";
import { restoreVersion, versionQuery, versionsQuery } from "@/api/versions";
import { FlowPage } from "@/app/flow-page";
import { say, sayFailure } from "@/app/toasts";
import { Button } from "@/parts/button";
import { DiffView } from "@/parts/diff-view";
import { Segmented } from "@/parts/segmented";
import { Failed, SkeletonRows } from "@/parts/states";
import { Ago } from "@/parts/time";
import { Tip } from "@/parts/tip";

type Against = "before" | "now";

/** Every text that the flow had: what changed in each, and a way back. */
export function VersionsPage() {
  const { flowId } = useParams({ from: "/flows/$flowId/versions" });
  const versions = useInfiniteQuery(versionsQuery(flowId));
  const all = versions.data?.pages.flatMap((page) => page.items) ?? [];
  const [chosen, choose] = useState<number | null>(null);
  const newest = all[0]?.number ?? 0;
  const number = chosen ?? newest;
  return (
    <FlowPage flowId={flowId} className="flex min-h-0 flex-1 max-md:flex-col">
      {(flow, etag) => (
        <>
          {versions.isPending && (
            <div className="w-60 shrink-0 border-r border-line max-md:w-full max-md:border-r-0">
              <SkeletonRows height={36} />
            </div>
          )}
          {versions.error && !versions.data && <Failed error={versions.error} retry={() => void versions.refetch()} />}
          {all.length > 0 && (
            <>
              <nav aria-label="Versions" className="w-60 shrink-0 overflow-y-auto border-r border-line p-2 max-md:max-h-40 max-md:w-full max-md:border-r-0 max-md:border-b">
                {all.map((version) => (
                  <Entry key={version.id} version={version} isNewest={version.number === newest} isChosen={version.number === number} onChoose={() => choose(version.number)} />
                ))}
                {versions.hasNextPage && (
                  <Button look="quiet" className="w-full" isBusy={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
                    Older ones
                  </Button>
                )}
              </nav>
              <Comparison key={number} flowId={flowId} number={number} newest={newest} etag={etag} isEditable={isEditable(flow?.status)} />
            </>
          )}
        </>
      )}
    </FlowPage>
  );
}

const isEditable = (status: string | undefined) => status === "stopped" || status === "error";

function Entry({ version, isNewest, isChosen, onChoose }: { version: Version; isNewest: boolean; isChosen: boolean; onChoose(): void }) {
  return (
    <button
      type="button"
      aria-current={isChosen}
      onClick={onChoose}
      className="flex h-9 w-full items-center gap-2 rounded-md px-2 text-left text-text-2 hover:bg-hover aria-[current=true]:bg-hover aria-[current=true]:text-text"
    >
      <span className="tabular">Version {version.number}</span>
      {isNewest && <span className="rounded-sm border border-line-strong px-1 text-xs">now</span>}
      <span className="ml-auto text-xs text-text-3">
        <Ago at={version.createdAt} />
      </span>
    </button>
  );
}

interface ComparisonProps {
  flowId: string;
  number: number;
  newest: number;
  etag: string | null;
  isEditable: boolean;
}

function Comparison({ flowId, number, newest, etag, isEditable }: ComparisonProps) {
  const [against, setAgainst] = useState<Against>("before");
  const isNewest = number === newest;
  const other = against === "now" && !isNewest ? newest : number - 1;
  const chosen = useQuery(versionQuery(flowId, number));
  const compared = useQuery({ ...versionQuery(flowId, other), enabled: other > 0 });
  const restore = useRestore(flowId, number, etag);
  const error = chosen.error ?? compared.error;
  const texts = { chosen: chosen.data?.organismYaml, other: other > 0 ? compared.data?.organismYaml : "" };
  const isForward = other > number;
  return (
    <section aria-label={`Version ${number}`} className="flex min-h-0 min-w-0 flex-1 flex-col">
      <header className="flex min-h-11 shrink-0 flex-wrap items-center gap-3 border-b border-line px-4 py-2">
        <h2 className="text-base tabular">Version {number}</h2>
        {!isNewest && (
          <Segmented
            label="Compare with"
            value={against}
            options={[
              { value: "before", label: "What it changed" },
              { value: "now", label: "What changed since" },
            ]}
            onChange={setAgainst}
          />
        )}
        {!isNewest && (
          <div className="ml-auto">
            <Tip label={isEditable ? "Its text becomes the flow's again, as a new version" : "The flow runs: stop it first"}>
              <Button icon={<RotateCcw size={14} />} aria-disabled={!isEditable} isBusy={restore.isPending} onClick={() => isEditable && restore.mutate()}>
                Restore
              </Button>
            </Tip>
          </div>
        )}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto p-4">
        {error && <Failed error={error} />}
        {!error && (texts.chosen === undefined || texts.other === undefined) && <SkeletonRows />}
        {!error && other === 0 && texts.chosen !== undefined && (
          <>
            <p className="mb-2 text-text-2">The first text of this flow</p>
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard */}
            <pre tabIndex={0} className="overflow-x-auto rounded-lg border border-line bg-surface px-3 py-2 font-mono text-xs leading-5 whitespace-pre-wrap">{texts.chosen}</pre>
          </>
        )}
        {!error && other > 0 && texts.chosen !== undefined && texts.other !== undefined && (
          <DiffView
            before={isForward ? texts.chosen : texts.other}
            after={isForward ? texts.other : texts.chosen}
            names={isForward ? { before: `version ${number}`, after: "now" } : { before: `version ${other}`, after: `version ${number}` }}
            same="The two texts are the same."
          />
        )}
      </div>
    </section>
  );
}

function useRestore(flowId: string, number: number, etag: string | null) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => restoreVersion(flowId, number, etag),
    onSuccess: async (answer) => {
      client.setQueryData(["flow", flowId], answer);
      await client.invalidateQueries({ queryKey: ["flow", flowId, "versions"] });
      say(`The text of version ${number} is the flow's again`);
      await navigate({ to: "/flows/$flowId", params: { flowId } });
    },
    onError: sayFailure,
  });
}
