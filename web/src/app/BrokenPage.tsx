import { Button, Code, Text } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Page } from "../ui/Page";

interface State {
  error: unknown;
}

/** Shows in place of a page with a defect how to go on, and what to tell whoever mends it. */
export class BrokenPage extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === null ? this.props.children : <WhatBroke error={this.state.error} />;
  }
}

function WhatBroke({ error }: State) {
  const { t } = useTranslation();
  return (
    <Page title={t("broken.title")}>
      <Text>{t("broken.text")}</Text>
      <Code block>{error instanceof Error ? error.message : String(error)}</Code>
      <Button onClick={() => window.location.reload()} w="fit-content">
        {t("broken.reload")}
      </Button>
    </Page>
  );
}
