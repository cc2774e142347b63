import { Container, Group, Paper, Stack, Title } from "@mantine/core";

import { LanguageChoice } from "../app/LanguageChoice";
import { LoginForm } from "./LoginForm";

export function LoginPage({ onLogin }: { onLogin: (login: string) => Promise<void> }) {
  return (
    <Container component="main" size={420} py="xl">
      <Stack>
        <Group justify="space-between">
          <Title order={1} size="h2">
            PhotoChanger
          </Title>
          <LanguageChoice />
        </Group>
        <Paper withBorder p="lg">
          <LoginForm onLogin={onLogin} />
        </Paper>
      </Stack>
    </Container>
  );
}
