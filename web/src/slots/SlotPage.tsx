import { useTranslation } from "react-i18next";

import { Page } from "../ui/Page";

export default function SlotPage() {
  const { t } = useTranslation();
  return <Page title={t("nav.slots")}>{null}</Page>;
}
