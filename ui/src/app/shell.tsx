import { Mark } from "./mark";

export const RAIL =
  "z-10 flex h-12 shrink-0 items-center justify-around gap-1 border-line bg-surface max-sm:order-last max-sm:border-t sm:h-full sm:w-13 sm:flex-col sm:justify-start sm:border-r sm:py-2.5";

/** The frame while nobody knows yet who asks. `index.html` has the same, so that there is something to see before this is loaded. */
export function Shell() {
  return (
    <>
      <div aria-hidden className={RAIL}>
        <span className="mb-2 rounded-md p-1 max-sm:hidden">
          <Mark size={24} />
        </span>
      </div>
      <div aria-hidden className="flex min-w-0 flex-1 flex-col">
        <div className="h-11 border-b border-line bg-surface" />
      </div>
    </>
  );
}
