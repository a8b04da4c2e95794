import { Ticked } from "@/parts/ticked";

/** What failed, and by which code. */
export function Failure({ error }: { error: { message: string; code: string } }) {
  return (
    <div role="alert" className="rounded-md border border-failed/50 bg-failed-soft p-2.5">
      <p className="break-words">
        <Ticked text={error.message} />
      </p>
      <p className="font-mono text-xs text-text-2">{error.code}</p>
    </div>
  );
}
