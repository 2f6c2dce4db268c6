import { preferred, speak } from "@/lib/i18n/i18n";
import { watchConnection } from "@/lib/online";
import { queryClient, keys } from "@/api/queries";
import { hearOtherTabs, settled, signedIn } from "@/api/session";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { App } from "./App";
import "./styles.css";

watchConnection();
// What belonged to somebody is gone with them: by signing out, in another tab, or when a session has ended.
signedIn.subscribe(() => {
  if (signedIn.get() === "no") void queryClient.resetQueries({ queryKey: keys.mine });
});
hearOtherTabs(() => void queryClient.invalidateQueries({ queryKey: keys.mine }));
settled().catch(() => undefined); // no answer now: the first request tries again

const root = document.getElementById("root");
if (root) {
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
}
