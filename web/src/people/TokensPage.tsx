import { useTranslation } from "react-i18next";

import { Page } from "../ui/Page";

export default function TokensPage() {
  const { t } = useTranslation();
  return <Page title={t("nav.tokens")}>{null}</Page>;
}
