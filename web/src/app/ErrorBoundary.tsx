import { online } from "@/lib/online";
import { Failed } from "@/ui/States";
import { Component, type ReactNode } from "react";

interface Props {
  /** A new place is a new try. */
  place: string;
  children: ReactNode;
}

/** Shows that a page broke, within the layout, so that the rest of the shop still works. */
export class ErrorBoundary extends Component<Props, { error: unknown; place: string }> {
  override state: { error: unknown; place: string } = { error: null, place: this.props.place };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: { error: unknown; place: string }) {
    return props.place === state.place ? null : { error: null, place: props.place };
  }

  /** What is not here cannot be loaded without a connection; as soon as there is one, it can. */
  override componentDidCatch() {
    if (!online.get()) addEventListener("online", () => location.reload(), { once: true });
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    // A chunk of an older build is gone from the server: only a reload helps.
    return (
      <div className="wrap">
        <Failed page error={this.state.error} retry={online.get() ? () => location.reload() : undefined} />
      </div>
    );
  }
}

