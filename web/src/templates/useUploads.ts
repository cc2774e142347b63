import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { asProblem, Problem } from "../api/problem";
import { useProblemText } from "../ui/problemText";
import { MAX_BYTES, uploadTemplate, type Template } from "./uploadTemplate";

export interface Upload {
  key: string;
  name: string;
  /** 0 to 1. */
  share: number;
  /** Why it failed, as a sentence. */
  failure: string | null;
  file: File;
}

let keys = 0;

/** Uploads files side by side; what failed stays until it is tried again or put away. */
export function useUploads(onUploaded: (template: Template) => void) {
  const { t } = useTranslation("templates");
  const problemText = useProblemText();
  const queryClient = useQueryClient();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const latest = useRef(onUploaded);
  useEffect(() => {
    latest.current = onUploaded;
  }, [onUploaded]);
  const leaving = useRef(new AbortController());
  useEffect(() => {
    leaving.current = new AbortController();
    return () => leaving.current.abort();
  }, []);

  const forget = (key: string) => setUploads((all) => all.filter((one) => one.key !== key));
  const update = (key: string, changes: Partial<Upload>) => setUploads((all) => all.map((one) => (one.key === key ? { ...one, ...changes } : one)));
  const wordsFor = (error: unknown) => {
    const problem = asProblem(error);
    return `${problemText.what(problem)}. ${problemText.whatToDo(problem)}`;
  };

  const start = async (file: File) => {
    keys += 1;
    const key = `upload-${keys}`;
    setUploads((all) => [...all, { key, name: file.name, share: 0, failure: null, file }]);
    try {
      if (file.size > MAX_BYTES) throw new Problem("payload_too_large", t("tooLarge"));
      const template = await uploadTemplate(file, (share) => update(key, { share }), leaving.current.signal);
      forget(key);
      await queryClient.invalidateQueries({ queryKey: ["get", "/api/v1/template-media"] });
      latest.current(template);
    } catch (error) {
      update(key, { failure: wordsFor(error) });
    }
  };
  const again = (upload: Upload) => {
    forget(upload.key);
    void start(upload.file);
  };
  return { uploads, start, again, forget };
}
