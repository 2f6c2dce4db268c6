import { signedIn } from "@/api/session";
import { useSignal } from "@/lib/signal";
import { Loading, Skeleton } from "@/ui/States";
import { Navigate, Outlet, useLocation } from "react-router";

/** Pages for those who are signed in; others come back here after they have signed in. */
export function RequireUser() {
  const who = useSignal(signedIn);
  const { pathname, search } = useLocation();
  if (who === "unknown") {
    return (
      <Loading className="wrap grid gap-4 py-10">
        <Skeleton className="h-10 w-64" />
        <Skeleton className="h-64" />
      </Loading>
    );
  }
  if (who === "no") return <Navigate to={`/signin?next=${encodeURIComponent(pathname + search)}`} replace />;
  return <Outlet />;
}
