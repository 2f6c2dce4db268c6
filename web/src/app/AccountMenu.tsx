import { useSignOut } from "@/api/auth/signOut";
import type { User } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { useErrorText } from "@/lib/errorText";
import { Icon } from "@/ui/Icon";
import * as Menu from "@radix-ui/react-dropdown-menu";
import { Link } from "@/ui/Link";
import { useNavigate } from "react-router";

const ITEM = "block rounded-xl px-3 py-2.5 font-medium outline-none data-highlighted:bg-sunken cursor-pointer";

/** The menu of who is signed in. Loaded once somebody is. */
export default function AccountMenu({ user, className }: { user: User; className: string }) {
  const { t } = useI18n();
  const text = useErrorText();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const initial = (user.name || user.email).slice(0, 1).toUpperCase();
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger aria-label={t("account.menu", { name: user.name || user.email })} className={className}>
        <span className="grid size-8 place-items-center rounded-full bg-lilac text-sm font-bold">{initial || <Icon name="user" />}</span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content align="end" sideOffset={8} className="rise z-40 min-w-60 rounded-2xl border border-line bg-surface p-2 shadow-float">
          <div className="px-3 py-2 text-sm">
            <p className="font-semibold">{user.name}</p>
            <p className="text-muted">{user.email}</p>
          </div>
          <Menu.Separator className="my-1 h-px bg-line" />
          {[
            ...(user.groups.includes("vendors") ? [["/vendor", t("desk.vendor")]] : []),
            ...(user.groups.includes("admins") ? [["/admin", t("desk.admin")]] : []),
            ["/orders", t("orders.title")],
            ["/account", t("account.profile")],
            ["/account/addresses", t("account.addresses")],
            ["/account/security", t("account.security")],
          ].map(([to, name]) => (
            <Menu.Item key={to} asChild>
              <Link to={to ?? "/"} className={ITEM}>
                {name}
              </Link>
            </Menu.Item>
          ))}
          <Menu.Separator className="my-1 h-px bg-line" />
          <Menu.Item
            className={ITEM}
            onSelect={() =>
              // A promise: this menu is gone when the answer comes, and callbacks of `mutate` with it.
              void signOut
                .mutateAsync(false)
                .then(() => {
                  toast(t("signOut.done"));
                  void navigate("/");
                })
                .catch((error: unknown) => toast(text(error), { kind: "error" }))
            }
          >
            {t("signOut")}
          </Menu.Item>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
