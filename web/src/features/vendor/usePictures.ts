import { uploadPicture } from "@/api/vendor/uploadPicture";
import { useErrorText } from "@/lib/errorText";
import { useI18n } from "@/lib/i18n/i18n";
import { useEffect, useRef, useState } from "react";
import { compress, NoPicture } from "./compress";
import type { Shot } from "./draft";

/** A picture on its way to the shop. */
export interface Sending {
  key: string;
  name: string;
  /** How much of it is there, 0 to 1. */
  share: number;
  error?: string;
  file: File;
}

export interface Pictures {
  sending: readonly Sending[];
  busy: boolean;
  add: (files: Iterable<File>) => void;
  again: (key: string) => void;
  drop: (key: string) => void;
}

const AT_ONCE = 2;
let made = 0;

/** Makes pictures smaller and sends them, two at a time; `onDone` hears of each that the shop has. */
export function usePictures(onDone: (shot: Shot) => void): Pictures {
  const { maybe, t } = useI18n();
  const text = useErrorText();
  const [sending, setSending] = useState<readonly Sending[]>([]);
  const running = useRef(new Map<string, AbortController>());
  const waiting = useRef<Sending[]>([]);

  useEffect(() => {
    const all = running.current;
    return () => all.forEach((one) => one.abort());
  }, []);

  const change = (key: string, values: Partial<Sending>) =>
    setSending((all) => all.map((one) => (one.key === key ? { ...one, ...values } : one)));
  const remove = (key: string) => setSending((all) => all.filter((one) => one.key !== key));

  async function send({ key, file }: Sending) {
    const control = new AbortController();
    running.current.set(key, control);
    try {
      const small = await compress(file);
      const media = await uploadPicture(small, (share) => change(key, { share }), control.signal);
      onDone({ key, url: media.url, alt: "", sources: media.sources, placeholder: media.placeholder });
      remove(key);
    } catch (error) {
      const told = error instanceof NoPicture ? (maybe(`vendor.picture.${error.reason}`) ?? t("error.unknown")) : text(error);
      if (!control.signal.aborted) change(key, { error: told });
    } finally {
      running.current.delete(key);
      next();
    }
  }

  function next() {
    while (running.current.size < AT_ONCE) {
      const one = waiting.current.shift();
      if (!one) return;
      void send(one);
    }
  }

  function begin(all: readonly Sending[]) {
    waiting.current.push(...all);
    next();
  }

  return {
    sending,
    busy: sending.some((one) => !one.error),
    add(files) {
      const fresh = [...files].map((file): Sending => ({ key: `new-${++made}`, name: file.name, share: 0, file }));
      setSending((all) => [...all, ...fresh]);
      begin(fresh);
    },
    again(key) {
      const one = sending.find((entry) => entry.key === key);
      if (!one) return;
      change(key, { error: undefined, share: 0 });
      begin([one]);
    },
    drop(key) {
      waiting.current = waiting.current.filter((one) => one.key !== key);
      running.current.get(key)?.abort();
      remove(key);
    },
  };
}
