import { Button, MultiSelect, NumberInput, Paper, SimpleGrid, Stack, Switch, Title } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../../api/client";
import { asProblem } from "../../api/problem";
import { Failure } from "../../ui/Failure";

const MOST_SLOTS = 20;

/** What is expected of the evening. */
export function PreflightForm({ onBegun }: { onBegun: (id: string) => void }) {
  const { t, i18n } = useTranslation("operations");
  const slots = $api.useQuery("get", "/api/v1/slots", {});
  const [chosen, setChosen] = useState<string[]>([]);
  const [guests, setGuests] = useState<number | string>(100);
  const [photos, setPhotos] = useState<number | string>(1);
  const [hours, setHours] = useState<number | string>(4);
  const [areLinksOpened, setAreLinksOpened] = useState(true);
  const beginning = $api.useMutation("post", "/api/v1/preflight", { onSuccess: ({ id }) => onBegun(id) });

  const areTooMany = beginning.error !== null && asProblem(beginning.error).faults.some(({ pointer }) => pointer === "/slot_ids");

  const submit = (event: FormEvent) => {
    event.preventDefault();
    beginning.mutate({
      body: {
        slot_ids: chosen.length > 0 ? chosen : null, expected_guests: Number(guests), photos_per_guest: Number(photos), hours: Number(hours),
        guests_open_links: areLinksOpened,
      },
    });
  };
  const separators = { decimalSeparator: i18n.language === "ru" ? "," : ".", thousandSeparator: " ", hideControls: true, allowNegative: false };
  return (
    <Paper withBorder p="md" component="section" maw={900}>
      <form onSubmit={submit}>
        <Stack>
          <Title order={2} size="h4">
            {t("preflight.new")}
          </Title>
          <MultiSelect size="md" label={t("preflight.slots")} description={t("preflight.slotsNote")} placeholder={chosen.length === 0 ? t("preflight.allSlots") : ""} value={chosen}
            onChange={setChosen} error={areTooMany && t("preflight.tooMany")} maxValues={MOST_SLOTS} searchable clearable clearButtonProps={{ "aria-label": t("preflight.clearSlots") }}
            data={(slots.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name || id }))} />
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            <NumberInput label={t("preflight.guests")} required min={1} max={100_000} allowDecimal={false} value={guests} onChange={setGuests} {...separators} />
            <NumberInput label={t("preflight.photos")} required min={1} max={100} allowDecimal={false} value={photos} onChange={setPhotos} {...separators} />
            <NumberInput label={t("preflight.hours")} required min={0.25} max={24} decimalScale={2} value={hours} onChange={setHours} {...separators} />
          </SimpleGrid>
          <Switch label={t("preflight.links")} checked={areLinksOpened} onChange={(event) => setAreLinksOpened(event.currentTarget.checked)}
            styles={{ body: { minHeight: 44, alignItems: "center" } }} />
          {beginning.error && !areTooMany && <Failure error={beginning.error} />}
          <Button type="submit" w="fit-content" loading={beginning.isPending}>
            {t("preflight.begin")}
          </Button>
        </Stack>
      </form>
    </Paper>
  );
}
