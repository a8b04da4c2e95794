import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { ApiError } from "@/api/error";
import { runFlow } from "@/api/executions";
import { readFlow, startFlow, stopFlow, updateFlow } from "@/api/flows";
import type { Answer } from "@/api/call";
import { testFlow, testListener } from "@/api/pins";
import type { Flow, Json } from "@/api/types";
import { say, sayFailure } from "@/app/toasts";
import { lastPayload } from "@/runs/payloads";
import { readPayload } from "@/runs/run-dialog";
import { dropDraft } from "./drafts";
import { notesOf } from "./notes";
import { canvasStateOf, placesOf } from "./places";
import { type EditorStore, isDirty } from "./store";

type Work = "testing" | "saving" | "starting" | "stopping" | "running";

/** What the editor asks of the server. One thing at a time. */
export function useSaving(store: EditorStore, flow: Flow) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [work, setWork] = useState<Work | null>(null);
  const [theirs, setTheirs] = useState<Answer<Flow> | null>(null);
  const renaming = useRef(Promise.resolve());

  const taken = (answer: Answer<Flow>) => {
    client.setQueryData(["flow", flow.id], answer);
    void client.invalidateQueries({ queryKey: ["flows"] });
  };

  const attempt = async (what: Work, act: () => Promise<void>): Promise<boolean> => {
    if (work !== null) return false;
    setWork(what);
    try {
      await act();
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 412) setTheirs(await readFlow(flow.id));
      else sayFailure(error);
      return false;
    } finally {
      setWork(null);
    }
  };

  const put = async (etag: string | null) => {
    store.getState().settle();
    const { text, places, notes, organism } = store.getState();
    const answer = await updateFlow(flow.id, { organismYaml: text, canvasState: canvasStateOf(organism, { places, notes }) }, etag);
    store.getState().keep({ text, places, notes, etag: answer.etag });
    dropDraft(flow.id);
    taken(answer);
  };

  const rename = async (name: string) => {
    try {
      const answer = await updateFlow(flow.id, { name }, store.getState().saved.etag);
      store.getState().keep({ ...store.getState().saved, etag: answer.etag });
      taken(answer);
    } catch (error) {
      sayFailure(error);
    }
  };

  const putIfDirty = async () => {
    // A name that is on its way makes a revision of its own.
    await renaming.current;
    if (isDirty(store.getState())) await put(store.getState().saved.etag);
  };

  const show = (execution: { id: string }) => navigate({ to: "/flows/$flowId", params: { flowId: flow.id }, search: (before) => ({ ...before, run: execution.id }) });

  const runWith = (payload: Json) =>
    attempt("running", async () => {
      await putIfDirty();
      if (flow.status !== "running") taken(await startFlow(flow.id));
      await show(await runFlow(flow.id, payload));
    });

  return {
    work,
    theirs,
    forgetTheirs: () => setTheirs(null),
    showTheirs: setTheirs,
    /** Names the flow, at once: its name is not in the text. */
    rename(name: string) {
      renaming.current = rename(name);
    },
    save: () => (isDirty(store.getState()) ? attempt("saving", putIfDirty) : Promise.resolve(true)),
    keepMine: () =>
      attempt("saving", async () => {
        await put(theirs?.etag ?? null);
        setTheirs(null);
        say("Saved over theirs");
      }),
    takeTheirs() {
      if (!theirs) return;
      const { body, etag } = theirs;
      // As an edit, so that undo brings one's own text back.
      store.getState().apply(() => body.organismYaml, { places: placesOf(body.canvasState), notes: notesOf(body.canvasState) });
      const { text, places, notes } = store.getState();
      store.getState().keep({ text, places, notes, etag });
      taken(theirs);
      setTheirs(null);
      say("This is their text now; undo brings yours back");
    },
    start: () =>
      attempt("starting", async () => {
        await putIfDirty();
        taken(await startFlow(flow.id));
      }),
    stop: () => attempt("stopping", async () => taken(await stopFlow(flow.id))),
    runWith,
    /** Tries one listener of the text as it is now; what it takes comes from the execution on the canvas, where there is one. */
    test: (listener: string, executionId: string | null) =>
      attempt("testing", async () => {
        await putIfDirty();
        await show(await testListener(flow.id, listener, executionId));
      }),
    /** Tries the whole text out without starting the flow. */
    testWith: (payload: Json) =>
      attempt("testing", async () => {
        await putIfDirty();
        await show(await testFlow(flow.id, payload));
      }),
    /** Runs with what it was last run with; false when there is nothing to run with yet. */
    runAgain(): boolean {
      const kept = lastPayload(flow.id);
      if (kept === null) return false;
      const { error, value } = readPayload(kept);
      if (error === null) void runWith(value);
      return error === null;
    },
  };
}
