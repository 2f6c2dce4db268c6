import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";
import { speak, speakOf } from "@/lib/i18n/i18n";

beforeEach(async () => {
  localStorage.clear();
  await speak("en");
  await speakOf("account", "vendor", "admin");
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});
