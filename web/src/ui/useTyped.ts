import { useEffect, useRef, useState } from "react";

/** Typing goes on for so long before it is told. */
const TYPED_MS = 500;

/**
 * A text that is typed here and kept elsewhere, as in the address: told, without spaces around it, when typing rests.
 *
 * It follows the value when that changes by itself. A field that showed the value itself would lose letters: the address
 * is a moment late.
 */
export function useTyped(value: string, tell: (text: string) => void) {
  const [text, type] = useState(value);
  const [seen, setSeen] = useState(value);
  const [told, setTold] = useState<string | null>(null);
  if (seen !== value) {
    setSeen(value);
    setTold(null);
    if (value !== told) type(value);
  }
  const latest = useRef(tell);
  useEffect(() => {
    latest.current = tell;
  });
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === value) return undefined;
    const timer = setTimeout(() => {
      setTold(wanted);
      latest.current(wanted);
    }, TYPED_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  return { text, type };
}
