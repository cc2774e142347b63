import { Anchor, Button, Code, Group, Modal, Stack, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import { $api } from "../../api/client";
import type { Schemas } from "../../api/schema";
import { CopyButton } from "../../ui/CopyButton";
import { useFormats } from "../../ui/format";
import { Listing } from "../../ui/Listing";
import { readable } from "./readable";
import { useDiscard } from "./useDiscard";

interface Props {
  id: string;
  onReplay: (id: string) => void;
  onClose: () => void;
}

/** One dead letter as it died, with what can be done about it. */
export function LetterWindow({ id, onReplay, onClose }: Props) {
  const { t } = useTranslation("operations");
  const asked = $api.useQuery("get", "/api/v1/dead-letters/{id}", { params: { path: { id } } });
  const discard = useDiscard(onClose);
  return (
    <Modal opened onClose={onClose} size="xl" title={t("letter.title")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Listing asked={asked}>
        {(letter) => (
          <Stack>
            <Told letter={letter} />
            <Group gap="xs">
              <Button variant="default" onClick={() => onReplay(id)}>
                {t("letters.replay")}
              </Button>
              <Button variant="default" onClick={() => void discard([id])}>
                {t("letters.discard")}
              </Button>
            </Group>
            <Headers headers={letter.headers} />
            <Body letter={letter} />
          </Stack>
        )}
      </Listing>
    </Modal>
  );
}

function Told({ letter }: { letter: Schemas["LetterDetail"] }) {
  const { t } = useTranslation("operations");
  const formats = useFormats();
  return (
    <Stack gap={4}>
      <Title order={3} size="h4">
        {t(`reason.${letter.reason}.what`, { defaultValue: letter.reason })}
      </Title>
      <Text>{t(`reason.${letter.reason}.do`, { defaultValue: "" })}</Text>
      <Text>{t("letter.outlook", { outlook: t(`outlook.${letter.outlook}`, { defaultValue: letter.outlook_detail }) })}</Text>
      {letter.replayed_at && <Text>{t("letter.replayed", { by: letter.replayed_by ?? "", time: formats.moment(letter.replayed_at) })}</Text>}
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {t("letter.where", { time: formats.moment(letter.received_at), queue: letter.queue, size: formats.size(letter.size_bytes) })}
      </Text>
      {letter.job_id && (
        <Anchor component={Link} to={`/jobs/${letter.job_id}`} c="inherit" style={{ overflowWrap: "anywhere", minHeight: 44, alignContent: "center" }}>
          {t("letter.job", { id: letter.job_id })}
        </Anchor>
      )}
    </Stack>
  );
}

function Headers({ headers }: { headers: Schemas["Header"][] }) {
  const { t } = useTranslation("operations");
  return (
    <div>
      <Title order={3} size="h5">
        {t("letter.headers")}
      </Title>
      <Table layout="fixed" verticalSpacing={4}>
        <Table.Tbody>
          {headers.map(({ name, value }) => (
            <Table.Tr key={`${name} ${value}`}>
              <Table.Th scope="row" w="40%" style={{ overflowWrap: "anywhere", verticalAlign: "top" }}>
                {name}
              </Table.Th>
              <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {headers.length === 0 && <Text>{t("letter.noHeaders")}</Text>}
    </div>
  );
}

function Body({ letter: { body, is_body_cut } }: { letter: Schemas["LetterDetail"] }) {
  const { t } = useTranslation("operations");
  return (
    <div>
      <Group justify="space-between">
        <Title order={3} size="h5">
          {t("letter.body")}
        </Title>
        {body && <CopyButton value={body} label={t("letter.bodyLabel")} />}
      </Group>
      {body ? (
        <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {readable(body)}
        </Code>
      ) : (
        <Text>{t("letter.noBody")}</Text>
      )}
      {is_body_cut && <Text size="sm">{t("letter.cut")}</Text>}
    </div>
  );
}
