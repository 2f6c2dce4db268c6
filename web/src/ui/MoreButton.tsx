import { useI18n } from "@/lib/i18n/i18n";
import { Button } from "./Button";

interface Props {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

/** The next page of a list, below what is shown of it. */
export function MoreButton({ list }: Props) {
  const { t } = useI18n();
  if (!list.hasNextPage) return null;
  return (
    <div className="mt-12 text-center">
      <Button look="plain" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {t("grid.more")}
      </Button>
    </div>
  );
}
