import { useTranslation } from "react-i18next";

import { Page } from "../ui/Page";

export default function StatisticsPage() {
  const { t } = useTranslation();
  return <Page title={t("nav.statistics")}>{null}</Page>;
}
