import { MOST_BYTES, TYPES } from "@/api/vendor/uploadPicture";

/** The longest side that is sent: twice what the shop shows. */
const LONGEST = 2400;
const QUALITY = 0.86;

/** Raised for what is no picture that a browser can open; its message is a key of the catalogue. */
export class NoPicture extends Error {
  constructor(readonly reason: "type" | "unreadable" | "size") {
    super(reason);
    this.name = "NoPicture";
  }
}

/**
 * The picture as it is sent: turned upright, no larger than the shop needs, without what a camera writes into it.
 * One that is small already, or that moves, is sent as it is. Raises `NoPicture`.
 */
export async function compress(file: File): Promise<File> {
  if (!TYPES.includes(file.type)) throw new NoPicture("type");
  if (file.type === "image/gif") return fitting(file);
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => {
    throw new NoPicture("unreadable");
  });
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  if (scale === 1 && file.size < 300_000) {
    bitmap.close();
    return fitting(file);
  }
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  // WebP keeps what is see-through. A browser that cannot write it answers PNG, which is then too large: JPEG.
  let made = await blobOf(canvas, "image/webp");
  if (made?.type !== "image/webp") made = await blobOf(canvas, "image/jpeg");
  if (!made || (made.size >= file.size && scale === 1)) return fitting(file);
  const name = file.name.replace(/\.[^.]*$/, "");
  return fitting(new File([made], `${name}.${made.type.slice("image/".length)}`, { type: made.type }));
}

function fitting(file: File): File {
  if (file.size > MOST_BYTES) throw new NoPicture("size");
  return file;
}

function blobOf(canvas: HTMLCanvasElement, type: string): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
}
