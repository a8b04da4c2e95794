import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { alertsQuery } from "@/api/alerts";
import { warn } from "@/app/toasts";
import { failuresQuery } from "./failures";
import { unseen, useSeenAlerts } from "./seen";

/** How many alerts and failing flows nobody has looked at; an alert that comes while the page is open is said at once. */
export function useUnseenAlerts(): number {
  const alerts = useInfiniteQuery(alertsQuery()).data?.pages[0]?.items;
  const failures = useQuery(failuresQuery).data;
  const at = useSeenAlerts((state) => state.at);
  const navigate = useNavigate();
  const known = useRef<string | null>(null);
  useEffect(() => {
    if (!alerts) return;
    const newest = alerts[0]?.at ?? "";
    const fresh = known.current === null ? [] : unseen(alerts, known.current);
    known.current = newest;
    const [first] = fresh;
    if (first) warn(fresh.length === 1 ? first.message : `${fresh.length} new alerts: ${first.message}`, { label: "Look", run: () => void navigate({ to: "/alerts" }) });
  }, [alerts, navigate]);
  return unseen(alerts ?? [], at).length + unseen(failures ?? [], at).length;
}
