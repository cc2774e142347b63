import { Modal, SimpleGrid, Text, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { Empty } from "../ui/Empty";
import { Listing } from "../ui/Listing";
import { TemplatePicture } from "./TemplatePicture";
import type { Template } from "./uploadTemplate";

interface Props {
  isOpen: boolean;
  onClose: () => void;
  onChoose: (template: Template) => void;
}

/** The pictures that were uploaded before, to choose one. */
export function TemplatePicker({ isOpen, onClose, onChoose }: Props) {
  const { t } = useTranslation("templates");
  const asked = $api.useQuery("get", "/api/v1/template-media", {}, { enabled: isOpen });
  return (
    <Modal opened={isOpen} onClose={onClose} size="lg" title={t("chooseExisting")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Listing asked={asked}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t("empty.title")} text={t("empty.text")} />
          ) : (
            <SimpleGrid cols={{ base: 2, xs: 3, sm: 4 }}>
              {items.map((template) => (
                <UnstyledButton key={template.id} p="xs" onClick={() => onChoose(template)} aria-label={t("choose", { name: template.name || template.id })}>
                  <TemplatePicture id={template.id} alt="" />
                  <Text size="sm" truncate>
                    {template.name || template.id}
                  </Text>
                </UnstyledButton>
              ))}
            </SimpleGrid>
          )
        }
      </Listing>
    </Modal>
  );
}
