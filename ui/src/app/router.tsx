import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Link } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import type { AlertsSearch } from "@/api/alerts";
import type { ApprovalsSearch } from "@/api/approvals";
import { SPANS } from "@/api/span";
import { Dashboard, type DashboardSearch } from "@/dashboard/dashboard";
import type { ExecutionsSearch } from "@/executions/use-found";
import { Empty } from "@/parts/states";
import { Broken } from "./boundary";
import { whenThere } from "./chunk";
import { ABOUT, Frame } from "./frame";
import { sought } from "./sought";

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });

/** How the editor shows a flow, and which execution lies over it. */
export interface EditorSearch {
  view?: "canvas" | "yaml" | "split";
  run?: string;
}

/** What of an address says what is looked for. */
const executionsSearch = (search: Record<string, unknown>) =>
  sought<ExecutionsSearch>(
    search,
    { status: ["running", "success", "error", "timeout"], trigger: ["webhook", "schedule", "manual", "flow", "test"], since: SPANS },
    ["flow", "text"],
  );

const alertsSearch = (search: Record<string, unknown>) =>
  sought<AlertsSearch>(
    search,
    { rule: ["repetition", "tokens", "stuck", "failing", "node", "key", "models"], level: ["warning", "critical"], since: SPANS },
    ["flow", "text"],
  );

const approvalsSearch = (search: Record<string, unknown>) => sought<ApprovalsSearch>(search, { show: ["all"], due: SPANS, asked: [...SPANS, "earlier"] }, ["flow", "text"]);

const routes = [
  createRoute({
    getParentRoute: () => root,
    path: "/",
    validateSearch: ({ new: tab }: Record<string, unknown>): DashboardSearch => (tab === "template" || tab === "import" ? { new: tab } : {}),
    component: Dashboard,
  }),
  createRoute({
    getParentRoute: () => root,
    path: ABOUT,
    component: lazyRouteComponent(() => whenThere(() => import("@/about/page")), "AboutPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/flows/$flowId",
    validateSearch: (search: Record<string, unknown>): EditorSearch => ({
      ...(search["view"] === "yaml" || search["view"] === "split" ? { view: search["view"] } : {}),
      ...(typeof search["run"] === "string" ? { run: search["run"] } : {}),
    }),
    component: lazyRouteComponent(() => whenThere(() => import("@/editor/page")), "EditorPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/flows/$flowId/executions",
    component: lazyRouteComponent(() => whenThere(() => import("@/executions/list")), "FlowExecutions"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/flows/$flowId/executions/$executionId",
    component: lazyRouteComponent(() => whenThere(() => import("@/executions/detail")), "ExecutionDetail"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/flows/$flowId/triggers",
    component: lazyRouteComponent(() => whenThere(() => import("@/triggers/page")), "TriggersPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/flows/$flowId/versions",
    component: lazyRouteComponent(() => whenThere(() => import("@/versions/page")), "VersionsPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/flows/$flowId/settings",
    component: lazyRouteComponent(() => whenThere(() => import("@/flow-settings/page")), "FlowSettingsPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/executions",
    validateSearch: executionsSearch,
    component: lazyRouteComponent(() => whenThere(() => import("@/executions/all")), "AllExecutions"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/approvals",
    validateSearch: approvalsSearch,
    component: lazyRouteComponent(() => whenThere(() => import("@/approvals/page")), "ApprovalsPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/alerts",
    validateSearch: alertsSearch,
    component: lazyRouteComponent(() => whenThere(() => import("@/alerts/page")), "AlertsPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/server",
    component: lazyRouteComponent(() => whenThere(() => import("@/server/page")), "ServerPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/usage",
    component: lazyRouteComponent(() => whenThere(() => import("@/usage/page")), "UsagePage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/settings",
    component: lazyRouteComponent(() => whenThere(() => import("@/settings/page")), "SettingsPage"),
  }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

function NotFound() {
  return (
    <main>
      <Empty icon={<SearchX size={20} />} title="There is nothing at this address">
        It may have been deleted, or it is somebody else's.{" "}
        <Link to="/" className="text-accent-text hover:underline">
          Go to the flows
        </Link>
      </Empty>
    </main>
  );
}
