import { Autocomplete, Button, Collapse, Group, NativeSelect, Paper, SimpleGrid, Switch, TextInput } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";

import { useTyped } from "../ui/useTyped";
import { askedFor, idIn, localOf, momentOf, NO_FILTER, type GalleryFilter } from "./filter";

interface Props {
  filter: GalleryFilter;
  slots: readonly { id: string; name: string }[];
  /** Names to offer. */
  booths: readonly string[];
  onChange: (change: Partial<GalleryFilter>) => void;
}

/** The slot is always there; the rest is opened when it is needed. */
export const GalleryFilters = memo(function GalleryFilters({ filter, slots, booths, onChange }: Props) {
  const { t } = useTranslation("gallery");
  const others = askedFor({ ...filter, slotId: "" });
  const [isOpen, setIsOpen] = useState(others > 0);
  const known = slots.some(({ id }) => id === filter.slotId) || !filter.slotId;
  const choices = [{ value: "", label: t("filter.allSlots") }, ...slots.map(({ id, name }) => ({ value: id, label: name })), ...(known ? [] : [{ value: filter.slotId, label: filter.slotId }])];
  return (
    <>
      <Group align="end" gap="xs" wrap="nowrap">
        <NativeSelect label={t("filter.slot")} data={choices} value={filter.slotId} onChange={(event) => onChange({ slotId: event.currentTarget.value })} flex={1} maw={360} />
        <Button variant={others > 0 ? "light" : "default"} leftSection={<IconFilter aria-hidden />} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {others > 0 ? t("filter.openWith", { count: others }) : t("filter.open")}
        </Button>
      </Group>
      <Collapse expanded={isOpen} transitionDuration={0}>
        <Paper withBorder p="md">
          <Fields filter={filter} booths={booths} onChange={onChange} />
        </Paper>
      </Collapse>
    </>
  );
});

function Fields({ filter, booths, onChange }: Omit<Props, "slots">) {
  const { t } = useTranslation("gallery");
  const booth = useTyped(filter.booth, (text) => onChange({ booth: text }));
  const job = useTyped(filter.jobId, (text) => (text === "" || idIn(text) !== null) && onChange({ jobId: idIn(text) ?? "" }));
  const isPart = job.text.trim() !== "" && idIn(job.text) === null;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }} spacing="md">
      <Autocomplete label={t("filter.booth")} description={t("filter.boothNote")} data={[...booths]} size="md" maxLength={256} value={booth.text} onChange={booth.type} />
      <TextInput type="datetime-local" label={t("filter.since")} description={t("filter.sinceNote")} value={localOf(filter.since)} onChange={(event) => onChange({ since: momentOf(event.currentTarget.value) })} />
      <TextInput type="datetime-local" label={t("filter.until")} description={t("filter.untilNote")} value={localOf(filter.until)} onChange={(event) => onChange({ until: momentOf(event.currentTarget.value) })} />
      <TextInput label={t("filter.job")} description={t("filter.jobNote")} value={job.text} onChange={(event) => job.type(event.currentTarget.value)} error={isPart && t("filter.jobPart")} spellCheck={false} autoCapitalize="none" />
      <Switch label={t("filter.testRuns")} checked={filter.hasTestRuns} onChange={(event) => onChange({ hasTestRuns: event.currentTarget.checked })} mih={44} style={{ alignContent: "center" }} />
      <Button variant="default" onClick={() => onChange(NO_FILTER)} disabled={askedFor(filter) === 0} style={{ alignSelf: "end" }}>
        {t("filter.clear")}
      </Button>
    </SimpleGrid>
  );
}
