import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Role } from "../api/schema";
import { useSession } from "../session/session";
import { Page } from "../ui/Page";

export function NotAllowedPage({ needs }: { needs: Role }) {
  const { t } = useTranslation();
  const { role } = useSession();
  return (
    <Page title={t("notAllowed.title")}>
      <Text>{t("notAllowed.text", { needs: t(`role.${needs}`), has: t(`role.${role}`) })}</Text>
    </Page>
  );
}
