import type { Flow } from "@/api/types";
import { Button } from "@/parts/button";
import { DiffView } from "@/parts/diff-view";
import { Dialog } from "@/parts/dialog";
import { useEditor } from "./store";

interface Props {
  theirs: Flow;
  onKeepMine(): void;
  onTakeTheirs(): void;
  onClose(): void;
}

/** The flow was saved elsewhere meanwhile: what differs, and whose text it shall be. */
export function Conflict({ theirs, onKeepMine, onTakeTheirs, onClose }: Props) {
  const mine = useEditor((state) => state.text);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Somebody saved this flow meanwhile"
      description="Another tab or person. Your edits are here and in this browser; nothing is lost either way."
      className="w-200"
      footer={
        <>
          <Button onClick={onClose}>Go on editing</Button>
          <Button onClick={onTakeTheirs}>Take theirs</Button>
          <Button look="primary" onClick={onKeepMine}>
            Save mine over it
          </Button>
        </>
      }
    >
      <DiffView
        before={theirs.organismYaml}
        after={mine}
        names={{ before: "theirs", after: "mine" }}
        same="The texts are the same; only the places on the canvas differ."
      />
    </Dialog>
  );
}
