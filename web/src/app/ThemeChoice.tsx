import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconMoon, IconSun } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

export function ThemeChoice() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme("light") === "dark";
  return (
    <ActionIcon aria-label={t(isDark ? "theme.light" : "theme.dark")} onClick={() => setColorScheme(isDark ? "light" : "dark")}>
      {isDark ? <IconSun /> : <IconMoon />}
    </ActionIcon>
  );
}
