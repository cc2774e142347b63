import { useNotifications } from "@mantine/notifications";
import { createElement } from "react";

import { useLater } from "./useLater";

const loadHost = () => import("./MessageHost");

/** Where the short messages of `useNotify` appear; once, beside the pages. What draws them is loaded like `Dialogs`. */
export function Messages() {
  const { notifications: waiting } = useNotifications();
  const Host = useLater(loadHost, waiting.length > 0);
  return Host && createElement(Host, { position: "bottom-center" });
}
