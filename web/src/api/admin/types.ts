import type { components } from "../schema";

type Schemas = components["schemas"];

export type Summary = Schemas["SummaryOut"];
export type Figures = Schemas["FiguresOut"];
export type Series = Schemas["SeriesOut"];
export type Place = Schemas["PlaceOut"];
export type Refund = Schemas["RefundOut"];
export type Shipment = Partial<Schemas["ShipmentIn"]> & Pick<Schemas["ShipmentIn"], "carrier">;
export type RefundWish = Partial<Schemas["RefundIn"]> & Pick<Schemas["RefundIn"], "amount">;
export type Stock = Schemas["StockOut"];
export type Correction = Partial<Schemas["StockIn"]>;
export type Reason = Schemas["StockIn"]["reason"];
export type Movement = Schemas["StockChangeOut"];
export type StaffUser = Schemas["StaffUserJson"];
export type Group = StaffUser["groups"][number];
export type VendorShop = Schemas["OwnShopOut"];
export type VendorStatus = Schemas["VendorStatus"];
export type Batch = Schemas["BatchOut"];
export type Queue = Schemas["QueueOut"];
export type DeadLetter = Schemas["DeadLetterOut"];
export type Replayed = Schemas["ReplayedOut"];
export type Job = Schemas["JobOut"];
export type Run = Schemas["RunOut"];
export type Import = Schemas["ImportOut"];
export type Rejected = Schemas["RejectedOut"];
export type Entry = Schemas["EntryOut"];
export type System = Schemas["SystemOut"];
