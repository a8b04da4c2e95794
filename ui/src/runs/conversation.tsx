import { Bot, ChevronRight, CornerDownRight, User } from "lucide-react";
import type { Json } from "@/api/types";
import type { Visit } from "./fold";
import { Payload } from "./json-tree";
import { useRun } from "./run-store";

/** An agent's thread as a conversation; what its tools did is folded. */
export function Conversation({ agent }: { agent: Visit }) {
  const saying = useRun((state) => (agent.end === null ? state.said.get(agent.listener)?.text : undefined));
  return (
    <section aria-label="Conversation" className="flex flex-col gap-2">
      <Said icon={<User size={14} />} who="Input" text={textOf(agent.input)} />
      {agent.children.map((child) =>
        child.kind === "turn" ? (
          (child.content || child.objection) && (
            <Said key={child.id} icon={<Bot size={14} />} who={agent.listener} text={child.content ?? ""} note={child.objection} />
          )
        ) : (
          <Called key={child.id} call={child} />
        ),
      )}
      {saying && <Said icon={<Bot size={14} />} who={`${agent.listener}, writing`} text={saying} />}
      {agent.state === "done" && <Said icon={<Bot size={14} />} who={agent.listener} text={textOf(agent.output)} />}
    </section>
  );
}

/** Always as text: what a model or a stranger wrote is never markup here. */
function Said({ icon, who, text, note }: { icon: React.ReactNode; who: string; text: string; note?: string | null }) {
  return (
    <div className="flex gap-2">
      <span className="mt-0.5 flex size-6 shrink-0 items-center justify-center rounded-full border border-line bg-bg text-text-2">{icon}</span>
      <div className="min-w-0 flex-1 rounded-lg border border-line bg-bg px-2.5 py-1.5">
        <p className="text-xs text-text-3">{who}</p>
        <p className="text-base break-words whitespace-pre-wrap">{text}</p>
        {note && <p className="mt-1 text-xs text-waiting">Sent back: {note}</p>}
      </div>
    </div>
  );
}

function Called({ call }: { call: Visit }) {
  return (
    <details className="group ml-8">
      <summary className="flex cursor-default items-center gap-1.5 rounded-md px-1 py-0.5 hover:bg-hover">
        <CornerDownRight size={14} className="text-text-3" aria-hidden />
        <span className="font-medium">{call.listener}</span>
        <span className="min-w-0 flex-1 truncate font-mono text-xs text-text-2">{textOf(call.input)}</span>
        <span className={`shrink-0 text-xs ${call.error ? "text-failed" : "text-text-3"}`}>{call.error ? "failed" : call.end === null ? "at work" : "answered"}</span>
        <ChevronRight size={14} className="shrink-0 text-text-3 transition-transform duration-100 group-open:rotate-90" />
      </summary>
      <div className="mt-1 flex flex-col gap-2 pl-5">
        <Payload label="Arguments" value={call.input} />
        {call.error ? <p className="text-failed">{call.error.message}</p> : <Payload label="Answer" value={call.output} />}
      </div>
    </details>
  );
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
