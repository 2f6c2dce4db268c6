import { cx } from "@/lib/cx";
import { MoreButton } from "@/ui/MoreButton";
import type { IconName } from "@/ui/Icon";
import { Empty, Failed, Loading, Skeleton } from "@/ui/States";
import type { ReactNode } from "react";

/** What `useList` answers. */
interface Answered<T> {
  data: { pages: readonly { body: readonly T[] }[] } | undefined;
  error: unknown;
  isPlaceholderData: boolean;
  refetch: () => unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

interface Props<T> {
  label: string;
  list: Answered<T>;
  keyOf: (item: T) => string;
  empty: { title: string; text?: string; icon?: IconName };
  children: (item: T) => ReactNode;
}

/** A list with all that may become of it: being loaded, empty, failed, longer than a page. */
export function Listing<T>({ label, list, keyOf, empty, children }: Props<T>) {
  const items = list.data?.pages.flatMap((page) => page.body);
  if (!items) {
    if (list.error) return <Failed error={list.error} retry={() => void list.refetch()} />;
    return (
      <Loading className="card grid gap-px overflow-hidden">
        {[0, 1, 2, 3, 4].map((row) => (
          <Skeleton key={row} className="h-20" />
        ))}
      </Loading>
    );
  }
  if (items.length === 0) return <Empty {...empty} />;
  return (
    <>
      <ul aria-label={label} className={cx("card divide-y divide-line px-4 sm:px-6", list.isPlaceholderData && "opacity-60")}>
        {items.map((item) => (
          <li key={keyOf(item)} className="py-4">
            {children(item)}
          </li>
        ))}
      </ul>
      <MoreButton list={list} />
    </>
  );
}
