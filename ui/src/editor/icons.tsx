import {
  Blocks,
  Bot,
  Calculator,
  Clock,
  Database,
  Flag,
  GitMerge,
  Globe,
  type LucideIcon,
  Mail,
  PencilLine,
  Repeat,
  Replace,
  Search,
  Sparkles,
  Split,
  SquareCode,
  Timer,
  UserCheck,
  Workflow,
} from "lucide-react";

/** The icons that the catalogue names; another server may have more. */
const ICONS: Record<string, LucideIcon> = {
  bot: Bot,
  split: Split,
  merge: GitMerge,
  repeat: Repeat,
  timer: Timer,
  flag: Flag,
  "pencil-line": PencilLine,
  calculator: Calculator,
  replace: Replace,
  sparkles: Sparkles,
  globe: Globe,
  database: Database,
  clock: Clock,
  mail: Mail,
  search: Search,
  code: SquareCode,
  "user-check": UserCheck,
  workflow: Workflow,
};

export function HandlerIcon({ icon, size = 16, className }: { icon: string | undefined; size?: number; className?: string }) {
  const Icon = ICONS[icon ?? ""] ?? Blocks;
  return <Icon size={size} className={className ?? ""} aria-hidden />;
}
