import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";

const COLORS = { pending: "gray", processing: "blue", done: "green", failed: "red", timeout: "orange", cancelled: "gray" } as const;

/** A job's status in words and colour. */
export function StatusBadge({ status }: { status: string }) {
  const { t } = useTranslation();
  const color = COLORS[status as keyof typeof COLORS] ?? "gray";
  return (
    <Badge color={color} variant="light" autoContrast>
      {t(`status.${status}`)}
    </Badge>
  );
}
