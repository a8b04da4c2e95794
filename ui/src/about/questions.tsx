import { ChevronRight } from "lucide-react";
import { count, plural } from "@/parts/time";
import { TIERS } from "./prices";

const QUESTIONS: [question: string, answer: string][] = [
  ["What is free?", `${plural(TIERS.free.flows, "flow")} and ${count(TIERS.free.runs)} runs a month, without a card. What comes after them is refused until the next month; nothing is charged. On a server of your own, all of it is free.`],
  ["Can agents use my own keys?", "Yes. Keep a provider's key under Settings: it is sealed and never shown again. You may also say that only your own keys are used. The built-in echo needs none."],
  ["Can I take my flows with me?", "A flow is one YAML text. Export it, keep it in git, import it on another server. Workflows of n8n can be imported too, with a list of what could not be translated."],
  ["Is there an API?", "Everything that you do here goes through it. It is described at /docs and as OpenAPI, and personal tokens open it for scripts, each with the rights that you give it."],
  ["Does it run my own code?", "Not yet. Flows are made of built-in listeners, expressions, HTTP requests and agents."],
  ["What happens when the server dies?", "Every step is on disk before it counts. What was under way goes on after the restart, or on another node; a step that was in flight is done again under the same id."],
];

/** What people ask before they begin. */
export function Questions() {
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface">
      {QUESTIONS.map(([question, answer]) => (
        <details key={question} className="group border-b border-line last:border-b-0">
          <summary className="flex cursor-default items-center gap-2 px-5 py-3 text-base font-medium hover:bg-hover focus-visible:-outline-offset-2">
            <ChevronRight size={16} className="shrink-0 text-text-3 transition-transform duration-100 group-open:rotate-90" aria-hidden />
            {question}
          </summary>
          <p className="max-w-180 pr-5 pb-4 pl-11 text-base text-text-2">{answer}</p>
        </details>
      ))}
    </div>
  );
}
