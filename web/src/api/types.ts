import type { components, operations } from "./schema";

type Schemas = components["schemas"];

export type Product = Schemas["ProductOut"];
export type Variant = Schemas["VariantOut"];
export type Category = Schemas["CategoryOut"];
export type Sort = Schemas["Sort"];
export type Seller = Schemas["ShopOut"];
export type Cart = Schemas["CartOut"];
export type CartItem = Schemas["CartItemOut"];
export type CartChange = Schemas["CartChangeOut"];
export type CartEntry = Schemas["CartEntry"];
export type ShippingMethod = Schemas["ShippingMethodOut"];
export type Address = Schemas["Address"];
export type PlaceOrder = Schemas["PlaceOrder"];
export type OrderAccepted = Schemas["OrderAccepted"];
export type Order = Schemas["OrderOut"];
export type OrderPart = Order["fulfilments"][number];
export type OrderStatus = Schemas["OrderStatus"];
export type HistoryEntry = Schemas["HistoryOut"];
export type User = Schemas["UserJson"];
export type SavedAddress = Schemas["AddressJson"];
export type AddressBody = Schemas["AddressBody"];
export type Session = Schemas["SessionJson"];
export type Tokens = Schemas["TokensJson"];
export type Totp = Schemas["TotpJson"];
export type MailTopics = Schemas["TopicsOut"];
export type MailSubscription = Schemas["SubscriptionOut"];
export type ProfileBody = Schemas["ProfileBody"];

/** The JSON body that an operation takes, by its id in the OpenAPI document. */
export type Body<Id extends keyof operations> = operations[Id] extends {
  requestBody?: { content: { "application/json": infer Json } };
}
  ? Json
  : never;
