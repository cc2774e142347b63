import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useMay } from "../session/session";

interface Props {
  label: string;
  isEverybody: boolean;
  onChange: (isEverybody: boolean) => void;
}

/** One's own or everybody's, for administrators; others have only their own. */
export function WhoseChoice({ label, isEverybody, onChange }: Props) {
  const { t } = useTranslation("people");
  if (!useMay("admin")) return null;
  const data = [{ value: "own", label: t("whose.own") }, { value: "everybody", label: t("whose.everybody") }];
  return <SegmentedControl aria-label={label} size="md" w="fit-content" data={data} value={isEverybody ? "everybody" : "own"} onChange={(chosen) => onChange(chosen === "everybody")} />;
}
