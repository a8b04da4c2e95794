const isStill = matchMedia("(prefers-reduced-motion: reduce)");

/** How the view goes from one place to the next: so that one sees where to, or at once for whoever wants no motion. */
export const smooth = (ms = 150): { duration: number } => ({ duration: isStill.matches ? 0 : ms });
