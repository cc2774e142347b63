import { Alert, Button, List, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { asProblem } from "../api/problem";
import { useFaultText } from "./faultText";
import { useProblemText } from "./problemText";

interface Props {
  error: unknown;
  onRetry?: () => void;
}

/** An error as a sentence: what happened, what to do, the fields that are wrong, and the API's own words. */
export function Failure({ error, onRetry }: Props) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const faultText = useFaultText();
  const problem = asProblem(error);
  const words = problemText.words(problem);
  return (
    <Alert role="alert" color="red" icon={<IconAlertTriangle />} title={problemText.what(problem)}>
      <Stack gap="xs">
        <Text>{problemText.whatToDo(problem)}</Text>
        {problem.faults.length > 0 && (
          <List>
            {problem.faults.map((fault) => (
              <List.Item key={`${fault.pointer} ${fault.detail}`}>
                <b>{fault.pointer}</b>: {faultText(fault)}
              </List.Item>
            ))}
          </List>
        )}
        {problem.faults.length === 0 && words && (
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            {words}
          </Text>
        )}
        {onRetry && (
          <Button variant="default" onClick={onRetry} w="fit-content">
            {t("retry")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
