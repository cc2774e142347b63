import classes from "./gallery.module.css";

/** Icons of Tabler, each as one path: dozens of cards have them, and come and go while somebody scrolls. */
const PATHS = {
  check: "M5 12l5 5l10 -10",
  download: "M4 17v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2 -2v-2M7 11l5 5l5 -5M12 4v12",
  qr: "M4 5a1 1 0 0 1 1 -1h4a1 1 0 0 1 1 1v4a1 1 0 0 1 -1 1h-4a1 1 0 0 1 -1 -1zM7 17v.01M14 5a1 1 0 0 1 1 -1h4a1 1 0 0 1 1 1v4a1 1 0 0 1 -1 1h-4a1 1 0 0 1 -1 -1zM7 7v.01M4 15a1 1 0 0 1 1 -1h4a1 1 0 0 1 1 1v4a1 1 0 0 1 -1 1h-4a1 1 0 0 1 -1 -1zM17 7v.01M14 14h3M20 14v.01M14 14v3M14 20h3M17 17h3M20 17v3",
  details: "M3 12a9 9 0 1 0 18 0a9 9 0 0 0 -18 0M12 9h.01M11 12h1v4h1",
} as const;

export function Glyph({ of }: { of: keyof typeof PATHS }) {
  return (
    <svg className={classes.glyph} viewBox="0 0 24 24" aria-hidden>
      <path d={PATHS[of]} />
    </svg>
  );
}
