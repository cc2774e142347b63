import { Button, Group } from "@mantine/core";
import { IconCheckbox, IconFileZip } from "@tabler/icons-react";
import { memo, useMemo } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { useMay } from "../session/session";
import { LiveBadge } from "../ui/LiveBadge";
import { Page } from "../ui/Page";
import type { GalleryFilter } from "./filter";
import { GalleryFilters } from "./GalleryFilters";
import { PictureList } from "./PictureList";
import type { Picture } from "./pictures";
import { MAX_IN_ARCHIVE, useSelection } from "./selection";
import { SelectionBar } from "./SelectionBar";
import { useArchive } from "./useArchive";
import { useGalleryAddress } from "./useGalleryAddress";
import { usePictures } from "./usePictures";

const NO_SLOTS: { id: string; name: string }[] = [];

/** Finished pictures, newest first; new ones appear by themselves. */
export default function GalleryPage() {
  const { t } = useTranslation("gallery");
  const address = useGalleryAddress();
  const listed = usePictures(address.filter);
  const selection = useSelection();
  const slots = $api.useQuery("get", "/api/v1/slots").data?.items ?? NO_SLOTS;
  const slotNames = useMemo(() => new Map(slots.map(({ id, name }) => [id, name])), [slots]);
  const booths = useBooths(listed.pictures);
  return (
    <Page title={t("title")} actions={<Actions filter={address.filter} isAny={listed.pictures.length > 0} isSelecting={selection.isOn} onSelect={selection.begin} />}>
      <GalleryFilters filter={address.filter} slots={slots} booths={booths} onChange={address.change} />
      <Group justify="space-between" mih={26}>
        <LiveBadge />
      </Group>
      <PictureList key={address.ofFilter} address={address} listed={listed} slotNames={slotNames} selection={selection} />
      {selection.isOn && <SelectionBar selection={selection} pictures={listed.pictures} />}
    </Page>
  );
}

/** The booths that the pictures name, for the filter; the same array until there is another one. */
function useBooths(pictures: readonly Picture[]): readonly string[] {
  const names = useMemo(() => [...new Set(pictures.map(({ booth }) => booth))].filter(Boolean).toSorted().join("\n"), [pictures]);
  return useMemo(() => (names === "" ? [] : names.split("\n")), [names]);
}

interface ActionsProps {
  filter: GalleryFilter;
  isAny: boolean;
  isSelecting: boolean;
  onSelect: () => void;
}

/** What operators do with many pictures at once. */
const Actions = memo(function Actions({ filter, isAny, isSelecting, onSelect }: ActionsProps) {
  const { t } = useTranslation("gallery");
  const archive = useArchive();
  if (!useMay("operator")) return null;
  return (
    <>
      <Button variant="default" px="sm" leftSection={<IconCheckbox aria-hidden />} onClick={onSelect} disabled={!isAny || isSelecting}>
        {t("select.begin")}
      </Button>
      <Button variant="default" px="sm" leftSection={<IconFileZip aria-hidden />} disabled={!isAny} loading={archive.isRunning} title={t("zip.allNote", { max: MAX_IN_ARCHIVE })}
        onClick={() => void archive.download({ filter }, null)}>
        {t("zip.all")}
      </Button>
    </>
  );
});
