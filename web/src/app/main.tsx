import { preferred, speak } from "@/lib/i18n/i18n";
import { watchConnection } from "@/lib/online";
import { hearOtherTabs } from "@/lib/tabs";
import { countVisit } from "@/api/events";
import { queryClient, keys } from "@/api/queries";
import { followOtherTab, settled, signedIn } from "@/api/session";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { App, loadAhead, loadFirst } from "./App";
import "./styles.css";

/** By then the first page is there, and its pictures are under way. */
const AHEAD_MS = 3000;

watchConnection();
// What belonged to somebody is gone with them: by signing out, in another tab, or when a session has ended.
signedIn.subscribe(() => {
  if (signedIn.get() === "no") void queryClient.resetQueries({ queryKey: keys.mine });
});
hearOtherTabs(async (news) => {
  if (news !== "cart") await followOtherTab(news);
  void queryClient.invalidateQueries({ queryKey: news === "cart" ? keys.cart : keys.mine });
});
settled().catch(() => undefined); // no answer now: the first request tries again

const root = document.getElementById("root");
if (root) {
  loadFirst(location.pathname);
  // Without its words the app has nothing to show.
  await speak(preferred());
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <BrowserRouter>
          <App />
        </BrowserRouter>
      </QueryClientProvider>
    </StrictMode>,
  );
  setTimeout(loadAhead, AHEAD_MS);
  countVisit();
}
