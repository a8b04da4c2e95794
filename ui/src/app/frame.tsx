import { onlineManager } from "@tanstack/react-query";
import { Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { Keyboard, Monitor, Moon, Sun, WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";
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
    <div className="flex h-full flex-col sm:flex-row">
      <SignedIn>
        <GlobalCommands />
        <Rail />
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          <Offline />
          <Outlet />
        </div>
        <Palette />
        <Help />
      </SignedIn>
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
    { title: "Commands", group: "Help", shortcut: "Mod+K", isHidden: true, run: () => open("palette", true) },
    { title: "Shortcuts", group: "Help", icon: <Keyboard size={16} />, shortcut: "?", run: () => open("help", true) },
    { title: "Dark theme", group: "Appearance", icon: <Moon size={16} />, run: () => choose("dark") },
    { title: "Light theme", group: "Appearance", icon: <Sun size={16} />, run: () => choose("light") },
    { title: "Theme of the system", group: "Appearance", icon: <Monitor size={16} />, run: () => choose("system") },
  ]);
  return null;
}

function Offline() {
  const isOnline = useSyncExternalStore(
    (listener) => onlineManager.subscribe(listener),
    () => onlineManager.isOnline(),
  );
  if (isOnline) return null;
  return (
    <p role="status" className="flex h-8 shrink-0 items-center justify-center gap-2 bg-waiting-soft text-waiting">
      <WifiOff size={14} aria-hidden /> You are offline. What you see may be old; unsaved edits stay in this browser.
    </p>
  );
}
