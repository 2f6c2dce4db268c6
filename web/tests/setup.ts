import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";
import { speak, speakOfAccounts } from "@/lib/i18n/i18n";

beforeEach(async () => {
  localStorage.clear();
  await speak("en");
  await speakOfAccounts();
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});
