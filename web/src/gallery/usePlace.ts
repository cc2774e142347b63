import { useLayoutEffect, useState, type RefObject } from "react";

/** Where an element is: pixels from the page's top, and its width. */
export interface Place {
  top: number;
  width: number;
}

/** As it was when the page was left: whoever comes back finds the list as high as it was, and so the same place in it. */
let last: Place = { top: 0, width: 0 };

/** Follows an element's place, also when something above it grows. */
export function usePlace(ref: RefObject<HTMLElement | null>): Place {
  const [place, setPlace] = useState(last);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const measure = () => {
      const box = element.getBoundingClientRect();
      const now = { top: Math.round(box.top + window.scrollY), width: Math.floor(box.width) };
      if (now.top === last.top && now.width === last.width) return;
      last = now;
      setPlace(now);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // what stands above it has the same parent
    if (element.parentElement) observer.observe(element.parentElement);
    measure();
    return () => observer.disconnect();
  }, [ref]);
  return place;
}
