import type { components } from "../schema";

type Schemas = components["schemas"];

export type OwnShop = Schemas["OwnShopOut"];
export type Application = Schemas["ApplicationIn"];
export type ShopProfile = Schemas["ProfileIn"];
export type Desk = Schemas["DeskOut"];
/** What is left out stays as it is. */
export type ProductBody = Partial<Schemas["ProductIn"]>;
export type VariantBody = Schemas["VariantIn"];
export type RowEdit = Schemas["RowIn"];
export type RowResult = Schemas["RowOut"];
export type VendorOrder = Schemas["VendorOrderOut"];
export type FulfilmentStatus = Schemas["FulfilmentStatus"];
export type Parcel = Schemas["ParcelIn"];
export type StockAlert = Schemas["StockAlertOut"];
export type StockChange = Partial<Schemas["StockIn"]>;
export type LedgerEntry = Schemas["LedgerEntryOut"];
export type Payout = Schemas["PayoutOut"];
export type Upload = Schemas["UploadOut"];
export type Media = Schemas["MediaOut"];
export type SalesSummary = Schemas["SummaryOut"];
export type SalesSeries = Schemas["SeriesOut"];
export type Place = Schemas["PlaceOut"];
