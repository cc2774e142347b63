import { useTranslation } from "react-i18next";

import { Page } from "../ui/Page";

export default function GalleryPage() {
  const { t } = useTranslation();
  return <Page title={t("nav.gallery")}>{null}</Page>;
}
