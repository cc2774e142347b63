import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router-dom";

import { useConfirm } from "./confirm";

/**
 * Asks before a page with unsaved changes is left: by a link, by the browser's back and forward, by closing the tab.
 *
 * Going back is noticed by an entry of our own in the history, which is what the person then leaves first. A page that navigates by
 * itself, after saving, is not asked: it says `isDirty` false before.
 */
export function useLeaveGuard(isDirty: boolean): void {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const navigate = useNavigate();
  const ask = useRef<() => Promise<boolean>>(async () => true);
  useEffect(() => {
    ask.current = () => confirm({ title: t("leave.title"), text: t("leave.text"), action: t("leave.action") });
  });

  useEffect(() => {
    if (!isDirty) return undefined;
    let isLeaving = false;
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
      if (!(link instanceof HTMLAnchorElement) || !isPlain || link.target === "_blank" || link.hasAttribute("download")) return;
      const to = new URL(link.href);
      if (to.origin !== window.location.origin || to.pathname === window.location.pathname) return;
      event.preventDefault();
      event.stopPropagation();
      void ask.current().then((isSure) => isSure && leave(() => navigate(to.pathname + to.search)));
    };
    const onBack = () => {
      if (isLeaving) return;
      history.pushState(history.state, "");
      void ask.current().then((isSure) => isSure && leave(() => history.go(-2)));
    };
    const leave = (go: () => unknown) => {
      isLeaving = true;
      window.removeEventListener("beforeunload", onUnload);
      void go();
    };
    history.pushState(history.state, "");
    window.addEventListener("beforeunload", onUnload);
    window.addEventListener("popstate", onBack);
    document.addEventListener("click", onClick, true);
    return () => {
      window.removeEventListener("beforeunload", onUnload);
      window.removeEventListener("popstate", onBack);
      document.removeEventListener("click", onClick, true);
    };
  }, [isDirty, navigate]);
}
