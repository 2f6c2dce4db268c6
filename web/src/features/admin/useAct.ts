import { useErrorText } from "@/lib/errorText";
import { toast } from "@/lib/toasts";

/** Waits for something that was begun with a button, and says in a toast what became of it. */
export function useAct() {
  const text = useErrorText();
  return async (work: Promise<unknown>, done?: string): Promise<boolean> => {
    try {
      await work;
    } catch (error) {
      toast(text(error), { kind: "error" });
      return false;
    }
    if (done) toast(done);
    return true;
  };
}
