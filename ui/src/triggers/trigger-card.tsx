import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CalendarClock, ChevronRight, Ellipsis, FlaskConical, MousePointerClick, Play, Power, RefreshCw, Settings2, Trash2, TriangleAlert, Webhook, Workflow } from "lucide-react";
import { useState } from "react";
import { deleteTrigger, regenerateToken, updateTrigger } from "@/api/triggers";
import type { Json, Trigger } from "@/api/types";
import { say, sayFailure } from "@/app/toasts";
import { Button } from "@/parts/button";
import { CodeField } from "@/parts/code/code-field";
import { CopyButton } from "@/parts/copy";
import { Menu } from "@/parts/menu";
import { Ago, count, plural } from "@/parts/time";
import { Payload } from "@/runs/json-tree";
import { lastPayload } from "@/runs/payloads";
import { cronText } from "./cron-text";
import { NextFirings } from "./next-firings";
import { WebhookSettings } from "./webhook-settings";

/** What the caller of a webhook gets. */
const ANSWERS: Record<string, string> = {
  result: "Its caller waits for the result",
  stream: "Its caller hears agents while they write, then the result",
  accepted: "Its caller gets a receipt at once",
};

const ICONS = { webhook: Webhook, schedule: CalendarClock, manual: MousePointerClick, flow: Workflow, test: FlaskConical };

/** One trigger: its address or its times, and what can be done with it. */
export function TriggerCard({ trigger, isRunning }: { trigger: Trigger; isRunning: boolean }) {
  const client = useQueryClient();
  const refresh = () => void client.invalidateQueries({ queryKey: ["flow", trigger.flowId, "triggers"] });
  const act = useMutation({ mutationFn: (change: () => Promise<unknown>) => change(), onSuccess: refresh, onError: sayFailure });
  const [isSettingUp, setSettingUp] = useState(false);
  const Icon = ICONS[trigger.type];
  const regenerate = () => act.mutate(() => regenerateToken(trigger.flowId, trigger.id), { onSuccess: () => say("The old address is dead; this is the new one") });
  return (
    <li className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-4">
      <header className="flex items-center gap-2">
        <Icon size={16} className="shrink-0 text-text-2" aria-hidden />
        <h2 className="min-w-0 truncate text-base" title={trigger.name}>
          {trigger.name}
        </h2>
        {!trigger.enabled && <span className="rounded-sm border border-line-strong px-1.5 text-xs text-text-2">Off</span>}
        <span className="ml-auto shrink-0 text-xs text-text-3">
          {trigger.lastFiredAt && (
            <>
              fired <Ago at={trigger.lastFiredAt} />
            </>
          )}
        </span>
        <Menu
          items={[
            {
              label: trigger.enabled ? "Turn off" : "Turn on",
              icon: <Power size={14} />,
              run: () => act.mutate(() => updateTrigger(trigger.flowId, trigger.id, { enabled: !trigger.enabled })),
            },
            ...(trigger.type === "webhook" ? [{ label: "Settings", icon: <Settings2 size={14} />, run: () => setSettingUp(true) }] : []),
            ...(trigger.type === "webhook" ? [{ label: "New address", icon: <RefreshCw size={14} />, run: regenerate }] : []),
            null,
            { label: "Delete", icon: <Trash2 size={14} />, isDanger: true, run: () => act.mutate(() => deleteTrigger(trigger.flowId, trigger.id)) },
          ]}
        >
          <button type="button" aria-label={`More for ${trigger.name}`} className="flex size-7 items-center justify-center rounded-md text-text-3 hover:bg-hover hover:text-text">
            <Ellipsis size={16} />
          </button>
        </Menu>
      </header>
      {trigger.problem && (
        <p className="flex items-start gap-2 text-waiting">
          <TriangleAlert size={14} className="mt-[3px] shrink-0" aria-hidden /> {trigger.problem}
        </p>
      )}
      {trigger.type === "webhook" && trigger.webhookUrl && <WebhookPart trigger={trigger} url={trigger.webhookUrl} isRunning={isRunning} />}
      {trigger.type === "schedule" && <SchedulePart trigger={trigger} />}
      {isSettingUp && <WebhookSettings trigger={trigger} isOpen onClose={() => setSettingUp(false)} />}
    </li>
  );
}

function WebhookPart({ trigger, url, isRunning }: { trigger: Trigger; url: string; isRunning: boolean }) {
  const curl = `curl -s ${url} -H 'content-type: application/json' -d '{}'`;
  return (
    <>
      <div className="flex items-center gap-1 rounded-md border border-line bg-bg py-0.5 pr-0.5 pl-2.5">
        <code className="min-w-0 flex-1 truncate font-mono text-xs" title={url}>
          {url}
        </code>
        <CopyButton text={url} label="Copy the address" />
      </div>
      <p className="flex flex-wrap items-center gap-x-3 text-xs text-text-2">
        {ANSWERS[String(trigger.config["respond"])] ?? ANSWERS["accepted"]}
        {isSet(trigger.config["signature"]) && <span>signed requests only</span>}
        {trigger.config.header && (
          <span>
            only with the header <code className="font-mono">{trigger.config.header.name}</code>
          </span>
        )}
        {(trigger.config.allowIps?.length ?? 0) > 0 && <span title={trigger.config.allowIps?.join("\n")}>from {plural(trigger.config.allowIps?.length ?? 0, "address", "addresses")} only</span>}
        {trigger.config.ratePerMinute && <span>{count(trigger.config.ratePerMinute)} a minute</span>}
        <span className="ml-auto flex items-center">
          as curl <CopyButton text={curl} label="Copy as curl" />
        </span>
      </p>
      {isRunning ? <TestCall trigger={trigger} url={url} /> : <p className="text-xs text-text-3">The flow is stopped: calls are refused until you start it.</p>}
    </>
  );
}

/** The address is this server's own, whatever name callers know it by. */
function TestCall({ trigger, url }: { trigger: Trigger; url: string }) {
  const [body, setBody] = useState(() => lastPayload(trigger.flowId) ?? "{}");
  const call = useMutation({
    mutationFn: async () => {
      const began = performance.now();
      const response = await fetch(new URL(url).pathname, { method: "POST", headers: { "content-type": "application/json" }, body });
      const text = await response.text();
      return { status: response.status, ms: Math.round(performance.now() - began), body: parse(text) };
    },
    onError: () => sayFailure(new Error("The server does not answer")),
  });
  return (
    <details className="group border-t border-line pt-3">
      <summary className="flex cursor-default items-center gap-1.5 rounded-sm font-medium text-text-2 hover:text-text">
        <ChevronRight size={14} className="text-text-3 transition-transform duration-100 group-open:rotate-90" aria-hidden /> Test call
      </summary>
      <div className="mt-2 flex flex-col gap-2">
        <CodeField label="Body of the test call" language="json" value={body} minLines={3} onChange={setBody} />
        <Button icon={<Play size={14} />} className="self-start" isBusy={call.isPending} onClick={() => call.mutate()}>
          Call it
        </Button>
        {call.data && (
          <>
            <p role="status" className={call.data.status < 300 ? "text-success" : "text-failed"}>
              Answered {call.data.status} after {call.data.ms} ms
            </p>
            <Payload label="Answer" value={call.data.body} />
          </>
        )}
      </div>
    </details>
  );
}

function SchedulePart({ trigger }: { trigger: Trigger }) {
  const cron = String(trigger.config["cron"] ?? "");
  const zone = String(trigger.config["timezone"] ?? "UTC");
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-3">
        {cronText(cron)} <code className="font-mono text-xs whitespace-nowrap text-text-2">{cron}</code>
        <span className="text-text-3">{zone}</span>
      </p>
      <NextFirings firings={trigger.nextFirings} zone={zone} />
    </>
  );
}

const isSet = (value: Json | undefined) => value !== undefined && value !== null;

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
