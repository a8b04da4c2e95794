/** The personal token of this browser, where one is needed. */
const KEY = "blox.token";

export function token(): string | null {
  return localStorage.getItem(KEY);
}

export function keepToken(value: string | null): void {
  if (value === null) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, value);
}

/** Tells when somebody signs in in another tab; answers how to stop telling. */
export function onTokenElsewhere(listener: () => void): () => void {
  const heard = ({ key, newValue }: StorageEvent) => {
    if (key === KEY && newValue !== null) listener();
  };
  window.addEventListener("storage", heard);
  return () => window.removeEventListener("storage", heard);
}
