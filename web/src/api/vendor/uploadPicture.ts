import { call } from "../client";
import { upload } from "../upload";
import type { Media, Upload } from "./types";

type ContentType = "image/jpeg" | "image/png" | "image/webp" | "image/gif";

export const TYPES: readonly string[] = ["image/jpeg", "image/png", "image/webp", "image/gif"] satisfies ContentType[];

/** What the shop takes, in bytes. */
export const MOST_BYTES = 5_000_000;

/** Sends a picture where the shop says; `onProgress` hears how much of it is there, 0 to 1. Raises `Problem`. */
export async function uploadPicture(file: File, onProgress: (share: number) => void, signal?: AbortSignal): Promise<Media> {
  const body = { filename: file.name.slice(-255), contentType: file.type as ContentType, size: file.size };
  const target = await call<Upload>("POST", "/media/uploads", { body, signal });
  await upload(target, file, onProgress, signal);
  return call<Media>("POST", `/media/uploads/${encodeURIComponent(target.uploadId)}/complete`, { signal });
}
