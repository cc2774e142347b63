import { useTranslation } from "react-i18next";

import { Page } from "../ui/Page";

export default function SlotsPage() {
  const { t } = useTranslation();
  return <Page title={t("nav.slots")}>{null}</Page>;
}
