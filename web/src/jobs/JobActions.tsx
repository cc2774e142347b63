import { Button, FileButton } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router-dom";

import { $api, sendForm } from "../api/client";
import type { Schemas } from "../api/schema";
import { useMay } from "../session/session";
import { useConfirm } from "../ui/confirm";
import { useNotify } from "../ui/notify";

const PICTURES = "image/jpeg,image/png,image/webp,image/heic,image/heif";

/** What can be done with a photo: end one that runs, run a test run's settings again. */
export function JobActions({ job }: { job: Schemas["JobDetail"] }) {
  const [mayCancel, mayRetry] = [useMay("operator"), useMay("admin")];
  if (job.finalized_at === null) return mayCancel ? <CancelButton id={job.id} /> : null;
  return job.source === "test_run" && mayRetry ? <RetryButton id={job.id} /> : null;
}

function CancelButton({ id }: { id: string }) {
  const { t } = useTranslation("jobs");
  const client = useQueryClient();
  const confirm = useConfirm();
  const notify = useNotify();
  const cancelling = $api.useMutation("post", "/api/v1/jobs/{id}/cancel", {
    onSuccess: () => notify.done(t("cancel.done")),
    onError: notify.failed,
    onSettled: () => client.invalidateQueries({ queryKey: ["get", "/api/v1/jobs/{id}"] }),
  });
  const ask = async () => {
    if (await confirm({ title: t("cancel.title"), text: t("cancel.text"), action: t("cancel.do") })) cancelling.mutate({ params: { path: { id } } });
  };
  return (
    <Button color="red.8" loading={cancelling.isPending} onClick={() => void ask()}>
      {t("cancel.do")}
    </Button>
  );
}

/** The photo itself was deleted with its job: it is chosen again. */
function RetryButton({ id }: { id: string }) {
  const { t } = useTranslation("jobs");
  const navigate = useNavigate();
  const notify = useNotify();
  const [isRunning, setIsRunning] = useState(false);
  const run = async (file: File | null) => {
    if (!file) return;
    const form = new FormData();
    form.append("file", file);
    setIsRunning(true);
    try {
      const answer = await sendForm(`/api/v1/test-runs/${id}/retry`, form);
      const report = (await answer.json()) as Schemas["TrialReport"];
      await navigate(`/jobs/${report.job_id}`);
    } catch (error) {
      notify.failed(error);
    } finally {
      setIsRunning(false);
    }
  };
  return (
    <FileButton accept={PICTURES} onChange={(file) => void run(file)}>
      {(props) => (
        <Button {...props} variant="default" loading={isRunning}>
          {t("retry.do")}
        </Button>
      )}
    </FileButton>
  );
}
