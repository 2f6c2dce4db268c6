import { useMe } from "@/api/account/getMe";
import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { Failed, Skeleton } from "@/ui/States";
import { ChangePassword } from "./ChangePassword";
import { Devices } from "./Devices";
import { TwoStep } from "./TwoStep";

export default function SecurityPage() {
  const { t } = useI18n();
  useTitle(t("account.security"));
  const me = useMe();
  if (me.isError) return <Failed error={me.error} retry={() => void me.refetch()} />;
  return (
    <div className="grid gap-6">
      {me.data ? <TwoStep user={me.data} /> : <Skeleton className="h-44 rounded-card" />}
      <ChangePassword />
      <Devices />
    </div>
  );
}
