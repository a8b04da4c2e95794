import { Dialog } from "@/parts/dialog";
import { Keys } from "@/parts/keys";
import { allCommands, useCommandStore } from "./commands";

/** The shortcuts that work where you are. */
export function Help() {
  const { isHelpOpen, open, sources } = useCommandStore();
  const commands = allCommands(sources).filter((command) => command.shortcut);
  const groups = [...new Set(commands.map((command) => command.group))];
  return (
    <Dialog isOpen={isHelpOpen} onClose={() => open("help", false)} title="Shortcuts" className="w-180">
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {groups.map((group) => (
          <section key={group}>
            <h3 className="mb-1 text-xs text-text-3">{group}</h3>
            <ul>
              {commands
                .filter((command) => command.group === group)
                .map((command) => (
                  <li key={command.title} className="flex h-7 items-center gap-2">
                    <span className="min-w-0 flex-1 truncate">{command.title}</span>
                    {command.shortcut?.split(" ").map((keys) => <Keys key={keys} keys={keys} />)}
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
