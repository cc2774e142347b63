import { Anchor, Button, Card, Group, List, SimpleGrid, Text } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import { $api, api } from "../api/client";
import { useMay } from "../session/session";
import { useConfirm } from "../ui/confirm";
import { Empty } from "../ui/Empty";
import { useFormats } from "../ui/format";
import { Listing } from "../ui/Listing";
import { useNotify } from "../ui/notify";
import { Page } from "../ui/Page";
import { DropZone } from "./DropZone";
import { TemplatePicture } from "./TemplatePicture";
import { UploadLines } from "./UploadLines";
import type { Template } from "./uploadTemplate";
import { useUploads } from "./useUploads";

/** The pictures that slots use: who uses which, and what can go. */
export default function TemplatesPage() {
  const { t } = useTranslation("templates");
  const isAdmin = useMay("admin");
  const notify = useNotify();
  const asked = $api.useQuery("get", "/api/v1/template-media");
  const { uploads, start, again, forget } = useUploads(({ name }) => notify.done(t("uploaded", { name })));
  return (
    <Page title={t("title")}
      actions={
        <Anchor component={Link} to="/slots">
          {t("common:nav.slots")}
        </Anchor>
      }>
      {isAdmin && (
        <DropZone label={t("uploadLabel")} hint={t("hint")} onFiles={(files) => files.forEach((file) => void start(file))}>
          <Text>{t("dropHere")}</Text>
          <UploadLines uploads={uploads} onAgain={again} onForget={forget} />
        </DropZone>
      )}
      <Listing asked={asked}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t("empty.title")} text={t("empty.text")} />
          ) : (
            <SimpleGrid component="ul" cols={{ base: 1, xs: 2, sm: 3, lg: 4 }} p={0} m={0} style={{ listStyle: "none" }}>
              {items.map((template) => (
                <OneTemplate key={template.id} template={template} />
              ))}
            </SimpleGrid>
          )
        }
      </Listing>
    </Page>
  );
}

function OneTemplate({ template }: { template: Template }) {
  const { t } = useTranslation("templates");
  const formats = useFormats();
  const isAdmin = useMay("admin");
  const remove = useRemoval();
  const name = template.name || template.id;
  const { width, height, used_by: users } = template;
  return (
    <Card component="li" withBorder padding="sm">
      <TemplatePicture id={template.id} alt={name} size={160} />
      <Text fw={600} mt="xs" style={{ overflowWrap: "anywhere" }}>
        {name}
      </Text>
      <Text size="sm" c="dimmed">
        {t("facts", { width, height, size: formats.size(template.size_bytes) })}
      </Text>
      <Text size="sm">{t("usedBy", { count: users.length })}</Text>
      <Group gap="xs">
        {users.map((id) => (
          <Anchor key={id} component={Link} to={`/slots/${id}`} size="sm">
            {id}
          </Anchor>
        ))}
      </Group>
      {isAdmin && (
        <Button variant="default" mt="auto" leftSection={<IconTrash size={18} aria-hidden />} aria-label={t("removeNamed", { name })} onClick={() => void remove(template)}>
          {t("common:delete")}
        </Button>
      )}
    </Card>
  );
}

/** Deletes a picture; one that slots use only after naming them. */
function useRemoval(): (template: Template) => Promise<void> {
  const { t } = useTranslation("templates");
  const confirm = useConfirm();
  const notify = useNotify();
  const queryClient = useQueryClient();
  return async ({ id, name, used_by: users }) => {
    const text =
      users.length === 0 ? (
        t("delete.text")
      ) : (
        <>
          <Text>{t("delete.used", { count: users.length })}</Text>
          <List>
            {users.map((user) => (
              <List.Item key={user}>{user}</List.Item>
            ))}
          </List>
        </>
      );
    if (!(await confirm({ title: t("delete.title", { name: name || id }), text, action: t(users.length === 0 ? "common:delete" : "delete.force") }))) return;
    try {
      await api.DELETE("/api/v1/template-media/{id}", { params: { path: { id }, query: { force: users.length > 0 } } });
      notify.done(t("delete.done", { name: name || id }));
    } catch (error) {
      notify.failed(error);
    }
    await queryClient.invalidateQueries({ queryKey: ["get", "/api/v1/template-media"] });
  };
}
