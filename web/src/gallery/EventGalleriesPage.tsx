import { Button, Group, Modal, Paper, Stack, Text, Title } from "@mantine/core";
import { IconUsersPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { useMay } from "../session/session";
import { Empty } from "../ui/Empty";
import { useFormats } from "../ui/format";
import { Listing } from "../ui/Listing";
import { useNotify } from "../ui/notify";
import { Page } from "../ui/Page";
import { useEventGalleries, useReadGalleriesAgain, type EventGallery } from "./eventGalleries";
import { OpenGalleryCard } from "./OpenGalleryCard";
import { OpenGalleryForm } from "./OpenGalleryForm";

/** Public pages of an event's pictures: open one for a while, see which there are and were. */
export default function EventGalleriesPage() {
  const { t } = useTranslation("events");
  const { asked, galleries, aheadMs } = useEventGalleries();
  const names = useNames();
  const [form, setForm] = useState<{ like: EventGallery | null } | null>(null);
  const [passcodes, setPasscodes] = useState<ReadonlyMap<string, string>>(new Map());
  const [readAgain, notify] = [useReadGalleriesAgain(), useNotify()];
  const mayOpen = useMay("operator");

  const onOpened = (gallery: EventGallery, passcode: string) => {
    setForm(null);
    setPasscodes((before) => new Map(before).set(gallery.id, passcode));
    readAgain();
    notify.done(t("form.done", { title: names.of(gallery).title }));
  };
  const begin = mayOpen && (
    <Button leftSection={<IconUsersPlus aria-hidden />} onClick={() => setForm({ like: null })}>
      {t("form.begin")}
    </Button>
  );
  const isAny = galleries.length > 0;
  return (
    <Page title={t("common:nav.eventGalleries")} actions={isAny && begin}>
      <Listing asked={asked}>
        {() => isAny ? (
          <Stack>
            {galleries.filter(({ is_open }) => is_open).map((gallery) => (
              <OpenGalleryCard key={gallery.id} gallery={gallery} aheadMs={aheadMs} passcode={passcodes.get(gallery.id)} {...names.of(gallery)} />
            ))}
            <Earlier galleries={galleries.filter(({ is_open }) => !is_open)} names={names} onAgain={(like) => setForm({ like })} />
            {asked.hasNextPage && (
              <Button variant="default" onClick={() => void asked.fetchNextPage()} loading={asked.isFetchingNextPage}>
                {t("earlier.more")}
              </Button>
            )}
          </Stack>
        ) : (
          <Empty title={t("empty.title")} text={t("guestsSee")}>
            {begin}
          </Empty>
        )}
      </Listing>
      <Modal opened={form !== null} onClose={() => setForm(null)} title={t("form.heading")} size="lg" transitionProps={{ exitDuration: 0 }} closeButtonProps={{ "aria-label": t("common:close"), size: 44 }}>
        {form && <OpenGalleryForm slots={names.slots} like={form.like} onOpened={onOpened} />}
      </Modal>
    </Page>
  );
}

const NO_SLOTS: { id: string; name: string }[] = [];

type Names = ReturnType<typeof useNames>;

/** What galleries and slots are called: a gallery without a title by its slots. */
function useNames() {
  const slots = $api.useQuery("get", "/api/v1/slots").data?.items ?? NO_SLOTS;
  return useMemo(() => {
    const byId = new Map(slots.map(({ id, name }) => [id, name]));
    const of = ({ title, slot_ids: ids }: EventGallery) => {
      const named = ids.map((id) => byId.get(id) ?? id).join(", ");
      return { title: title || named, slots: named };
    };
    return { slots, of };
  }, [slots]);
}

interface EarlierProps {
  galleries: EventGallery[];
  names: Names;
  onAgain: (gallery: EventGallery) => void;
}

function Earlier({ galleries, names, onAgain }: EarlierProps) {
  const { t } = useTranslation("events");
  const formats = useFormats();
  const mayOpen = useMay("operator");
  if (galleries.length === 0) return null;
  return (
    <Stack component="section" gap="xs">
      <Title order={2} size="h4">
        {t("earlier.title")}
      </Title>
      {galleries.map((gallery) => (
        <Paper key={gallery.id} withBorder p="sm">
          <Group justify="space-between">
            <div style={{ minWidth: 0, overflowWrap: "anywhere" }}>
              <Text fw={600}>{names.of(gallery).title}</Text>
              <Text size="sm">{names.of(gallery).slots}</Text>
              <Text size="sm">{t("earlier.when", { from: formats.moment(gallery.opened_at), to: formats.moment(gallery.closed_at ?? gallery.closes_at), by: gallery.opened_by })}</Text>
            </div>
            {mayOpen && (
              <Button variant="default" onClick={() => onAgain(gallery)} aria-label={t("earlier.againLabel", { title: names.of(gallery).title })}>
                {t("earlier.again")}
              </Button>
            )}
          </Group>
        </Paper>
      ))}
    </Stack>
  );
}
