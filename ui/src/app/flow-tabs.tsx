import { Link, useNavigate } from "@tanstack/react-router";
import { CalendarClock, ChevronDown, GitCommitHorizontal, History, type LucideIcon, Settings, SquarePen } from "lucide-react";
import type { Flow } from "@/api/types";
import { Menu } from "@/parts/menu";
import { FlowStatusMark } from "@/parts/status";
import { useCommands } from "./commands";

const TABS = [
  { to: "/flows/$flowId", label: "Editor", icon: SquarePen },
  { to: "/flows/$flowId/executions", label: "Executions", icon: History },
  { to: "/flows/$flowId/triggers", label: "Triggers", icon: CalendarClock },
  { to: "/flows/$flowId/versions", label: "Versions", icon: GitCommitHorizontal },
  { to: "/flows/$flowId/settings", label: "Settings", icon: Settings },
] as const satisfies { to: string; label: string; icon: LucideIcon }[];

/** How a flow stands, and its pages: the same on each of them. */
export function FlowPlace({ flow, flowId }: { flow: Flow | undefined; flowId: string }) {
  const navigate = useNavigate();
  useCommands(
    TABS.map(({ to, label, icon: Icon }, place) => ({
      title: `${label} of this flow`,
      group: "This flow",
      icon: <Icon size={16} />,
      shortcut: `F ${place + 1}`,
      run: () => void navigate({ to, params: { flowId } }),
    })),
  );
  return (
    <>
      {flow && (
        <span className="ml-1 flex items-center text-xs max-sm:hidden">
          <FlowStatusMark word={flow.status} />
        </span>
      )}
      <FlowTabs flowId={flowId} />
      <FlowMenu flowId={flowId} />
    </>
  );
}

function FlowTabs({ flowId }: { flowId: string }) {
  return (
    <nav aria-label="This flow" className="ml-3 flex h-full items-center gap-0.5 max-sm:hidden">
      {TABS.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          params={{ flowId }}
          activeOptions={{ exact: to === "/flows/$flowId", includeSearch: false }}
          className="flex h-7 items-center rounded-md px-2 text-text-2 hover:bg-hover hover:text-text aria-[current=page]:bg-hover aria-[current=page]:text-text"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

/** The same on a phone, where a row of them has no room. */
function FlowMenu({ flowId }: { flowId: string }) {
  const navigate = useNavigate();
  return (
    <span className="sm:hidden">
      <Menu align="start" items={TABS.map(({ to, label }) => ({ label, run: () => void navigate({ to, params: { flowId } }) }))}>
        <button type="button" aria-label="Pages of this flow" className="flex size-7 items-center justify-center rounded-md text-text-2 hover:bg-hover">
          <ChevronDown size={16} />
        </button>
      </Menu>
    </span>
  );
}
