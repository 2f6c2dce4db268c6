// Preferences only: no token is ever kept here. Storage may be switched off; then nothing is remembered.

export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(`cartwheel.${name}`);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`cartwheel.${name}`);
    else localStorage.setItem(`cartwheel.${name}`, value);
  } catch {
    // Not remembered, then.
  }
}

/** For this tab and until it is closed: what was typed into a form, so that a reload loses nothing. */
export function draft<T>(name: string): T | null {
  try {
    return JSON.parse(sessionStorage.getItem(`cartwheel.${name}`) ?? "null") as T | null;
  } catch {
    return null;
  }
}

export function keepDraft(name: string, value: unknown): void {
  try {
    if (value === null) sessionStorage.removeItem(`cartwheel.${name}`);
    else sessionStorage.setItem(`cartwheel.${name}`, JSON.stringify(value));
  } catch {
    // Not kept, then.
  }
}
