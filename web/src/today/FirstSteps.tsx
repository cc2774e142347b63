import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import type { Schemas } from "../api/schema";
import { useMay } from "../session/session";
import { Empty } from "../ui/Empty";
import { WRAPS } from "./wraps";

/** What to do before the first photo: make a slot, then connect the booth to it. */
export function FirstSteps({ slots }: { slots: readonly Schemas["SlotShown"][] }) {
  const { t } = useTranslation("today");
  const mayCreate = useMay("admin");
  const slot = slots.find(({ state }) => state === "open") ?? slots[0];
  if (!slot) {
    return (
      <Empty title={t("first.slotTitle")} text={t("first.slotText")}>
        {mayCreate && (
          <Button {...WRAPS} component={Link} to="/slots/new">
            {t("first.slotAction")}
          </Button>
        )}
      </Empty>
    );
  }
  return (
    <Empty title={t("first.boothTitle")} text={t("first.boothText")}>
      <Button {...WRAPS} component={Link} to={`/slots/${slot.id}?tab=connect`}>
        {t("first.boothAction", { name: slot.name })}
      </Button>
    </Empty>
  );
}
