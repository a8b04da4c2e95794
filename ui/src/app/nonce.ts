/**
 * The page's nonce, which style elements of libraries must carry; empty while developing.
 *
 * Also put where the scroll lock of dialogs looks for it.
 */
export function nonce(): string {
  const value = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
  (globalThis as Record<string, unknown>)["__webpack_nonce__"] = value;
  return value;
}
