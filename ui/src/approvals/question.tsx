import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, Clock, MinusCircle, X } from "lucide-react";
import { memo, useState } from "react";
import { decideApproval } from "@/api/approvals";
import type { Approval } from "@/api/types";
import { sayFailure } from "@/app/toasts";
import { Button } from "@/parts/button";
import { CopyButton } from "@/parts/copy";
import { Input } from "@/parts/input";
import { Ago } from "@/parts/time";
import { showDecided } from "./decided";

/** One question: what is asked, by which run, and what was or can be said. Of many, only those in sight are laid out. */
export const Question = memo(function Question({ approval }: { approval: Approval }) {
  return (
    <li className="border-b border-line py-4 [contain-intrinsic-size:auto_126px] [content-visibility:auto]">
      {/* What a flow has made of its input is text, whatever stands in it. */}
      <p className="font-medium break-words whitespace-pre-wrap">{approval.message}</p>
      <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-text-3">
        <Link to="/flows/$flowId/executions/$executionId" params={{ flowId: approval.flowId, executionId: approval.executionId }} className="text-accent-text hover:underline">
          {approval.flowName}
        </Link>
        <span>
          asked <Ago at={approval.askedAt} />
        </span>
        {approval.status === "pending" && approval.deadline && (
          <span className="text-waiting">
            {approval.default === "approve" ? "approved" : "rejected"} by itself <Ago at={approval.deadline} />
          </span>
        )}
        {approval.link && (
          <span className="flex items-center">
            a link for others <CopyButton text={approval.link} label="Copy the link" />
          </span>
        )}
      </p>
      {approval.status === "pending" ? <Decide approval={approval} /> : <Decided approval={approval} />}
    </li>
  );
});

function Decide({ approval }: { approval: Approval }) {
  const [comment, setComment] = useState("");
  const client = useQueryClient();
  const decide = useMutation({
    mutationFn: (word: "approve" | "reject") => decideApproval(approval.id, word, comment),
    onSuccess: (decided) => showDecided(client, decided),
    onError: (error) => {
      sayFailure(error);
      // Perhaps somebody else was first: what they said is shown then.
      void client.invalidateQueries({ queryKey: ["approvals"] });
    },
  });
  return (
    <form className="mt-3 flex flex-wrap items-center gap-2" onSubmit={(event) => event.preventDefault()}>
      <Input aria-label={`Comment on ${approval.message}`} placeholder="Comment, if you like" maxLength={2_000} className="min-w-48 flex-1 max-sm:!h-10 max-sm:basis-full" value={comment} onChange={(event) => setComment(event.target.value)} />
      <Button look="primary" icon={<Check size={14} />} className="!h-8 max-sm:!h-10 max-sm:flex-1" isBusy={decide.isPending && decide.variables === "approve"} disabled={decide.isPending} onClick={() => decide.mutate("approve")}>
        Approve
      </Button>
      <Button look="danger" icon={<X size={14} />} className="!h-8 max-sm:!h-10 max-sm:flex-1" isBusy={decide.isPending && decide.variables === "reject"} disabled={decide.isPending} onClick={() => decide.mutate("reject")}>
        Reject
      </Button>
    </form>
  );
}

function Decided({ approval }: { approval: Approval }) {
  if (approval.status === "closed") {
    return (
      <p className="mt-2 flex items-center gap-1.5 text-text-3">
        <MinusCircle size={14} aria-hidden /> Nobody has to decide this any more: the run is over.
      </p>
    );
  }
  const isYes = approval.decision === "approve";
  const Icon = approval.decidedBy ? (isYes ? Check : X) : Clock;
  return (
    <div className="mt-2">
      <p className={`flex items-center gap-1.5 ${isYes ? "text-success" : "text-failed"}`}>
        <Icon size={14} aria-hidden />
        {isYes ? "Approved" : "Rejected"} {by(approval.decidedBy)}
        {approval.decidedAt && (
          <span className="text-text-3">
            <Ago at={approval.decidedAt} />
          </span>
        )}
      </p>
      {approval.comment && <p className="mt-1 break-words whitespace-pre-wrap text-text-2">“{approval.comment}”</p>}
    </div>
  );
}

function by(who: string | null): string {
  if (who === null) return "by the deadline";
  return who === "link" ? "by its link" : `by ${who}`;
}
