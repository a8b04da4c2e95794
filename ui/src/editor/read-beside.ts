import { type Organism, read } from "@/model/read";

interface Wish {
  text: string;
  take(organism: Organism): void;
}

/**
 * Reads texts in a thread of their own, so that typing never waits for it.
 *
 * One at a time; of those that come meanwhile only the newest is read, the others are never answered.
 */
export class ReaderBeside {
  private worker: Worker | null | undefined;
  private current: Wish | null = null;
  private waiting: Wish | null = null;

  read(text: string, take: (organism: Organism) => void): void {
    const wish = { text, take };
    if (this.current) this.waiting = wish;
    else this.begin(wish);
  }

  private begin(wish: Wish): void {
    this.current = wish;
    this.worker ??= this.open();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
    if (this.worker) this.worker.postMessage(wish.text);
    else this.answer(read(wish.text));
  }

  private answer(organism: Organism): void {
    const { current, waiting } = this;
    this.current = null;
    this.waiting = null;
    if (waiting) this.begin(waiting);
    current?.take(organism);
  }

  /** Null where there are no threads: texts are read right here then. */
  private open(): Worker | null {
    if (typeof Worker === "undefined") return null;
    const worker = new Worker(new URL("./read.worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Organism>) => this.answer(data));
    worker.addEventListener("error", () => {
      // It could not be loaded: the server may have another version by now.
      this.worker = null;
      if (this.current) this.answer(read(this.current.text));
    });
    return worker;
  }
}
