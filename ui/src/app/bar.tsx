import { Link } from "@tanstack/react-router";
import { clsx } from "clsx";
import { ChevronRight } from "lucide-react";
import { Fragment, type ReactNode, useEffect } from "react";

interface Crumb {
  label: string;
  to?: string;
}

/** The 44 pixels above every page: where you are, how it stands, what comes next. */
export function Bar({ crumbs, children, middle }: { crumbs: Crumb[]; middle?: ReactNode; children?: ReactNode }) {
  // A phone has room for the page and where it belongs.
  const isDeep = (place: number) => place < crumbs.length - 2;
  const title = crumbs.map((crumb) => crumb.label).join(" · ");
  useEffect(() => {
    document.title = `${title} — BloxServer`;
  }, [title]);
  return (
    <header className="flex h-11 shrink-0 items-center gap-2 border-b border-line bg-surface px-4">
      <ol aria-label="Where you are" className="flex min-w-0 items-center gap-1">
        {crumbs.map((crumb, place) => (
          <Fragment key={crumb.label}>
            {place > 0 && <ChevronRight size={14} className={clsx("shrink-0 text-text-3", isDeep(place - 1) && "max-sm:hidden")} aria-hidden />}
            <li className={clsx("min-w-0 truncate", place === 0 && crumbs.length > 1 && "shrink-0", isDeep(place) && "max-sm:hidden")}>
              {crumb.to ? (
                <Link to={crumb.to} className="rounded-sm text-text-2 hover:text-text">
                  {crumb.label}
                </Link>
              ) : (
                <h1 className="truncate text-sm" title={crumb.label}>
                  {crumb.label}
                </h1>
              )}
            </li>
          </Fragment>
        ))}
      </ol>
      {middle}
      <div className="ml-auto flex shrink-0 items-center gap-1.5">{children}</div>
    </header>
  );
}
