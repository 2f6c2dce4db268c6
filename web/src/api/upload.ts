import { Problem } from "@/lib/problem";

export interface Target {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
}

/** Sends a file; `onProgress` hears how much of it is there, 0 to 1. `fetch` does not tell, XMLHttpRequest does. */
export function upload<T>(target: Target, file: File, onProgress: (share: number) => void, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(target.method, target.url);
    for (const [name, value] of Object.entries(target.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => (request.status < 300 ? resolve(bodyOf<T>(request)) : reject(refusal(request)));
    request.onerror = () => reject(new Problem(0, "unreachable", "The shop cannot be reached."));
    request.onabort = () => reject(new DOMException("Stopped", "AbortError"));
    signal?.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

function bodyOf<T>(request: XMLHttpRequest): T {
  return (request.responseText ? JSON.parse(request.responseText) : undefined) as T;
}

function refusal(request: XMLHttpRequest): Problem {
  try {
    const told = bodyOf<{ code?: string; message?: string; requestId?: string }>(request);
    return new Problem(request.status, told.code ?? "error", told.message ?? `HTTP ${request.status}`, told.requestId);
  } catch {
    return new Problem(request.status, "error", `HTTP ${request.status}`);
  }
}
