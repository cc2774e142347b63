import { Button, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import type { Schemas } from "../api/schema";
import { Listing } from "../ui/Listing";
import { Page } from "../ui/Page";
import { SecretDialog } from "../ui/SecretDialog";
import { CreateUserDialog } from "./CreateUserDialog";
import { MoreButton } from "./MoreButton";
import { BY_CURSOR, itemsOf } from "./pages";
import { UserRow } from "./UserRow";

type WithPassword = Schemas["UserWithPassword"];

/** Who may log in. Whoever opens this page is an administrator, so there is always at least one row. */
export default function UsersPage() {
  const { t } = useTranslation("people");
  const queries = useQueryClient();
  const [isOpen, { open, close }] = useDisclosure();
  const [made, setMade] = useState<WithPassword | null>(null);
  const asked = $api.useInfiniteQuery("get", "/api/v1/users", { params: { query: { limit: 100 } } }, BY_CURSOR);
  const refresh = () => void queries.invalidateQueries({ queryKey: ["get", "/api/v1/users"] });
  const onMade = (user: WithPassword) => {
    setMade(user);
    refresh();
  };
  return (
    <Page
      title={t("users.title")}
      actions={
        <Button leftSection={<IconPlus aria-hidden />} onClick={open}>
          {t("users.create")}
        </Button>
      }
    >
      <Listing asked={asked}>
        {(data) => {
          const users = itemsOf(data);
          const administrators = users.filter((user) => user.role === "admin" && user.is_active).length;
          return (
            <Stack gap="xs">
              {users.map((user) => (
                <UserRow key={user.login} user={user} isLastAdministrator={administrators === 1 && !asked.hasNextPage} onChanged={refresh} onOneTimePassword={onMade} />
              ))}
              <MoreButton asked={asked} />
            </Stack>
          );
        }}
      </Listing>
      <CreateUserDialog opened={isOpen} onClose={close} onMade={onMade} />
      <SecretDialog title={t("users.passwordOf", { login: made?.login })} value={made?.one_time_password ?? null} label={t("users.oneTimePassword")} onClose={() => setMade(null)}>
        <Text>{t("users.passOn", { login: made?.login })}</Text>
      </SecretDialog>
    </Page>
  );
}
