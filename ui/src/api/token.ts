/** The personal token of this browser, where one is needed. */
const KEY = "blox.token";

export function token(): string | null {
  return localStorage.getItem(KEY);
}

export function keepToken(value: string | null): void {
  if (value === null) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, value);
}
