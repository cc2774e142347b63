import { useTranslation } from "react-i18next";

import { Page } from "../ui/Page";

export default function UsersPage() {
  const { t } = useTranslation();
  return <Page title={t("nav.users")}>{null}</Page>;
}
