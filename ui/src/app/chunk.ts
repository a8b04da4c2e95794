import { isThere, lost } from "@/api/connection";

/**
 * Loads a part of the interface. While the server is away it waits for it.
 *
 * Where the server is there and the part is not, it has been updated meanwhile: the router loads the page anew.
 */
export async function whenThere<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (await isThere()) throw error;
    await lost();
    return load();
  }
}
