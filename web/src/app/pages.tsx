/** Every page: its path, who may see it, and the file that is loaded when it is opened. */
import {
  IconAdjustments, IconBuildingFactory2, IconChartBar, IconHome, IconKey, IconListDetails, IconPhoto, IconPlug, IconStack2, IconUsers, IconUsersGroup,
  IconHistory, IconDeviceLaptop, type Icon,
} from "@tabler/icons-react";
import { createElement, lazy, useState, type ComponentType } from "react";
import { matchPath } from "react-router-dom";

import type { Role } from "../api/schema";
import { loadTexts } from "../i18n";
import TodayPage from "../today/TodayPage";
import { askForToday } from "../today/useToday";

export interface PageEntry {
  path: string;
  /** Its name in the navigation, a key of `common:nav`; none: it is reached from another page. */
  name?: string;
  icon?: Icon;
  role: Role;
  Page: ComponentType;
  /** Fetches the page's code and texts, at the start of the program before anything of it is shown. */
  load?: () => Promise<unknown>;
  /** Begins to ask for what it shows, once it is known that somebody is logged in. */
  ask?: () => void;
}

type Loader = () => Promise<{ default: ComponentType }>;

const EDITOR = ["slots", "templates", "trial", "connect", "history", "reasons"];

/** `texts` are all areas of texts that anything on the page uses: one that comes later would take the page away for a moment. */
function page(path: string, role: Role, texts: readonly string[], code: Loader, inNavigation: { name?: string; icon?: Icon } = {}): PageEntry {
  let loaded: ComponentType | null = null;
  const load = async () => {
    const [module] = await Promise.all([code(), loadTexts(texts)]);
    loaded = module.default;
    return module;
  };
  const Later = lazy(load);
  // `lazy` lets even what is there already be waited for, under a skeleton
  const Page = () => createElement(useState(() => loaded ?? Later)[0]);
  return { path, role, load, Page, ...inNavigation };
}

export const PAGES: readonly PageEntry[] = [
  // comes with the program, texts and all: one trip to the server less
  { path: "/", role: "viewer", Page: TodayPage, ask: askForToday, name: "today", icon: IconHome },
  page("/slots", "viewer", ["slots"], () => import("../slots/SlotsPage"), { name: "slots", icon: IconStack2 }),
  page("/slots/new", "admin", EDITOR, () => import("../slots/NewSlotPage")),
  page("/templates", "viewer", ["templates"], () => import("../templates/TemplatesPage")),
  page("/slots/:id", "viewer", EDITOR, () => import("../slots/SlotPage")),
  page("/gallery", "viewer", ["gallery"], () => import("../gallery/GalleryPage"), { name: "gallery", icon: IconPhoto }),
  page("/event-galleries", "viewer", ["events"], () => import("../gallery/EventGalleriesPage"), { name: "eventGalleries", icon: IconUsersGroup }),
  page("/jobs", "viewer", ["jobs", "reasons"], () => import("../jobs/JobsPage"), { name: "jobs", icon: IconListDetails }),
  page("/jobs/:id", "viewer", ["jobs", "reasons", "providers"], () => import("../jobs/JobPage")),
  page("/statistics", "viewer", ["statistics", "reasons", "providers"], () => import("../statistics/StatisticsPage"), { name: "statistics", icon: IconChartBar }),
  page("/providers", "viewer", ["providers"], () => import("../providers/ProvidersPage"), { name: "providers", icon: IconPlug }),
  page("/providers/:name", "viewer", ["providers"], () => import("../providers/ProviderPage")),
  page("/operations", "viewer", ["operations"], () => import("../operations/OperationsPage"), { name: "operations", icon: IconBuildingFactory2 }),
  page("/settings", "viewer", ["settings"], () => import("../settings/SettingsPage"), { name: "settings", icon: IconAdjustments }),
  page("/users", "admin", ["people"], () => import("../people/UsersPage"), { name: "users", icon: IconUsers }),
  page("/audit", "admin", ["people", "settings"], () => import("../people/AuditPage"), { name: "audit", icon: IconHistory }),
  page("/tokens", "viewer", ["people"], () => import("../people/TokensPage"), { name: "tokens", icon: IconKey }),
  page("/account", "viewer", ["people", "slots"], () => import("../people/AccountPage"), { name: "account", icon: IconDeviceLaptop }),
];

/** The page that an address shows. */
export function pageAt(pathname: string): PageEntry | undefined {
  return PAGES.find(({ path }) => matchPath(path, pathname) !== null);
}

const RANK: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

/** Says whether somebody with the role `has` may do what needs the role `needs`. */
export function may(has: Role, needs: Role): boolean {
  return RANK[has] >= RANK[needs];
}
