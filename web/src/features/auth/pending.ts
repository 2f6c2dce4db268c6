// Between signing up and entering the code: in memory only. History state would be written to disk, and a password
// must not be. After a reload the password is asked for once more, that is all.
export interface Pending {
  email: string;
  password: string;
  next: string;
}

let pending: Pending = { email: "", password: "", next: "/" };

export function keepPending(next: Partial<Pending>): void {
  pending = { ...pending, ...next };
}

export function takePending(): Pending {
  return pending;
}

/** Only pages of this shop: a link from elsewhere must not send anybody away. */
export function safe(next: string | null): string {
  return next?.startsWith("/") && !/^[/\\]{2}/.test(next) ? next : "/";
}
