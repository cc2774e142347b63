import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { BrowserRouter, Route, Routes } from "react-router-dom";

import { connection } from "../api/connection";
import { queryClient } from "../api/queryClient";
import { SessionGate } from "../session/SessionGate";
import { Dialogs } from "../ui/dialogs";
import { Messages } from "../ui/Messages";
import { NotFoundPage } from "./NotFoundPage";
import { OnePage } from "./OnePage";
import { PAGES } from "./pages";
import { Shell } from "./Shell";
import { theme } from "./theme";

connection.whenBack(() => void queryClient.invalidateQueries());

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <SessionGate>
          <BrowserRouter>
            <Routes>
              <Route element={<Shell />}>
                {PAGES.map((entry) => (
                  <Route key={entry.path} path={entry.path} element={<OnePage entry={entry} />} />
                ))}
                <Route path="*" element={<NotFoundPage />} />
              </Route>
            </Routes>
          </BrowserRouter>
        </SessionGate>
        <Messages />
        <Dialogs />
      </MantineProvider>
    </QueryClientProvider>
  );
}
