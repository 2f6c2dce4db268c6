import { useMe } from "@/api/account/getMe";
import type { User } from "@/api/types";
import { Failed, Loading, Skeleton } from "@/ui/States";
import type { ReactNode } from "react";

interface Props {
  group: User["groups"][number];
  page: ReactNode;
  otherwise: ReactNode;
}

/** A page for a group; others see that there is nothing. What anybody may do, the API decides. */
export function ForGroup({ group, page, otherwise }: Props) {
  const me = useMe();
  if (me.data) return me.data.groups.includes(group) ? page : otherwise;
  if (me.isError) return <Failed page error={me.error} retry={() => void me.refetch()} />;
  return (
    <Loading className="wrap grid gap-4 py-10">
      <Skeleton className="h-10 w-64" />
      <Skeleton className="h-64" />
    </Loading>
  );
}
