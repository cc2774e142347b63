/** Numbers, times and sizes as people of the chosen language write them. */
import { useTranslation } from "react-i18next";

export interface Formats {
  /** "12 345" */
  number: (value: number) => string;
  /** 0.973 → "97.3 %"; null → "—" */
  share: (value: number | null | undefined) => string;
  /** 8420 → "8.4 s", 250 → "250 ms"; null → "—" */
  duration: (ms: number | null | undefined) => string;
  /** Bytes, decimal: 3 200 000 → "3.2 MB" */
  size: (bytes: number) => string;
  /** Date and time, with seconds: "29 Nov, 18:04:31" */
  moment: (iso: string | null | undefined) => string;
  /** Time alone: "18:04:31" */
  time: (iso: string) => string;
  /** "3 minutes ago", "in 2 hours" */
  ago: (iso: string, now?: number) => string;
}

const NOTHING = "—";
const STEPS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

/** Makes it when it is first asked for: each of `Intl` takes a slow phone ten milliseconds. */
function onDemand<Made>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => (made ??= make());
}

export function formatsFor(language: string): Formats {
  const number = onDemand(() => new Intl.NumberFormat(language));
  const share = onDemand(() => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }));
  const unit = (name: string, digits: number) =>
    onDemand(() => new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits }));
  const [ms, seconds, kilobytes, megabytes] = [unit("millisecond", 0), unit("second", 1), unit("kilobyte", 0), unit("megabyte", 1)];
  const moment = onDemand(() => new Intl.DateTimeFormat(language, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" }));
  const time = onDemand(() => new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit" }));
  const relative = onDemand(() => new Intl.RelativeTimeFormat(language, { numeric: "auto" }));
  return {
    number: (value) => number().format(value),
    share: (value) => (value === null || value === undefined ? NOTHING : share().format(value)),
    duration: (value) => {
      if (value === null || value === undefined) return NOTHING;
      return value < 1_000 ? ms().format(value) : seconds().format(value / 1_000);
    },
    size: (bytes) => (bytes < 1_000_000 ? kilobytes().format(Math.ceil(bytes / 1_000)) : megabytes().format(bytes / 1_000_000)),
    moment: (iso) => (iso ? moment().format(new Date(iso)) : NOTHING),
    time: (iso) => time().format(new Date(iso)),
    ago: (iso, now = Date.now()) => {
      const distance = new Date(iso).getTime() - now;
      const [name, length] = STEPS.find(([, step]) => Math.abs(distance) >= step) ?? (["second", 1_000] as const);
      return relative().format(Math.round(distance / length), name);
    },
  };
}

const made = new Map<string, Formats>();

export function useFormats(): Formats {
  const { i18n } = useTranslation();
  const { language } = i18n;
  let formats = made.get(language);
  if (!formats) {
    formats = formatsFor(language);
    made.set(language, formats);
  }
  return formats;
}
