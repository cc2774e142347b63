import { Suspense } from "react";

import { useSession } from "../session/session";
import { PageSkeleton } from "../ui/Page";
import { BrokenPage } from "./BrokenPage";
import { NotAllowedPage } from "./NotAllowedPage";
import { may, type PageEntry } from "./pages";

/** One page, for whom it is meant. */
export function OnePage({ entry: { role, Page } }: { entry: PageEntry }) {
  const session = useSession();
  if (!may(session.role, role)) return <NotAllowedPage needs={role} />;
  return (
    <BrokenPage>
      <Suspense fallback={<PageSkeleton />}>
        <Page />
      </Suspense>
    </BrokenPage>
  );
}
