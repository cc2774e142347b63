import { Paper, SegmentedControl, SimpleGrid, Stack, Text, Title, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { LANGUAGES, speak, type Language } from "../i18n";
import { ChangePasswordForm } from "../session/ChangePasswordForm";
import { useSession } from "../session/session";
import { useFormats } from "../ui/format";
import { useNotify } from "../ui/notify";
import { Page } from "../ui/Page";
import { Sessions } from "./Sessions";

const THEMES: readonly MantineColorScheme[] = ["light", "dark", "auto"];

/** Who I am, my password, where I am logged in, how the pages look. */
export default function AccountPage() {
  const { t } = useTranslation("people");
  return (
    <Page title={t("common:nav.account")}>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack>
          <WhoAmI />
          <Looks />
        </Stack>
        <Password />
      </SimpleGrid>
      <Sessions />
    </Page>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md">
      <Stack>
        <Title order={2} size="h4">
          {title}
        </Title>
        {children}
      </Stack>
    </Paper>
  );
}

function WhoAmI() {
  const { t } = useTranslation("people");
  const formats = useFormats();
  const { login, role, expires_at: end } = useSession();
  return (
    <Card title={login}>
      <Text>{t("account.role", { role: t(`common:role.${role}`), may: t(`roleMay.${role}`) })}</Text>
      <Text>{t("account.until", { moment: formats.moment(end) })}</Text>
    </Card>
  );
}

function Looks() {
  const { t, i18n } = useTranslation("people");
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Card title={t("account.looks")}>
      <SegmentedControl aria-label={t("account.theme")} size="md" value={colorScheme} onChange={(chosen) => setColorScheme(chosen as MantineColorScheme)}
        data={THEMES.map((theme) => ({ value: theme, label: t(`account.themes.${theme}`) }))} />
      <SegmentedControl aria-label={t("common:language")} size="md" value={i18n.language} onChange={(chosen) => void speak(chosen as Language)}
        data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))} />
    </Card>
  );
}

function Password() {
  const { t } = useTranslation("people");
  const notify = useNotify();
  const queries = useQueryClient();
  const onChanged = () => {
    notify.done(t("account.passwordChanged"));
    void queries.invalidateQueries({ queryKey: ["get", "/api/v1/sessions"] });
  };
  return (
    <Card title={t("account.password")}>
      <Text>{t("account.passwordText")}</Text>
      <ChangePasswordForm onChanged={onChanged} />
    </Card>
  );
}
