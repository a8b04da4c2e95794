import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command as Cmdk } from "cmdk";
import { Workflow } from "lucide-react";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { knownFlowsQuery } from "@/api/flows";
import { sorted } from "@/dashboard/sorted";
import { Keys } from "@/parts/keys";
import { useOpener } from "@/parts/opener";
import { count } from "@/parts/time";
import { allCommands, type Command, useCommandStore } from "./commands";

const ITEM =
  "flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm data-[selected=true]:bg-hover data-[selected=true]:text-text text-text-2";
const GROUP =
  "[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-text-3";

/** How many flows are offered at a time; more are found by typing. */
const FLOWS_SHOWN = 30;

/** Everything that can be done here, and every flow there is, by typing. */
export function Palette() {
  const { isPaletteOpen, open, sources } = useCommandStore();
  const commands = allCommands(sources).filter((command) => !command.isHidden);
  const groups = [...new Set(commands.map((command) => command.group))];
  const [search, setSearch] = useState("");
  const opener = useOpener();
  const close = () => {
    open("palette", false);
    setSearch("");
  };
  return (
    <Dialog.Root open={isPaletteOpen} onOpenChange={(isOpen) => (isOpen ? open("palette", true) : close())}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-shade" />
        <Dialog.Content
          aria-describedby={undefined}
          onOpenAutoFocus={opener.remember}
          onCloseAutoFocus={opener.giveBack}
          className="appear fixed top-[14vh] left-1/2 z-50 w-150 max-w-[calc(100vw-2rem)] -translate-x-1/2 overflow-hidden rounded-lg border border-line-strong bg-raised"
        >
          <Dialog.Title className="sr-only">Commands</Dialog.Title>
          <Cmdk label="Commands" loop>
            <Cmdk.Input
              value={search}
              onValueChange={setSearch}
              placeholder="What do you want to do?"
              className="h-11 w-full border-b border-line bg-transparent px-4 text-base outline-none"
            />
            <Cmdk.List className="max-h-[50vh] overflow-y-auto p-1.5">
              <Cmdk.Empty className="px-4 py-8 text-center text-text-3">Nothing is called that here</Cmdk.Empty>
              {groups.map((group) => (
                <Cmdk.Group key={group} heading={group} className={GROUP}>
                  {commands
                    .filter((command) => command.group === group)
                    .map((command) => (
                      <CommandItem key={command.title} command={command} close={close} />
                    ))}
                </Cmdk.Group>
              ))}
              {isPaletteOpen && <Flows search={search} close={close} />}
            </Cmdk.List>
          </Cmdk>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function CommandItem({ command, close }: { command: Command; close(): void }) {
  const run = () => {
    close();
    // The palette must be gone before the command opens a dialog of its own.
    requestAnimationFrame(() => command.run());
  };
  return (
    <Cmdk.Item value={`${command.group} ${command.title} ${command.words ?? ""}`} onSelect={run} className={ITEM}>
      <span className="flex size-4 items-center justify-center text-text-3">{command.icon}</span>
      <span className="min-w-0 flex-1 truncate">{command.title}</span>
      {command.shortcut?.split(" ").map((keys) => <Keys key={keys} keys={keys} />)}
    </Cmdk.Item>
  );
}

/** The flows that are called so, the last changed first. */
function Flows({ search, close }: { search: string; close(): void }) {
  const flows = useQuery(knownFlowsQuery);
  const navigate = useNavigate();
  const found = sorted(flows.data ?? [], search, "all", "changed");
  const left = found.length - FLOWS_SHOWN;
  return (
    <Cmdk.Group heading={left > 0 ? `Flows; ${count(left)} more when you type on` : "Flows"} className={GROUP}>
      {found.slice(0, FLOWS_SHOWN).map((flow) => (
        <Cmdk.Item
          key={flow.id}
          value={`flow ${flow.name} ${flow.description ?? ""} ${flow.id}`}
          className={ITEM}
          onSelect={() => {
            close();
            void navigate({ to: "/flows/$flowId", params: { flowId: flow.id } });
          }}
        >
          <Workflow size={16} className="text-text-3" />
          <span className="min-w-0 flex-1 truncate">{flow.name}</span>
        </Cmdk.Item>
      ))}
    </Cmdk.Group>
  );
}
