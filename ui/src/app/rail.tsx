import { Link } from "@tanstack/react-router";
import { ChartNoAxesColumn, Command as CommandIcon, History, type LucideIcon, Settings, Workflow } from "lucide-react";
import { Tip } from "@/parts/tip";
import { useCommandStore } from "./commands";
import { Mark } from "./mark";

interface Place {
  to: "/" | "/executions" | "/usage" | "/settings";
  label: string;
  icon: LucideIcon;
  keys: string;
}

export const PLACES: Place[] = [
  { to: "/", label: "Flows", icon: Workflow, keys: "G F" },
  { to: "/executions", label: "Executions", icon: History, keys: "G E" },
  { to: "/usage", label: "Usage", icon: ChartNoAxesColumn, keys: "G U" },
  { to: "/settings", label: "Settings", icon: Settings, keys: "G S" },
];

const ITEM =
  "flex size-9 items-center justify-center rounded-md text-text-3 transition-colors duration-100 hover:bg-hover hover:text-text aria-[current=page]:bg-hover aria-[current=page]:text-text";

/** The ways through the product: at the left, on phones at the bottom. */
export function Rail() {
  const open = useCommandStore((state) => state.open);
  return (
    <nav
      aria-label="Places"
      className="z-10 flex h-12 shrink-0 items-center justify-around gap-1 border-line bg-surface max-sm:order-last max-sm:border-t sm:h-full sm:w-13 sm:flex-col sm:justify-start sm:border-r sm:py-2.5"
    >
      <Link to="/" aria-label="BloxServer, to the flows" className="mb-2 rounded-md p-1 max-sm:hidden">
        <Mark size={24} />
      </Link>
      {PLACES.map(({ to, label, icon: Icon, keys }) => (
        <Tip key={to} label={label} shortcut={keys.replace(" ", "+")} side="right">
          <Link to={to} aria-label={label} className={ITEM} activeOptions={{ exact: to === "/" }}>
            <Icon size={18} />
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
