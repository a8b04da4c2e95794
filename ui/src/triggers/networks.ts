/** The addresses and networks of a text, however they are put apart. */
export const networksOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);
