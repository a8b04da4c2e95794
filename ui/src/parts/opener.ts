import { useRef } from "react";

/** Where the focus was when something opened over the page, and how it comes back there. */
export function useOpener() {
  const opener = useRef<HTMLElement | null>(null);
  return {
    remember() {
      opener.current = openerOf(document.activeElement);
    },
    giveBack(event: Event) {
      event.preventDefault();
      opener.current?.focus();
    },
  };
}

/** An entry of a menu is gone by then: its menu's button stands for it. */
function openerOf(active: Element | null): HTMLElement | null {
  const button = active?.closest("[role=menu]")?.getAttribute("aria-labelledby");
  const opener = button ? document.getElementById(button) : active;
  return opener instanceof HTMLElement ? opener : null;
}
