/** Every page: its path, who may see it, and the file that is loaded when it is opened. */
import {
  IconAdjustments, IconBuildingFactory2, IconChartBar, IconHome, IconKey, IconListDetails, IconPhoto, IconPlug, IconStack2, IconUsers, IconUsersGroup,
  IconHistory, IconDeviceLaptop, type Icon,
} from "@tabler/icons-react";
import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import { matchPath } from "react-router-dom";

import type { Role } from "../api/schema";

export interface PageEntry {
  path: string;
  /** Its name in the navigation, a key of `common:nav`; none: it is reached from another page. */
  name?: string;
  icon?: Icon;
  role: Role;
  Page: LazyExoticComponent<ComponentType>;
  /** Fetches the page's code, at the start of the program before anything of it is shown. */
  load: () => Promise<unknown>;
}

type Loader = () => Promise<{ default: ComponentType }>;

function page(path: string, role: Role, load: Loader, inNavigation: { name?: string; icon?: Icon } = {}): PageEntry {
  return { path, role, load, Page: lazy(load), ...inNavigation };
}

export const PAGES: readonly PageEntry[] = [
  page("/", "viewer", () => import("../today/TodayPage"), { name: "today", icon: IconHome }),
  page("/slots", "viewer", () => import("../slots/SlotsPage"), { name: "slots", icon: IconStack2 }),
  page("/slots/new", "admin", () => import("../slots/NewSlotPage")),
  page("/templates", "viewer", () => import("../templates/TemplatesPage")),
  page("/slots/:id", "viewer", () => import("../slots/SlotPage")),
  page("/gallery", "viewer", () => import("../gallery/GalleryPage"), { name: "gallery", icon: IconPhoto }),
  page("/event-galleries", "viewer", () => import("../gallery/EventGalleriesPage"), { name: "eventGalleries", icon: IconUsersGroup }),
  page("/jobs", "viewer", () => import("../jobs/JobsPage"), { name: "jobs", icon: IconListDetails }),
  page("/jobs/:id", "viewer", () => import("../jobs/JobPage")),
  page("/statistics", "viewer", () => import("../statistics/StatisticsPage"), { name: "statistics", icon: IconChartBar }),
  page("/providers", "viewer", () => import("../providers/ProvidersPage"), { name: "providers", icon: IconPlug }),
  page("/providers/:name", "viewer", () => import("../providers/ProviderPage")),
  page("/operations", "viewer", () => import("../operations/OperationsPage"), { name: "operations", icon: IconBuildingFactory2 }),
  page("/settings", "viewer", () => import("../settings/SettingsPage"), { name: "settings", icon: IconAdjustments }),
  page("/users", "admin", () => import("../people/UsersPage"), { name: "users", icon: IconUsers }),
  page("/audit", "admin", () => import("../people/AuditPage"), { name: "audit", icon: IconHistory }),
  page("/tokens", "viewer", () => import("../people/TokensPage"), { name: "tokens", icon: IconKey }),
  page("/account", "viewer", () => import("../people/AccountPage"), { name: "account", icon: IconDeviceLaptop }),
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
