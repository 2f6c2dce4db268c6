/** What one tab of the shop tells the others of the same browser. */
export type News = "signed-in" | "signed-out" | "cart";

const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("cartwheel");

export function tellOtherTabs(news: News): void {
  channel?.postMessage(news);
}

export function hearOtherTabs(listener: (news: News) => void): void {
  if (channel) channel.onmessage = (event: MessageEvent<News>) => listener(event.data);
}
