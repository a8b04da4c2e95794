import { Component, type ReactNode } from "react";
import { Button } from "@/parts/button";

/** What stands between a mistake of ours and an empty page. */
export class Boundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error ? <Broken error={error} /> : this.props.children;
  }
}

export function Broken({ error }: { error: unknown }) {
  return (
    <main role="alert" className="mx-auto flex h-full max-w-140 flex-col items-start justify-center gap-3 p-6">
      <h1 className="text-xl">This page broke</h1>
      <p className="text-text-2">
        The fault is in the interface, not in your flows: what was saved is saved, and unsaved edits are kept as a draft in this
        browser.
      </p>
      <pre className="max-h-60 w-full overflow-auto rounded-lg border border-line bg-surface p-3 font-mono text-xs whitespace-pre-wrap">
        {error instanceof Error ? error.message : String(error)}
      </pre>
      <div className="flex gap-2">
        <Button look="primary" onClick={() => window.location.reload()}>
          Load the page again
        </Button>
        <Button onClick={() => window.location.assign("/")}>Go to the flows</Button>
      </div>
    </main>
  );
}
