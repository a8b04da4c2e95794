import { onlineManager, useQueryClient } from "@tanstack/react-query";
import { Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { CircleAlert, Keyboard, LoaderCircle, Monitor, Moon, Plus, Settings, Sun, Unplug, Upload, WifiOff } from "lucide-react";
import { type ReactNode, useEffect, useSyncExternalStore } from "react";
import { useConnection } from "@/api/connection";
import { SECTIONS } from "@/settings/sections";
import { useCommandStore, useCommands } from "./commands";
import { Help } from "./help";
import { Palette } from "./palette";
import { Rail, usePlaces } from "./rail";
import { useShortcutKeys } from "./shortcuts";
import { SignedIn } from "./sign-in";
import { useTheme } from "./theme";
import { ToastShelf } from "./toasts";

/** The one page for strangers: it has no frame and asks the server for nothing. */
export const ABOUT = "/about";

/** What is around every page. */
export function Frame() {
  useShortcutKeys();
  if (useLocation().pathname === ABOUT) return <Outlet />;
  return (
    <div className="flex h-full flex-col">
      <Away />
      <div className="flex min-h-0 flex-1 flex-col sm:flex-row">
        <SignedIn>
          <GlobalCommands />
          <Rail />
          <div className="flex min-h-0 min-w-0 flex-1 flex-col">
            <Outlet />
          </div>
          <Palette />
          <Help />
        </SignedIn>
      </div>
      <ToastShelf />
    </div>
  );
}

function GlobalCommands() {
  const navigate = useNavigate();
  const places = usePlaces();
  const open = useCommandStore((state) => state.open);
  const choose = useTheme((state) => state.choose);
  useCommands([
    ...places.map(({ to, label, icon: Icon, keys }) => ({
      title: `Go to ${label.toLowerCase()}`,
      group: "Go",
      icon: <Icon size={16} />,
      shortcut: keys,
      run: () => void navigate({ to }),
    })),
    { title: "New flow", group: "Flows", icon: <Plus size={16} />, shortcut: "C", run: () => void navigate({ to: "/", search: { new: "template" } }) },
    { title: "Import a flow", group: "Flows", icon: <Upload size={16} />, run: () => void navigate({ to: "/", search: { new: "import" } }) },
    ...SECTIONS.map(([hash, label]) => ({
      title: label,
      group: "Settings",
      icon: <Settings size={16} />,
      run: () => void navigate({ to: "/settings", hash }),
    })),
    { title: "Failed executions", group: "Go", icon: <CircleAlert size={16} />, run: () => void navigate({ to: "/executions", search: { status: "error" } }) },
    { title: "Running executions", group: "Go", icon: <LoaderCircle size={16} />, run: () => void navigate({ to: "/executions", search: { status: "running" } }) },
    { title: "Commands", group: "Help", shortcut: "Mod+K", isHidden: true, run: () => open("palette", true) },
    { title: "Shortcuts", group: "Help", icon: <Keyboard size={16} />, shortcut: "?", run: () => open("help", true) },
    { title: "Dark theme", group: "Appearance", icon: <Moon size={16} />, run: () => choose("dark") },
    { title: "Light theme", group: "Appearance", icon: <Sun size={16} />, run: () => choose("light") },
    { title: "Theme of the system", group: "Appearance", icon: <Monitor size={16} />, run: () => choose("system") },
  ]);
  return null;
}

/** Why what one sees may be old. When it is over, everything on the screen is read again. */
function Away() {
  const client = useQueryClient();
  const isOnline = useSyncExternalStore(
    (listener) => onlineManager.subscribe(listener),
    () => onlineManager.isOnline(),
  );
  const isAway = useConnection((state) => state.isAway);
  useEffect(
    () =>
      useConnection.subscribe((now, before) => {
        if (before.isAway && !now.isAway) void client.invalidateQueries();
      }),
    [client],
  );
  if (!isOnline) return <Strip icon={<WifiOff size={14} />}>You are offline. What you see may be old; unsaved edits stay in this browser.</Strip>;
  if (isAway) return <Strip icon={<Unplug size={14} />}>The server does not answer. It is asked until it does; what you see may be old.</Strip>;
  return null;
}

function Strip({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <p role="status" className="flex min-h-8 shrink-0 items-center justify-center gap-2 bg-waiting-soft px-4 py-1 text-waiting">
      <span aria-hidden className="shrink-0">
        {icon}
      </span>
      {children}
    </p>
  );
}
