import { createContext, useContext } from "react";

import type { Role, Schemas } from "../api/schema";
import { may } from "../app/pages";

/** Who is logged in. The session itself is a cookie that no script can read. */
export type Session = Schemas["SessionShown"];

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("only below SessionGate");
  return session;
}

/** Says whether whoever is logged in may do what needs the role `needs`. */
export function useMay(needs: Role): boolean {
  return may(useSession().role, needs);
}
