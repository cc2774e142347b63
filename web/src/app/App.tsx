import { MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { createBrowserRouter, RouterProvider } from "react-router-dom";

import { connection } from "../api/connection";
import { queryClient } from "../api/queryClient";
import { SessionGate } from "../session/SessionGate";
import { BrokenPage } from "./BrokenPage";
import { NotFoundPage } from "./NotFoundPage";
import { OnePage } from "./OnePage";
import { PAGES } from "./pages";
import { Shell } from "./Shell";
import { theme } from "./theme";

connection.whenBack(() => void queryClient.invalidateQueries());

const router = createBrowserRouter([
  {
    element: <Shell />,
    children: [
      ...PAGES.map((entry) => ({ path: entry.path, element: <OnePage entry={entry} />, errorElement: <BrokenPage /> })),
      { path: "*", element: <NotFoundPage /> },
    ],
  },
]);

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <Notifications position="bottom-center" />
        <ModalsProvider>
          <SessionGate>
            <RouterProvider router={router} />
          </SessionGate>
        </ModalsProvider>
      </MantineProvider>
    </QueryClientProvider>
  );
}
