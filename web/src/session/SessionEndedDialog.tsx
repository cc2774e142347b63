import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { LoginForm } from "./LoginForm";

interface Props {
  login: string;
  onLogin: (login: string) => Promise<void>;
}

/** Asks for the password again, over the page with everything typed into it. */
export default function SessionEndedDialog({ login, onLogin }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} title={t("session.ended")}>
      <LoginForm login={login} note={t("session.endedNote")} onLogin={onLogin} />
    </Modal>
  );
}
