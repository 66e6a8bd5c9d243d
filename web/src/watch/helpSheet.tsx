import type { Signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { HELP } from "../pure/shortcuts";
import { Icon } from "../ui/icons";

/** The list of keys. A modal dialog: the browser keeps the focus in it, closes it by Escape and gives the focus back. */
export function HelpSheet({ open }: { open: Signal<boolean> }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) return;
    if (open.value && !element.open) element.showModal();
    else if (!open.value && element.open) element.close();
  }, [open.value]);
  const close = (): void => {
    open.value = false;
  };
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-labelledby="help-title"
      // `close` comes a moment after the sheet has gone; a key pressed in between must find it closed.
      onCancel={close}
      onClose={(event) => !event.currentTarget.open && close()}
      onClick={(event) => event.target === event.currentTarget && close()}
      onKeyDown={(event) => {
        if (event.key !== "?") return;
        event.preventDefault();
        close();
      }}
    >
      <div class="sheet-body">
        <header class="sheet-head">
          <h2 id="help-title">Keyboard shortcuts</h2>
          <button type="button" class="control" aria-label="Close" onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        <dl class="keys">
          {HELP.map(({ keys, text }) => (
            <div class="keys-row" key={text}>
              <dt>{keys.map((key) => (key === "–" ? <span key={key}>–</span> : <kbd key={key}>{key}</kbd>))}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </div>
    </dialog>
  );
}
