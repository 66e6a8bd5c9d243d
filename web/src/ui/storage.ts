import type { Storage } from "../pure/resume";

/** The browser's storage, or null where it is forbidden (reading the property alone may throw). */
export function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
