/** Runs React in the file that it has for itself (`react` in vite.config.ts): as a CommonJS library it would run where it is first used. */
export { startTransition, StrictMode } from "react";
export { createRoot } from "react-dom/client";
