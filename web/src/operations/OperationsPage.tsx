import { useTranslation } from "react-i18next";

import { Page } from "../ui/Page";

export default function OperationsPage() {
  const { t } = useTranslation();
  return <Page title={t("nav.operations")}>{null}</Page>;
}
