import { AppShell, Burger, Group, NavLink, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconLogout } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { NavLink as RouterLink, Outlet, useLocation, useNavigationType } from "react-router-dom";

import { $api } from "../api/client";
import { useSession } from "../session/session";
import { LanguageChoice } from "./LanguageChoice";
import { OfflineBanner } from "./OfflineBanner";
import { may, PAGES } from "./pages";
import { ThemeChoice } from "./ThemeChoice";

const MAIN = "main";

/** The frame of every page: navigation, who is logged in, language, theme. */
export function Shell() {
  const { t } = useTranslation();
  const [isOpen, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  useFocusOnNewPage(pathname, close);
  return (
    <AppShell header={{ height: 60 }} navbar={{ width: 240, breakpoint: "md", collapsed: { mobile: !isOpen } }} padding="md">
      <a className="skip-link" href={`#${MAIN}`}>
        {t("skip")}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" gap="xs" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="md" aria-label={t("nav.menu")} aria-expanded={isOpen} size="sm" w={44} h={44} />
            <Text fw={700} visibleFrom="xs">
              PhotoChanger
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <LanguageChoice />
            <ThemeChoice />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t("nav.label")} className="navigation" data-is-open={isOpen || undefined}>
        <Navigation onChoose={close} />
      </AppShell.Navbar>
      <AppShell.Main id={MAIN} tabIndex={-1} style={{ outline: "none" }}>
        <Outlet />
      </AppShell.Main>
      <OfflineBanner />
    </AppShell>
  );
}

function Navigation({ onChoose }: { onChoose: () => void }) {
  const { t } = useTranslation();
  const { login, role } = useSession();
  const ending = $api.useMutation("delete", "/api/v1/session", { onSettled: () => window.location.assign("/") });
  return (
    <>
      <AppShell.Section grow style={{ overflowY: "auto" }}>
        {PAGES.filter((page) => page.name && may(role, page.role)).map(({ path, name, icon: PageIcon }) => (
          <NavLink key={path} component={RouterLink} to={path} end={path === "/"} onClick={onChoose} label={t(`nav.${name}`)}
            leftSection={PageIcon && <PageIcon size={20} aria-hidden />} />
        ))}
      </AppShell.Section>
      <AppShell.Section>
        <NavLink component="button" label={t("session.logOut")} description={`${login} · ${t(`role.${role}`)}`}
          leftSection={<IconLogout size={20} aria-hidden />} onClick={() => ending.mutate({})} />
      </AppShell.Section>
    </>
  );
}

/** Who reads with a screen reader or the keyboard begins each page at its beginning; going back keeps the place. */
function useFocusOnNewPage(pathname: string, close: () => void): void {
  const isBack = useNavigationType() === "POP";
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    close();
    document.getElementById(MAIN)?.focus({ preventScroll: true });
    if (!isBack) window.scrollTo(0, 0);
  }, [pathname, isBack, close]);
}
