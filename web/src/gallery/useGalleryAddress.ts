import { useCallback, useMemo } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router-dom";

import { filterOf, withFilter, type GalleryFilter } from "./filter";

/** Says which picture is viewed, so that it can be sent to somebody. */
const VIEWED = "photo";

interface State {
  /** The viewer was opened from the list: the browser's Back leads there. */
  isFromList?: boolean;
}

/** The filter and the viewed picture, which are in the page's address. */
export function useGalleryAddress() {
  const [params, setParams] = useSearchParams();
  const navigate = useNavigate();
  const isFromList = (useLocation().state as State | null)?.isFromList ?? false;
  const viewedId = params.get(VIEWED);

  const rest = new URLSearchParams(params);
  rest.delete(VIEWED);
  const ofFilter = rest.toString();
  const filter = useMemo(() => filterOf(new URLSearchParams(ofFilter)), [ofFilter]);

  const change = useCallback((asked: Partial<GalleryFilter>) => setParams((before) => withFilter(before, asked), { replace: true }), [setParams]);
  const view = useCallback(
    (id: string) => setParams((before) => new URLSearchParams([...before].filter(([name]) => name !== VIEWED).concat([[VIEWED, id]])), { replace: viewedId !== null, state: { isFromList: viewedId === null || isFromList } }),
    [setParams, viewedId, isFromList],
  );
  const closeView = useCallback(() => {
    if (isFromList) void navigate(-1);
    else setParams((before) => new URLSearchParams([...before].filter(([name]) => name !== VIEWED)), { replace: true });
  }, [navigate, setParams, isFromList]);
  return { filter, ofFilter, change, viewedId, view, closeView };
}
