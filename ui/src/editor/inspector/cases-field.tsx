import { ArrowUp, Plus, X } from "lucide-react";
import { useState } from "react";
import type { Json } from "@/api/types";
import type { Case } from "@/model/read";
import { Button, IconButton } from "@/parts/button";
import { CodeField } from "@/parts/code/code-field";
import type { Known } from "@/parts/code/expressions";
import { NamesField } from "./names-field";

interface Props {
  cases: Case[];
  choices: string[];
  known: Known[];
  isReadOnly: boolean;
  onChange(cases: Json[]): void;
}

/** Each case has an editor of its own: more than this are drawn when somebody asks for them. */
const FIRST = 20;

/** The conditions of a branch, tried from the top. */
export function CasesField({ cases, choices, known, isReadOnly, onChange }: Props) {
  const [shown, setShown] = useState(FIRST);
  const hidden = Math.max(0, cases.length - shown);
  const keep = (changed: Case[]) => onChange(changed.map(({ when, next }) => ({ when, next: next.length === 1 ? (next[0] ?? "") : next })));
  const change = (place: number, part: Partial<Case>) => keep(cases.map((one, at) => (at === place ? { ...one, ...part } : one)));
  const lift = (place: number) => {
    const [moved] = cases.slice(place, place + 1);
    const rest = cases.filter((_, at) => at !== place);
    if (moved) keep([...rest.slice(0, place - 1), moved, ...rest.slice(place - 1)]);
  };
  return (
    <div className="flex flex-col gap-2">
      <span className="text-xs font-medium text-text-2">Cases</span>
      {cases.slice(0, shown).map((one, place) => (
        // oxlint-disable-next-line react/no-array-index-key -- a case has no name but its place
        <div key={place} className="flex flex-col gap-2 rounded-md border border-line p-2">
          <div className="flex items-start gap-1">
            <div className="min-w-0 flex-1">
              <CodeField
                label={`Condition of case ${place + 1}`}
                language="expression"
                isSingleLine
                value={one.when}
                placeholder="input.total > 100"
                known={known}
                isReadOnly={isReadOnly}
                onChange={(when) => change(place, { when })}
              />
            </div>
            <IconButton label="Try earlier" disabled={isReadOnly || place === 0} onClick={() => lift(place)}>
              <ArrowUp size={14} />
            </IconButton>
            <IconButton label={`Remove case ${place + 1}`} disabled={isReadOnly} onClick={() => keep(cases.filter((_, at) => at !== place))}>
              <X size={14} />
            </IconButton>
          </div>
          <NamesField label="Then" names={one.next} choices={choices} isReadOnly={isReadOnly} onChange={(next) => change(place, { next })} />
        </div>
      ))}
      {hidden > 0 && (
        <Button look="quiet" className="self-start" onClick={() => setShown(shown + 5 * FIRST)}>
          Show {Math.min(hidden, 5 * FIRST)} more of {cases.length}
        </Button>
      )}
      <Button
        icon={<Plus size={14} />}
        disabled={isReadOnly}
        className="self-start"
        onClick={() => {
          setShown(Math.max(shown, cases.length + 1));
          keep([...cases, { when: "input", next: [] }]);
        }}
      >
        Add a case
      </Button>
      <p className="text-xs text-text-3">Tried in order; the first that holds decides.</p>
    </div>
  );
}
