import { Alert, List, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { FieldFault, Problem } from "../../api/problem";
import { Failure } from "../../ui/Failure";
import { useFaultText } from "../../ui/faultText";
import { useSlotForm } from "./form";
import { hasPlace } from "./placing";

/** Above the form: why it was not saved, with those faults that belong to no field of it. */
export function Refusal({ problem, faults }: { problem: Problem | null; faults: readonly FieldFault[] }) {
  const { t } = useTranslation("slots");
  const { draft, providers, isNew } = useSlotForm();
  const faultText = useFaultText();
  if (faults.length === 0) return problem && <Failure error={problem} />;
  const homeless = faults.filter(({ pointer }) => !hasPlace(pointer, draft, providers, isNew));
  return (
    <Alert role="alert" color="red" icon={<IconAlertTriangle aria-hidden />} title={t("fault.title", { count: faults.length })} data-fault={homeless.length > 0} tabIndex={-1}>
      {homeless.length === 0 ? (
        <Text>{t("fault.text")}</Text>
      ) : (
        <List>
          {homeless.map((fault) => (
            <List.Item key={fault.pointer + fault.code}>
              <b>{fault.pointer}</b>: {faultText(fault)}
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
