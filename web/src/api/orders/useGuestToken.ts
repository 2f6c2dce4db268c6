import { useLocation, useSearchParams } from "react-router";
import { keepOrderToken } from "./guestTokens";

/** Takes a guest's token from where the page was come to: the history entry after buying, or the mailed link. */
export function useGuestToken(orderId: string): void {
  const { state } = useLocation() as { state: { guestToken?: unknown } | null };
  const mailed = useSearchParams()[0].get("token");
  const told = typeof state?.guestToken === "string" ? state.guestToken : mailed;
  keepOrderToken(orderId, told); // before the first request, so not in an effect; repeatable
}
