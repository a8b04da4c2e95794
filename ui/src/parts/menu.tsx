import { clsx } from "clsx";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { Keys } from "./keys";

export interface MenuItem {
  label: string;
  icon?: ReactNode;
  shortcut?: string;
  isDanger?: boolean;
  isDisabled?: boolean;
  run(): void;
}

interface Props {
  children: ReactNode;
  items: (MenuItem | null)[];
  align?: "start" | "end";
}

/** A menu under its trigger; null draws a line between groups. */
export function Menu({ children, items, align = "end" }: Props) {
  return (
    // What lies behind stays what it is for who reads the page aloud: a menu is not a dialog.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="appear z-50 min-w-48 rounded-lg border border-line-strong bg-raised p-1"
        >
          {items.map((item, place) =>
            item === null ? (
              // oxlint-disable-next-line react/no-array-index-key -- a line has no name
              <DropdownMenu.Separator key={`line-${place}`} className="my-1 h-px bg-line" />
            ) : (
              <DropdownMenu.Item
                key={item.label}
                disabled={item.isDisabled ?? false}
                onSelect={item.run}
                className={clsx(
                  "flex h-7 items-center gap-2 rounded-md px-2 outline-none data-disabled:opacity-40 data-highlighted:bg-hover",
                  item.isDanger ? "text-failed" : "text-text",
                )}
              >
                <span className="flex size-4 items-center justify-center text-text-3">{item.icon}</span>
                <span className="flex-1">{item.label}</span>
                {item.shortcut && <Keys keys={item.shortcut} />}
              </DropdownMenu.Item>
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
