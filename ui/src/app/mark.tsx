/** The mark of the product: two listeners and what they hand on. It is drawn in `public/favicon.svg`. */
export function Mark({ size = 20 }: { size?: number }) {
  return <img src="/favicon.svg" width={size} height={size} alt="BloxServer" />;
}
