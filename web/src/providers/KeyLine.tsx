import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useFormats } from "../ui/format";
import type { Provider } from "./health";

/** Whether there is a key, and where it comes from. */
export function KeyLine({ provider: { key, has_key } }: { provider: Provider }) {
  const { t } = useTranslation("providers");
  const formats = useFormats();
  if (key) return <Text>{t(key.last4 ? "key.given" : "key.givenShort", { last4: key.last4, when: formats.moment(key.updated_at) })}</Text>;
  return <Text>{t(has_key ? "key.environment" : "key.none")}</Text>;
}
