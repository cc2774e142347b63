/** Every page: its path, who may see it, and the file that is loaded when it is opened. */
import {
  IconAdjustments, IconBuildingFactory2, IconChartBar, IconHome, IconKey, IconListDetails, IconPhoto, IconPlug, IconStack2, IconUsers, IconUsersGroup,
  IconHistory, IconDeviceLaptop, type Icon,
} from "@tabler/icons-react";
import { lazy, type ComponentType, type LazyExoticComponent } from "react";

import type { Role } from "../api/schema";

export interface PageEntry {
  path: string;
  /** Its name in the navigation, a key of `common:nav`; none: it is reached from another page. */
  name?: string;
  icon?: Icon;
  role: Role;
  Page: LazyExoticComponent<ComponentType>;
}

export const PAGES: readonly PageEntry[] = [
  { path: "/", name: "today", icon: IconHome, role: "viewer", Page: lazy(() => import("../today/TodayPage")) },
  { path: "/slots", name: "slots", icon: IconStack2, role: "viewer", Page: lazy(() => import("../slots/SlotsPage")) },
  { path: "/slots/new", role: "admin", Page: lazy(() => import("../slots/NewSlotPage")) },
  { path: "/slots/:id", role: "viewer", Page: lazy(() => import("../slots/SlotPage")) },
  { path: "/gallery", name: "gallery", icon: IconPhoto, role: "viewer", Page: lazy(() => import("../gallery/GalleryPage")) },
  { path: "/event-galleries", name: "eventGalleries", icon: IconUsersGroup, role: "viewer", Page: lazy(() => import("../gallery/EventGalleriesPage")) },
  { path: "/jobs", name: "jobs", icon: IconListDetails, role: "viewer", Page: lazy(() => import("../jobs/JobsPage")) },
  { path: "/jobs/:id", role: "viewer", Page: lazy(() => import("../jobs/JobPage")) },
  { path: "/statistics", name: "statistics", icon: IconChartBar, role: "viewer", Page: lazy(() => import("../statistics/StatisticsPage")) },
  { path: "/providers", name: "providers", icon: IconPlug, role: "viewer", Page: lazy(() => import("../providers/ProvidersPage")) },
  { path: "/providers/:name", role: "viewer", Page: lazy(() => import("../providers/ProviderPage")) },
  { path: "/operations", name: "operations", icon: IconBuildingFactory2, role: "viewer", Page: lazy(() => import("../operations/OperationsPage")) },
  { path: "/settings", name: "settings", icon: IconAdjustments, role: "viewer", Page: lazy(() => import("../settings/SettingsPage")) },
  { path: "/users", name: "users", icon: IconUsers, role: "admin", Page: lazy(() => import("../people/UsersPage")) },
  { path: "/audit", name: "audit", icon: IconHistory, role: "admin", Page: lazy(() => import("../people/AuditPage")) },
  { path: "/tokens", name: "tokens", icon: IconKey, role: "viewer", Page: lazy(() => import("../people/TokensPage")) },
  { path: "/account", name: "account", icon: IconDeviceLaptop, role: "viewer", Page: lazy(() => import("../people/AccountPage")) },
];

const RANK: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

/** Says whether somebody with the role `has` may do what needs the role `needs`. */
export function may(has: Role, needs: Role): boolean {
  return RANK[has] >= RANK[needs];
}
