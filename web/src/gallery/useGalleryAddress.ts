import { useCallback, useMemo } from "react";
import { useLocation, useNavigate } from "react-router-dom";

import { filterOf, withFilter, type GalleryFilter } from "./filter";

/** Says which picture is viewed, so that it can be sent to somebody. */
const VIEWED = "photo";

interface State {
  /** The viewer was opened from the list: the browser's Back leads there. */
  isFromList?: boolean;
}

/** The filter and the viewed picture, which are in the page's address. */
export function useGalleryAddress() {
  const { search, state } = useLocation();
  const navigate = useNavigate();
  const isFromList = (state as State | null)?.isFromList ?? false;
  const viewedId = new URLSearchParams(search).get(VIEWED);

  const ofFilter = withView(search, null).toString();
  const filter = useMemo(() => filterOf(new URLSearchParams(ofFilter)), [ofFilter]);

  // what is changed is the address as it is then, not as it was when this was rendered
  const change = useCallback(
    (asked: Partial<GalleryFilter>) => void navigate({ search: withFilter(new URLSearchParams(window.location.search), asked).toString() }, { replace: true }),
    [navigate],
  );
  const view = useCallback(
    (id: string) => void navigate({ search: withView(window.location.search, id).toString() }, { replace: viewedId !== null, state: { isFromList: viewedId === null || isFromList } satisfies State }),
    [navigate, viewedId, isFromList],
  );
  const closeView = useCallback(() => {
    if (isFromList) void navigate(-1);
    else void navigate({ search: withView(window.location.search, null).toString() }, { replace: true });
  }, [navigate, isFromList]);
  return useMemo(() => ({ filter, ofFilter, change, viewedId, view, closeView }), [filter, ofFilter, change, viewedId, view, closeView]);
}

function withView(search: string, id: string | null): URLSearchParams {
  const params = new URLSearchParams(search);
  if (id === null) params.delete(VIEWED);
  else params.set(VIEWED, id);
  return params;
}
