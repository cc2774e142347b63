/** For buttons whose words may be wider than a phone: then they take more lines. */
export const WRAPS = { h: "auto", py: "xs", maw: "100%", styles: { root: { minHeight: 44, display: "inline-flex", alignItems: "center", justifyContent: "center" }, label: { whiteSpace: "normal", overflowWrap: "anywhere" } } } as const;
