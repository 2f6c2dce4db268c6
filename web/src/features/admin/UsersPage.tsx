import { useDisableUser, useRegroupUser } from "@/api/admin/changeUser";
import { useUsers } from "@/api/admin/listUsers";
import type { Group, StaffUser } from "@/api/admin/types";
import { useMe } from "@/api/account/getMe";
import { useI18n } from "@/lib/i18n/i18n";
import { useDebounced } from "@/lib/useDebounced";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Link } from "@/ui/Link";
import { Badge } from "@/ui/States";
import { useState } from "react";
import { Ask } from "./Ask";
import { Listing } from "./Listing";
import { PageHead } from "./PageHead";
import { useAct } from "./useAct";

/** Everybody who has an account. */
export default function UsersPage() {
  const { t } = useI18n();
  const [typed, setTyped] = useState("");
  const users = useUsers(useDebounced(typed.trim(), 300));
  return (
    <>
      <PageHead title={t("admin.users")} />
      <form role="search" className="mb-6 max-w-md" onSubmit={(event) => event.preventDefault()}>
        <Field label={t("admin.users.search")} hint={t("admin.users.search.hint")} type="search" autoComplete="off" maxLength={120} value={typed} onChange={(event) => setTyped(event.target.value)} />
      </form>
      <Listing label={t("admin.users")} list={users} keyOf={(user) => user.userId} empty={{ title: t("admin.users.none"), text: t("admin.users.none.text"), icon: "search" }}>
        {(user) => <Row user={user} />}
      </Listing>
    </>
  );
}

const GROUPS: readonly Group[] = ["admins", "vendors"];

function Row({ user }: { user: StaffUser }) {
  const { t, date } = useI18n();
  const me = useMe().data?.userId === user.userId;
  if (user.erasedAt) {
    return (
      <p className="text-muted">
        {t("admin.user.erased", { date: date(user.erasedAt) })} <span className="text-sm">{user.userId}</span>
      </p>
    );
  }
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2 font-semibold">
          <span className="wrap-anywhere">{user.name || user.email}</span>
          {user.disabled && <Badge tone="bad">{t("admin.user.disabled")}</Badge>}
          {GROUPS.filter((group) => user.groups.includes(group)).map((group) => (
            <Badge key={group} tone={group === "admins" ? "warn" : "good"}>
              {t(`admin.group.${group}` as "admin.group.admins")}
            </Badge>
          ))}
          {me && <Badge>{t("admin.user.you")}</Badge>}
        </p>
        <p className="text-sm wrap-anywhere text-muted">{user.email}</p>
        <p className="text-sm text-muted">
          {t("admin.user.since", { date: date(user.createdAt) })}
          {user.totpEnabled && ` · ${t("admin.user.totp")}`} ·{" "}
          <Link to={`/admin/audit?subject=${encodeURIComponent(user.userId)}`} className="underline underline-offset-4">
            {t("admin.user.audit")}
          </Link>
        </p>
      </div>
      {!me && <Actions user={user} />}
    </div>
  );
}

function Actions({ user }: { user: StaffUser }) {
  const { t } = useI18n();
  const act = useAct();
  const regroup = useRegroupUser();
  const disable = useDisableUser();
  const { userId } = user;
  const name = user.name || user.email;
  const isAdmin = user.groups.includes("admins");
  return (
    <div className="flex flex-wrap gap-2">
      <Ask
        name={t(isAdmin ? "admin.user.demote" : "admin.user.promote")}
        about={name}
        danger={isAdmin}
        title={t(isAdmin ? "admin.user.demote.title" : "admin.user.promote.title", { name })}
        text={t(isAdmin ? "admin.user.demote.text" : "admin.user.promote.text")}
        action={t(isAdmin ? "admin.user.demote" : "admin.user.promote")}
        onDo={() => act(regroup.mutateAsync({ userId, group: "admins", member: !isAdmin }), t("admin.user.regrouped", { name }))}
      />
      {user.disabled ? (
        <Button
          look="plain"
          size="small"
          busy={disable.isPending}
          aria-label={`${t("admin.user.enable")}: ${name}`}
          onClick={() => void act(disable.mutateAsync({ userId, disabled: false }), t("admin.user.enabled", { name }))}
        >
          {t("admin.user.enable")}
        </Button>
      ) : (
        <Ask
          name={t("admin.user.disable")}
          about={name}
          title={t("admin.user.disable.title", { name })}
          text={t("admin.user.disable.text")}
          action={t("admin.user.disable")}
          onDo={() => act(disable.mutateAsync({ userId, disabled: true }), t("admin.user.disabled.done", { name }))}
        />
      )}
    </div>
  );
}
