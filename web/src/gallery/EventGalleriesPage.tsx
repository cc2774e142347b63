import { useTranslation } from "react-i18next";

import { Page } from "../ui/Page";

export default function EventGalleriesPage() {
  const { t } = useTranslation();
  return <Page title={t("nav.eventGalleries")}>{null}</Page>;
}
