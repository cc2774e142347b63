import { Center } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { createElement, useCallback, useEffect, useState, type ReactNode } from "react";

import { asProblem } from "../api/problem";
import { queryClient } from "../api/queryClient";
import { Starting } from "../app/Starting";
import { Failure } from "../ui/Failure";
import { useLater } from "../ui/useLater";
import { sessionQuery } from "./asking";
import { ChangePasswordPage } from "./ChangePasswordPage";
import { sessionEnded } from "./ended";
import { LoginPage } from "./LoginPage";
import { SessionContext } from "./session";

const loadDialog = () => import("./SessionEndedDialog");

/**
 * Lets nobody by who is not logged in.
 *
 * When a session ends while somebody works, the page stays as it is, with everything typed into it, under a window that asks
 * for the password again. Somebody else who logs in there gets a fresh page.
 */
export function SessionGate({ children }: { children: ReactNode }) {
  const asked = useQuery(sessionQuery);
  const [hasEnded, setHasEnded] = useState(false);
  useEffect(() => sessionEnded.listen(() => setHasEnded(true)), []);
  const SessionEndedDialog = useLater(loadDialog, hasEnded);

  const session = asked.data;
  const onLogin = useCallback(
    async (login: string) => {
      if (session && session.login !== login) {
        window.location.assign("/");
        return;
      }
      setHasEnded(false);
      await queryClient.invalidateQueries();
    },
    [session],
  );

  if (!session) {
    if (asked.isPending) return <Starting />;
    if (asProblem(asked.error).code === "unauthenticated") return <LoginPage onLogin={onLogin} />;
    return (
      <Center mih="100vh" p="md">
        <Failure error={asked.error} onRetry={() => void asked.refetch()} />
      </Center>
    );
  }
  if (session.must_change_password) return <ChangePasswordPage onChanged={() => void asked.refetch()} />;
  return (
    <SessionContext value={session}>
      {children}
      {hasEnded && SessionEndedDialog && createElement(SessionEndedDialog, { login: session.login, onLogin })}
    </SessionContext>
  );
}
