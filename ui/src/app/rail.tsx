import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { Bell, ChartNoAxesColumn, Command as CommandIcon, History, type LucideIcon, Server, Settings, UserCheck, Workflow } from "lucide-react";
import { useUnseenAlerts } from "@/alerts/use-alerts";
import { pendingApprovalsQuery } from "@/api/approvals";
import { nodesQuery } from "@/api/operation";
import { Tip } from "@/parts/tip";
import { useCommandStore } from "./commands";
import { Mark } from "./mark";
import { RAIL } from "./shell";

interface Place {
  to: "/" | "/executions" | "/approvals" | "/alerts" | "/usage" | "/server" | "/settings";
  label: string;
  icon: LucideIcon;
  keys: string;
}

const PLACES: Place[] = [
  { to: "/", label: "Flows", icon: Workflow, keys: "G F" },
  { to: "/executions", label: "Executions", icon: History, keys: "G E" },
  { to: "/approvals", label: "Approvals", icon: UserCheck, keys: "G P" },
  { to: "/alerts", label: "Alerts", icon: Bell, keys: "G A" },
  { to: "/usage", label: "Usage", icon: ChartNoAxesColumn, keys: "G U" },
  { to: "/settings", label: "Settings", icon: Settings, keys: "G S" },
];

/** Only who runs the server has an answer there. */
const OPERATORS: Place = { to: "/server", label: "Server", icon: Server, keys: "G N" };

/** Where one can go. */
export function usePlaces(): Place[] {
  const isOperator = useQuery({ ...nodesQuery, refetchInterval: false, staleTime: 60_000 }).isSuccess;
  return isOperator ? [...PLACES.slice(0, -1), OPERATORS, ...PLACES.slice(-1)] : PLACES;
}

const ITEM =
  "flex size-9 items-center justify-center rounded-md text-text-3 transition-colors duration-100 hover:bg-hover hover:text-text aria-[current=page]:bg-hover aria-[current=page]:text-text";

/** The ways through the product: at the left, on phones at the bottom. */
export function Rail() {
  const open = useCommandStore((state) => state.open);
  const places = usePlaces();
  const unseen = useUnseenAlerts();
  const pending = useQuery(pendingApprovalsQuery).data ?? 0;
  const news: Partial<Record<Place["to"], News>> = {
    ...(unseen > 0 ? { "/alerts": { count: unseen, word: "new" } } : {}),
    ...(pending > 0 ? { "/approvals": { count: pending, word: "waiting" } } : {}),
  };
  return (
    <nav
      aria-label="Places"
      className={RAIL}
    >
      <Link to="/" aria-label="BloxServer, to the flows" className="mb-2 rounded-md p-1 max-sm:hidden">
        <Mark size={24} />
      </Link>
      {places.map(({ to, label, icon: Icon, keys }) => (
        <Tip key={to} label={label} shortcut={keys.replace(" ", "+")} side="right">
          <Link to={to} aria-label={labelOf(label, news[to])} className={`relative ${ITEM}`} activeOptions={{ exact: to === "/", includeSearch: false }}>
            <Icon size={18} />
            {news[to] && <Badge count={news[to].count} colour={to === "/alerts" ? "bg-failed" : "bg-waiting"} />}
          </Link>
        </Tip>
      ))}
      <Tip label="Commands" shortcut="Mod+K" side="right">
        <button type="button" aria-label="Commands" className={`${ITEM} sm:mt-auto`} onClick={() => open("palette", true)}>
          <CommandIcon size={18} />
        </button>
      </Tip>
    </nav>
  );
}

interface News {
  count: number;
  word: "new" | "waiting";
}

const labelOf = (label: string, news: News | undefined) => (news ? `${label}, ${news.count} ${news.word}` : label);

function Badge({ count, colour }: { count: number; colour: string }) {
  return (
    <span aria-hidden className={`absolute -top-0.5 -right-0.5 h-4 min-w-4 rounded-full border border-surface px-1 text-center text-[10px] leading-[14px] font-semibold text-bg tabular ${colour}`}>
      {count > 99 ? "99+" : count}
    </span>
  );
}
