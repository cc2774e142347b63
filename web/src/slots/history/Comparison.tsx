import { Group, NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../../api/client";
import type { Schemas } from "../../api/schema";
import { useFormats } from "../../ui/format";
import { Listing } from "../../ui/Listing";
import { RowsSkeleton } from "../../ui/Page";
import { ChangeList } from "../changes/ChangeList";

interface Between {
  from: number;
  to: number;
}

interface Props {
  slotId: string;
  revisions: readonly Schemas["RevisionSummary"][];
  between: Between;
  onChoose: (between: Between) => void;
}

/** Two versions, to be chosen, and what differs between them. */
export function Comparison({ slotId, revisions, between, onChoose }: Props) {
  const { t } = useTranslation("history");
  const formats = useFormats();
  const path = { id: slotId, number: String(between.from) };
  const asked = $api.useQuery("get", "/api/v1/slots/{id}/revisions/{number}/diff", { params: { path, query: { to: between.to } } }, { staleTime: Infinity });
  const data = revisions.map(({ number, at }) => ({ value: String(number), label: t("versionOf", { number, at: formats.moment(at) }) }));
  return (
    <>
      <Group gap="sm" grow preventGrowOverflow={false}>
        <NativeSelect label={t("compare.from")} data={data} value={String(between.from)} onChange={(event) => onChoose({ ...between, from: Number(event.currentTarget.value) })} />
        <NativeSelect label={t("compare.to")} data={data} value={String(between.to)} onChange={(event) => onChoose({ ...between, to: Number(event.currentTarget.value) })} />
      </Group>
      <div aria-live="polite">
        <Listing asked={asked} skeleton={<RowsSkeleton rows={2} />}>
          {({ changes }) => <ChangeList changes={changes} />}
        </Listing>
      </div>
    </>
  );
}
