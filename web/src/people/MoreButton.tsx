import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Failure } from "../ui/Failure";

interface Props {
  asked: { hasNextPage: boolean; isFetchingNextPage: boolean; isFetchNextPageError: boolean; error: unknown; fetchNextPage: () => unknown };
}

/** The next page of a long list, as long as there is one. */
export function MoreButton({ asked }: Props) {
  const { t } = useTranslation("people");
  if (!asked.hasNextPage) return null;
  return (
    <>
      {asked.isFetchNextPageError && <Failure error={asked.error} />}
      <Button variant="default" loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
        {t("more")}
      </Button>
    </>
  );
}
