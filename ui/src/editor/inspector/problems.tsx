import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { Ticked } from "@/parts/ticked";
import { useEditor } from "../store";

const LOOKS = {
  error: { icon: CircleAlert, colour: "text-failed" },
  warning: { icon: TriangleAlert, colour: "text-waiting" },
  info: { icon: Info, colour: "text-text-2" },
};

/** What the server says about a listener, or about the whole flow. */
export function Problems({ listener }: { listener: string | null }) {
  const all = useEditor((state) => state.diagnostics);
  const own = all.filter((one) => listener === null || one.listener === listener);
  if (own.length === 0) return null;
  return (
    <ul aria-label="Remarks" className="flex flex-col gap-2">
      {own.map((one) => {
        const { icon: Icon, colour } = LOOKS[one.severity];
        return (
          <li key={`${one.code} ${one.line} ${one.column}`} className="flex items-start gap-2">
            <Icon size={14} className={`mt-[3px] shrink-0 ${colour}`} aria-label={one.severity} />
            <div className="min-w-0">
              <p className="break-words">
                <Ticked text={one.message} />
                <span className="text-text-3"> · line {one.line}</span>
              </p>
              {one.hint && <p className="text-xs break-words text-text-2"><Ticked text={one.hint} /></p>}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
