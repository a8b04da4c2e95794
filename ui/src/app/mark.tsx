/** The mark of the product: two listeners and what they hand on. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" role="img" aria-label="BloxServer">
      <rect width="32" height="32" rx="8" fill="var(--accent-fill)" />
      <g fill="none" stroke="#fff" strokeWidth="2.4">
        <path d="M12 11h3a4 4 0 0 1 4 4v2a4 4 0 0 0 4 4" />
        <path d="M12 11h8" />
      </g>
      <g fill="#fff">
        <circle cx="10" cy="11" r="3.4" />
        <circle cx="22" cy="11" r="3.4" />
        <circle cx="22" cy="21" r="3.4" />
      </g>
    </svg>
  );
}
