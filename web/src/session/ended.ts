/** Tells whoever listens that the server no longer knows the session. */
type Listener = () => void;

/** Here a 401 says that nobody is logged in yet, which is no end of a session. */
const LOGIN_PATH = "/api/v1/session";

class SessionEnded {
  readonly #listeners = new Set<Listener>();

  tell(path: string): void {
    if (path === LOGIN_PATH) return;
    for (const listener of this.#listeners) listener();
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export const sessionEnded = new SessionEnded();
