import { useTranslation } from "react-i18next";

import { Page } from "../ui/Page";

export default function ProviderPage() {
  const { t } = useTranslation();
  return <Page title={t("nav.providers")}>{null}</Page>;
}
