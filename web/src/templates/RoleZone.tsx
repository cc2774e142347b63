import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconArrowBackUp, IconPhotoPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/schema";
import { DropZone } from "./DropZone";
import { TemplatePicker } from "./TemplatePicker";
import { TemplatePicture } from "./TemplatePicture";
import { UploadLines } from "./UploadLines";
import { useUploads } from "./useUploads";

interface Props {
  role: Schemas["TemplateRole"];
  /** Names of templates by id. */
  names: ReadonlyMap<string, string>;
  ids: readonly string[];
  /** What becomes of the pictures of this role; by a function, because two uploads may end at once. */
  onChange: (update: (ids: readonly string[]) => readonly string[]) => void;
  isReadOnly: boolean;
}

/** The pictures of one role: with previews, to drop, paste, choose, replace and remove. */
export function RoleZone({ role, names, ids, onChange, isReadOnly }: Props) {
  const { t } = useTranslation("templates");
  const [before, setBefore] = useState<readonly string[] | null>(null);
  const [isPicking, setIsPicking] = useState(false);
  const max = role.max_count ?? 1;
  const title = t(`common:templateRole.${role.role}`, { defaultValue: role.role });

  const add = (id: string) => {
    if (ids.length >= max) setBefore(ids);
    onChange((now) => (now.includes(id) ? now : [...now.slice(0, max - 1), id]));
  };
  const remove = (id: string) => {
    setBefore(ids);
    onChange((now) => now.filter((one) => one !== id));
  };
  const undo = () => {
    if (before) onChange(() => before);
    setBefore(null);
  };
  const { uploads, start, again, forget } = useUploads((template) => add(template.id));
  const pictures = (
    <Group gap="sm">
      {ids.map((id) => (
        <Stack key={id} gap={4} w={120}>
          <TemplatePicture id={id} alt={names.get(id) ?? id} />
          <Text size="sm" truncate title={names.get(id)}>
            {names.get(id) ?? id}
          </Text>
          {!isReadOnly && (
            <Button variant="default" size="compact-md" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => remove(id)} aria-label={t("removeNamed", { name: names.get(id) ?? id })}>
              {t("remove")}
            </Button>
          )}
        </Stack>
      ))}
    </Group>
  );
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {title} <RoleNeeds isRequired={role.is_required ?? false} max={max} />
      </Title>
      {isReadOnly ? (
        pictures
      ) : (
        <DropZone label={title} hint={t("hint")} onFiles={(files) => files.slice(0, max).forEach((file) => void start(file))}
          actions={
            <Button variant="default" leftSection={<IconPhotoPlus size={18} aria-hidden />} onClick={() => setIsPicking(true)}>
              {t("chooseExisting")}
            </Button>
          }>
          {ids.length > 0 ? pictures : <Text>{t("dropHere")}</Text>}
          <UploadLines uploads={uploads} onAgain={again} onForget={forget} />
          <div aria-live="polite">
            {before && (
              <Group gap="xs">
                <Text size="sm">{t("changed")}</Text>
                <Button variant="subtle" leftSection={<IconArrowBackUp size={18} aria-hidden />} onClick={undo}>
                  {t("undo")}
                </Button>
              </Group>
            )}
          </div>
        </DropZone>
      )}
      <TemplatePicker isOpen={isPicking} onClose={() => setIsPicking(false)}
        onChoose={({ id }) => {
          add(id);
          setIsPicking(false);
        }} />
    </Stack>
  );
}

function RoleNeeds({ isRequired, max }: { isRequired: boolean; max: number }) {
  const { t } = useTranslation("templates");
  return (
    <Text span size="sm" c="dimmed" fw={400}>
      {t(isRequired ? "needed" : "optional")} · {t("upTo", { count: max })}
    </Text>
  );
}
