import { ModalsProvider } from "@mantine/modals";
import { useEffect } from "react";

/** Draws what `ui/dialogs` opens. */
export default function DialogHost({ onThere }: { onThere: () => void }) {
  useEffect(onThere, [onThere]);
  return <ModalsProvider>{null}</ModalsProvider>;
}
