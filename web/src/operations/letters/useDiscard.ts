import { useTranslation } from "react-i18next";

import { $api } from "../../api/client";
import { useConfirm } from "../../ui/confirm";
import { useNotify } from "../../ui/notify";
import { useRefreshLetters } from "./useLetters";

/** Gives what discards letters, after a question; resolves to whether it was done. */
export function useDiscard(onDone: () => void): (ids: string[]) => Promise<boolean> {
  const { t } = useTranslation("operations");
  const confirm = useConfirm();
  const notify = useNotify();
  const refresh = useRefreshLetters();
  const discarding = $api.useMutation("post", "/api/v1/dead-letters/discard", { onError: notify.failed, onSettled: refresh });
  return async (ids) => {
    const isSure = await confirm({ title: t("discard.title", { count: ids.length }), text: t("discard.text"), action: t("discard.do") });
    if (!isSure) return false;
    try {
      const { discarded } = await discarding.mutateAsync({ body: { ids } });
      notify.done(t("discard.done", { count: discarded }));
    } catch {
      return false; // it was told by `onError`
    }
    onDone();
    return true;
  };
}
