/** What the settings are made of: the name in the address, and what it is called. */
export const SECTIONS = [
  ["profile", "Profile"],
  ["appearance", "Appearance"],
  ["keys", "Provider keys"],
  ["secrets", "Secrets"],
  ["variables", "Variables"],
  ["tokens", "Personal tokens"],
  ["audit", "Changes"],
] as const;
