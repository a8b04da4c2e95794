import { create } from "zustand";

/** How long to wait before the server is asked again whether it is there, in milliseconds. */
const PAUSE_MS = { first: 400, longest: 4_000 };

/** Whether there is somebody to ask, and whether it knows us. */
interface Connection {
  /** The last request reached nobody; the server is asked until it answers. */
  isAway: boolean;
  /** The server did not know who asked. It stays so until somebody signs in. */
  isStranger: boolean;
}

export const useConnection = create<Connection>(() => ({ isAway: false, isStranger: false }));

let asking: Promise<void> | null = null;

/** A request reached nobody. Settles when the server is there again. */
export function lost(): Promise<void> {
  asking ??= untilThere().finally(() => {
    asking = null;
  });
  return asking;
}

/** The server refused to know who asked, or somebody has signed in. */
export const setStranger = (isStranger: boolean): void => useConnection.setState({ isStranger });

/** Whether the server takes requests. */
export const isThere = (): Promise<boolean> => fetch("/health/ready", { cache: "no-store" }).then((answer) => answer.ok, () => false);

async function untilThere(): Promise<void> {
  // eslint-disable-next-line no-await-in-loop -- one question after the other
  for (let pause = PAUSE_MS.first; !(await isThere()); pause = Math.min(pause * 2, PAUSE_MS.longest)) {
    useConnection.setState({ isAway: true });
    // eslint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  useConnection.setState({ isAway: false });
}
