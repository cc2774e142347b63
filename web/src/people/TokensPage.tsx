import { Button, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import type { Schemas } from "../api/schema";
import { Empty } from "../ui/Empty";
import { Listing } from "../ui/Listing";
import { Page } from "../ui/Page";
import { Secret, SecretDialog } from "../ui/SecretDialog";
import { CreateTokenDialog } from "./CreateTokenDialog";
import { MoreButton } from "./MoreButton";
import { BY_CURSOR, itemsOf } from "./pages";
import { TokenRow } from "./TokenRow";
import { WhoseChoice } from "./WhoseChoice";

/** What scripts get in with: one's own tokens, for administrators everybody's. */
export default function TokensPage() {
  const { t } = useTranslation("people");
  const queries = useQueryClient();
  const [isOpen, { open, close }] = useDisclosure();
  const [isEverybody, setIsEverybody] = useState(false);
  const [made, setMade] = useState<Schemas["TokenMade"] | null>(null);
  const asked = $api.useInfiniteQuery("get", "/api/v1/tokens", { params: { query: { everybody: isEverybody } } }, BY_CURSOR);
  const refresh = () => void queries.invalidateQueries({ queryKey: ["get", "/api/v1/tokens"] });
  const onMade = (token: Schemas["TokenMade"]) => {
    setMade(token);
    refresh();
  };
  const create = (
    <Button leftSection={<IconPlus aria-hidden />} onClick={open}>
      {t("tokens.create")}
    </Button>
  );
  return (
    <Page title={t("tokens.title")} actions={create}>
      <Text maw={720}>{t("tokens.intro")}</Text>
      <Group>
        <WhoseChoice label={t("tokens.whose")} isEverybody={isEverybody} onChange={setIsEverybody} />
      </Group>
      <Listing asked={asked}>
        {(data) => {
          const tokens = itemsOf(data);
          if (tokens.length === 0) return <Empty title={t("tokens.none")} text={t("tokens.noneText")} />;
          return (
            <Stack gap="xs">
              {tokens.map((token) => (
                <TokenRow key={token.id} token={token} withOwner={isEverybody} onRevoked={refresh} />
              ))}
              <MoreButton asked={asked} />
            </Stack>
          );
        }}
      </Listing>
      <CreateTokenDialog opened={isOpen} onClose={close} onMade={onMade} />
      <SecretDialog title={t("tokens.madeTitle", { name: made?.name })} value={made?.token ?? null} label={t("tokens.token")} onClose={() => setMade(null)}>
        <Text>{t("tokens.tryIt")}</Text>
        <Secret value={`curl -H "Authorization: Bearer ${made?.token}" ${window.location.origin}/api/v1/slots`} label={t("tokens.command")} />
      </SecretDialog>
    </Page>
  );
}
