import { lazy, Suspense, useEffect, useState } from "react";

import { $api } from "../api/client";
import { useNotify } from "../ui/notify";
import type { Wanted } from "./PictureCard";
import type { Picture } from "./pictures";

const Viewer = lazy(() => import("./Viewer"));

interface Props {
  /** The picture that the address names. */
  id: string;
  /** Those that are listed; null while nobody knows. */
  pictures: readonly Picture[] | null;
  slotName: (id: string) => string;
  onView: (id: string) => void;
  onNearEnd: () => void;
  onWant: (wanted: Wanted, picture: Picture) => void;
  onRevoke: (picture: Picture) => void;
  onClose: () => void;
}

/** The viewer on the list; on the picture alone, when a link led to one that is not in the list (yet). */
export function Viewed({ id, pictures, ...rest }: Props) {
  const notify = useNotify();
  const isListed = pictures?.some((picture) => picture.id === id) ?? false;
  // once on the list, the viewer finds its place there by itself: the address follows, also when a picture was revoked
  const [wasListed, setWasListed] = useState(isListed);
  if (isListed && !wasListed) setWasListed(true);
  const asked = $api.useQuery("get", "/api/v1/results/{id}", { params: { path: { id } } }, { enabled: pictures !== null && !isListed && !wasListed });
  const { error } = asked;
  const { onClose } = rest;
  useEffect(() => {
    if (!error || isListed) return;
    notify.failed(error);
    onClose();
    // once for each error
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [error]);

  const alone = asked.data && asked.data.id === id ? [asked.data] : null;
  const shown = isListed || wasListed ? pictures : alone;
  return shown && shown.length > 0 && (
    <Suspense>
      <Viewer id={id} pictures={shown} {...rest} />
    </Suspense>
  );
}
