import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { modals } from "../ui/dialogs";
import { Failure } from "../ui/Failure";
import { useNotify } from "../ui/notify";
import { useRefreshProviders } from "./useProviders";

const MAX_WHY = 200;

/** Gives what opens the question why a provider is to be paused. */
export function usePauseDialog(): (name: string, title: string) => void {
  const { t } = useTranslation("providers");
  return (name, title) => {
    const id = modals.open({
      title: t("pause.label", { title }),
      closeButtonProps: { "aria-label": t("common:close") },
      children: <PauseForm name={name} title={title} onEnd={() => modals.close(id)} />,
    });
  };
}

function PauseForm({ name, title, onEnd }: { name: string; title: string; onEnd: () => void }) {
  const { t } = useTranslation("providers");
  const [why, setWhy] = useState("");
  const notify = useNotify();
  const refresh = useRefreshProviders();
  const pausing = $api.useMutation("put", "/api/v1/providers/{name}/pause", {
    onSuccess: () => {
      notify.done(t("pause.done", { title }));
      onEnd();
    },
    onSettled: refresh,
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    pausing.mutate({ params: { path: { name } }, body: { why: why.trim() } });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text>{t("pause.explained")}</Text>
        <TextInput label={t("pause.why")} description={t("pause.whyNote")} required maxLength={MAX_WHY} pattern=".*\S.*" value={why}
          onChange={(event) => setWhy(event.currentTarget.value)} data-autofocus />
        {pausing.error && <Failure error={pausing.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onEnd}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={pausing.isPending}>
            {t("pause.submit")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
