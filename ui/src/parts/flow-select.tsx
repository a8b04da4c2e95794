import { useQuery } from "@tanstack/react-query";
import { knownFlowsQuery } from "@/api/flows";
import { sorted } from "@/dashboard/sorted";
import { Select } from "./input";
import { count } from "./time";

/** A list of more is no choice any more. */
const SHOWN = 200;

interface Props {
  value: string;
  className: string;
  onChange(flowId: string): void;
}

/** One flow, or every one; of very many the last changed. */
export function FlowSelect({ value, className, onChange }: Props) {
  const flows = useQuery(knownFlowsQuery).data ?? [];
  const newest = sorted(flows, "", "all", "changed");
  const shown = sorted(newest.filter((flow, place) => place < SHOWN || flow.id === value), "", "all", "name");
  const left = flows.length - shown.length;
  return (
    <Select aria-label="Flow" className={className} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">Every flow</option>
      {shown.map((flow) => (
        <option key={flow.id} value={flow.id}>
          {flow.name}
        </option>
      ))}
      {left > 0 && <option disabled>{count(left)} more, found by their name</option>}
    </Select>
  );
}
