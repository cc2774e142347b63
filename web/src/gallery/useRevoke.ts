import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { useConfirm } from "../ui/confirm";
import { useFormats } from "../ui/format";
import { useNotify } from "../ui/notify";
import type { Picture } from "./pictures";
import { useForget } from "./usePictures";

/**
 * Takes a picture back, if the person is sure; then it is in no list any more.
 *
 * `onRevoked` is told before it leaves the lists.
 */
export function useRevoke(onRevoked: (picture: Picture) => void): (picture: Picture) => Promise<void> {
  const { t } = useTranslation("gallery");
  const [confirm, notify, formats, forget] = [useConfirm(), useNotify(), useFormats(), useForget()];

  return async (picture) => {
    const time = formats.moment(picture.created_at);
    const isSure = await confirm({ title: t("revoke.title", { time }), text: t("revoke.text"), action: t("revoke.do") });
    if (!isSure) return;
    try {
      await api.POST("/api/v1/results/{id}/revoke", { params: { path: { id: picture.id } } });
    } catch (error) {
      // somebody else was faster, or its time was over
      if (asProblem(error).code !== "result_expired") {
        notify.failed(error);
        return;
      }
    }
    onRevoked(picture);
    forget(picture.id);
    notify.done(t("revoke.done", { time }));
  };
}
