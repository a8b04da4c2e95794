import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { flowQuery } from "@/api/flows";
import { Bar } from "@/app/bar";
import { Failed } from "@/parts/states";
import { Editor } from "./editor";

/** The editor of one flow. */
export function EditorPage() {
  const { flowId } = useParams({ from: "/flows/$flowId" });
  const flow = useQuery(flowQuery(flowId));
  if (flow.data) return <Editor key={flowId} answer={flow.data} />;
  return (
    <>
      <Bar crumbs={[{ label: "Flows", to: "/" }, { label: flow.error ? "Not there" : "Loading" }]} />
      <main className="min-h-0 flex-1">
        {flow.error ? (
          <Failed error={flow.error} retry={() => void flow.refetch()} />
        ) : (
          <div role="status" aria-label="Loading" className="flex h-full">
            <div className="w-56 border-r border-line bg-surface max-sm:hidden" />
            <div className="flex flex-1 items-center justify-center gap-20">
              <span className="skeleton h-16 w-58 !rounded-lg" />
              <span className="skeleton h-16 w-58 !rounded-lg max-sm:hidden" />
            </div>
            <div className="w-95 border-l border-line bg-surface max-lg:hidden" />
          </div>
        )}
      </main>
    </>
  );
}
