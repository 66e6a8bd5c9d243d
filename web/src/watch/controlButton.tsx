import type { ComponentChildren } from "preact";

interface ButtonProps {
  label: string;
  /** As `aria-keyshortcuts` names keys. */
  shortcut?: string;
  pressed?: boolean;
  class?: string;
  onClick: () => void;
  children: ComponentChildren;
}

export function ControlButton({ label, shortcut, pressed, class: extra = "", onClick, children }: ButtonProps) {
  return (
    <button
      type="button"
      class={`control ${extra}`}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      aria-pressed={pressed}
      data-tip={shortcut ? `${label} (${shortcut})` : label}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
