import { Button, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Failure } from "../../ui/Failure";
import type { Rollback } from "./useRollback";

/** Why a version was not brought back; what only warns can be overridden. */
export function RollbackFailure({ rollback: { refused, insist, isRunning } }: { rollback: Rollback }) {
  const { t } = useTranslation("history");
  if (!refused) return null;
  const { problem } = refused;
  const onlyWarns = problem.faults.length > 0 && problem.faults.every((fault) => "is_warning" in fault && fault.is_warning === true);
  return (
    <Stack gap="xs">
      <Failure error={problem} />
      {onlyWarns && (
        <Button variant="default" w="fit-content" loading={isRunning} onClick={() => void insist()}>
          {t("rollback.anyway")}
        </Button>
      )}
    </Stack>
  );
}
