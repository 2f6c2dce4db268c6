// What opens a guest's order without signing in. In memory, and in this tab's history entry or the mailed link: a
// reload finds it there again.
const tokens = new Map<string, string>();

export function keepOrderToken(orderId: string, token: string | null | undefined): void {
  if (token) tokens.set(orderId, token);
}

export function orderToken(orderId: string): string | undefined {
  return tokens.get(orderId);
}

export function orderHeaders(orderId: string): Record<string, string> {
  const token = tokens.get(orderId);
  return token ? { "X-Order-Token": token } : {};
}
