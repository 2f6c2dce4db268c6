import { useI18n } from "@/lib/i18n/i18n";
import { online } from "@/lib/online";
import { useSignal } from "@/lib/signal";
import { Icon } from "@/ui/Icon";
import { Loading, Skeleton } from "@/ui/States";
import { Toasts } from "@/ui/Toasts";
import { Suspense } from "react";
import { Outlet, useLocation } from "react-router";
import { ErrorBoundary } from "./ErrorBoundary";
import { Footer } from "./Footer";
import { Header } from "./Header";
import { useArrival } from "./useArrival";

export function Layout() {
  const { t } = useI18n();
  const { pathname } = useLocation();
  const announced = useArrival();
  const connected = useSignal(online);
  return (
    <>
      <a
        href="#main"
        className="sr-only z-50 rounded-full bg-ink font-semibold text-ground focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:px-5 focus:py-3"
        onClick={(event) => {
          event.preventDefault(); // an anchor would enter the history
          document.getElementById("main")?.focus();
        }}
      >
        {t("skip")}
      </a>
      <Header />
      {!connected && (
        <div role="status" className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-sm font-semibold text-warn">
          <Icon name="offline" /> {t("offline.notice")}
        </div>
      )}
      <main id="main" tabIndex={-1} className="min-h-dvh pb-20">
        <ErrorBoundary place={pathname}>
          <Suspense fallback={<PageSkeleton />}>
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </main>
      <Footer />
      <div className="sr-only" aria-live="assertive">
        {announced}
      </div>
      <Toasts />
    </>
  );
}

function PageSkeleton() {
  return (
    <Loading className="wrap grid gap-6 py-10">
      <Skeleton className="h-10 w-1/2" />
      <Skeleton className="h-80" />
    </Loading>
  );
}
