import { Ago, exactTime, timeIn } from "@/parts/time";

/** The next ticks of a schedule, by its own clock. */
export function NextFirings({ firings, zone }: { firings: string[]; zone: string }) {
  if (firings.length === 0) return null;
  return (
    <div className="text-text-2">
      <h3 className="text-xs font-medium">Next firings</h3>
      <ol className="tabular">
        {firings.map((at) => (
          <li key={at} className="grid grid-cols-[max-content_1fr] gap-3 [&>:first-child]:min-w-42">
            <span title={`${exactTime(at)} on this computer`}>{timeIn(at, zone)}</span>
            <span className="text-text-3">
              <Ago at={at} />
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
