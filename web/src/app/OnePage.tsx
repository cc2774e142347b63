import { Suspense } from "react";

import { useSession } from "../session/session";
import { PageSkeleton } from "../ui/Page";
import { BrokenPage } from "./BrokenPage";
import { NotAllowedPage } from "./NotAllowedPage";
import { may, type PageEntry } from "./pages";

/** One page, for whom it is meant. */
export function OnePage({ entry: { path, role, Page } }: { entry: PageEntry }) {
  const session = useSession();
  if (!may(session.role, role)) return <NotAllowedPage needs={role} />;
  return (
    <BrokenPage>
      {/* without a key the page before would stay until this one is loaded, with all its buttons, and go from under a hand */}
      <Suspense key={path} fallback={<PageSkeleton />}>
        <Page />
      </Suspense>
    </BrokenPage>
  );
}
