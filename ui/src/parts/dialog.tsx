import { clsx } from "clsx";
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useOpener } from "./opener";

interface Props {
  isOpen: boolean;
  onClose(): void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
  className?: string;
}

export function Dialog({ isOpen, onClose, title, description, children, footer, className }: Props) {
  const opener = useOpener();
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-shade" />
        <Radix.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          onCloseAutoFocus={opener.giveBack}
          onOpenAutoFocus={(event) => {
            opener.remember();
            // What the dialog is for comes before its close button.
            const marked = (event.currentTarget as HTMLElement).querySelector<HTMLElement>("[data-autofocus]");
            const first = marked?.querySelector<HTMLElement>(".cm-content") ?? marked;
            if (!first) return;
            event.preventDefault();
            first.focus();
          }}
          className={clsx(
            "appear fixed top-[12vh] left-1/2 z-50 flex max-h-[80vh] w-140 max-w-[calc(100vw-2rem)] -translate-x-1/2 flex-col rounded-lg border border-line-strong bg-raised",
            className,
          )}
        >
          <header className="flex items-start gap-4 px-4 pt-3 pb-2">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-base">{title}</Radix.Title>
              {description && <Radix.Description className="mt-0.5 text-text-2">{description}</Radix.Description>}
            </div>
            <Radix.Close aria-label="Close" className="rounded-md p-1 text-text-3 hover:bg-hover hover:text-text">
              <X size={16} />
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-4">{children}</div>
          {footer && <footer className="flex justify-end gap-2 border-t border-line px-4 py-3">{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
