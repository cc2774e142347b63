import { Container, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { ChangePasswordForm } from "./ChangePasswordForm";

/** What somebody with a one-time password sees until it is changed. */
export function ChangePasswordPage({ onChanged }: { onChanged: () => void }) {
  const { t } = useTranslation();
  return (
    <Container component="main" size={420} py="xl">
      <Stack>
        <Title order={1} size="h2">
          {t("session.changePassword")}
        </Title>
        <Text>{t("session.mustChange")}</Text>
        <Paper withBorder p="lg">
          <ChangePasswordForm onChanged={onChanged} />
        </Paper>
      </Stack>
    </Container>
  );
}
