/** Icons drawn for this page on a 24 × 24 grid; decoration only, so hidden from screen readers. */
const PATHS = {
  play: "M8 5.2v13.6a.8.8 0 0 0 1.22.68l11-6.8a.8.8 0 0 0 0-1.36l-11-6.8A.8.8 0 0 0 8 5.2Z",
  pause: "M7 5h3.2v14H7zM13.8 5H17v14h-3.2z",
  replay: "M12 5V1.8L7 6l5 4.2V7a5.5 5.5 0 1 1-5.5 5.5h-2A7.5 7.5 0 1 0 12 5Z",
  volume:
    "M4 9.2h3.6L12.5 5v14l-4.9-4.2H4zM15.4 8.2a5 5 0 0 1 0 7.6l-1.2-1.5a3 3 0 0 0 0-4.6zM18 5.4a8.6 8.6 0 0 1 0 13.2l-1.2-1.5a6.6 6.6 0 0 0 0-10.2z",
  muted:
    "M4 9.2h3.6L12.5 5v14l-4.9-4.2H4zM15.1 10.2l1.3-1.3 2.1 2.1 2.1-2.1 1.3 1.3-2.1 2.1 2.1 2.1-1.3 1.3-2.1-2.1-2.1 2.1-1.3-1.3 2.1-2.1z",
  settings:
    "M13.9 2.5h-3.8l-.5 2.6c-.6.2-1.2.6-1.7 1L5.4 5.2 3.5 8.5l2 1.7a7 7 0 0 0 0 3.6l-2 1.7 1.9 3.3 2.5-.9c.5.4 1.1.8 1.7 1l.5 2.6h3.8l.5-2.6c.6-.2 1.2-.6 1.7-1l2.5.9 1.9-3.3-2-1.7a7 7 0 0 0 0-3.6l2-1.7-1.9-3.3-2.5.9c-.5-.4-1.1-.8-1.7-1zM12 15.2a3.2 3.2 0 1 1 0-6.4 3.2 3.2 0 0 1 0 6.4Z",
  captions:
    "M5 5h14a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V7c0-1.1.9-2 2-2Zm5.8 5.2a2.4 2.4 0 1 0 0 3.6l-1-1.1a.9.9 0 1 1 0-1.4zm6.4 0a2.4 2.4 0 1 0 0 3.6l-1-1.1a.9.9 0 1 1 0-1.4z",
  pip: "M4 5h16a1.5 1.5 0 0 1 1.5 1.5V11h-2V7h-15v10H10v2H4a1.5 1.5 0 0 1-1.5-1.5v-11C2.5 5.7 3.2 5 4 5Zm8.5 8h9v6.5h-9z",
  fullscreen: "M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z",
  window: "M8 4h2v6H4V8h4zM14 4h2v4h4v2h-6zM4 14h6v6H8v-4H4zM14 14h6v2h-4v4h-2z",
  back: "M14.7 5.3 8 12l6.7 6.7 1.4-1.4L10.8 12l5.3-5.3z",
  next: "M9.3 18.7 16 12 9.3 5.3 7.9 6.7l5.3 5.3-5.3 5.3z",
  check: "m9.5 17.3-5-5 1.4-1.4 3.6 3.6 8.6-8.6 1.4 1.4z",
  close: "m12 10.6 5-5L18.4 7l-5 5 5 5-1.4 1.4-5-5-5 5L5.6 17l5-5-5-5L7 5.6z",
  keyboard:
    "M4 6h16a1.5 1.5 0 0 1 1.5 1.5v9A1.5 1.5 0 0 1 20 18H4a1.5 1.5 0 0 1-1.5-1.5v-9C2.5 6.7 3.2 6 4 6Zm1.5 2.5v2h2v-2zm3.5 0v2h2v-2zm3.5 0v2h2v-2zm3.5 0v2h2.5v-2zM5.5 12v2h2v-2zm3.5 0v2h6v-2zm7.5 0v2h2v-2z",
  alert: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm-1 4h2v6.5h-2zm0 8h2v2h-2z",
  film: "M4 4h16v16H4zm2 2v2h2V6zm10 0v2h2V6zM6 11v2h2v-2zm10 0v2h2v-2zM6 16v2h2v-2zm10 0v2h2v-2zM10 6v5h4V6zm0 7v5h4v-5z",
  speed:
    "M12 4a9 9 0 0 0-7.8 13.5l.6 1h14.4l.6-1A9 9 0 0 0 12 4Zm0 2a7 7 0 0 1 6 10.5H6A7 7 0 0 1 12 6Zm4.3 3.2-4.1 2.7a1.7 1.7 0 1 0 1.6 2.1z",
  stream: "M4 6h16v2H4zm0 5h11v2H4zm0 5h7v2H4zm14-3 4 3-4 3z",
  quality:
    "M3.5 5h17A1.5 1.5 0 0 1 22 6.5v11a1.5 1.5 0 0 1-1.5 1.5h-17A1.5 1.5 0 0 1 2 17.5v-11C2 5.7 2.7 5 3.5 5ZM6 9v6h1.6v-2.2h2V15h1.6V9H9.6v2.2h-2V9zm7 0v6h2.4a2.6 2.6 0 0 0 2.6-2.6v-.8A2.6 2.6 0 0 0 15.4 9zm1.6 1.5h.8c.6 0 1 .5 1 1.1v.8c0 .6-.4 1.1-1 1.1h-.8z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path fill="currentColor" fill-rule="evenodd" d={PATHS[name]} />
    </svg>
  );
}

/** A turning arrow with the seconds in it. */
export function SkipIcon({ forward }: { forward: boolean }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <g fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round">
        <path d={forward ? "M12 4.5a8 8 0 1 1-7.2 4.5" : "M12 4.5a8 8 0 1 0 7.2 4.5"} />
        <path d={forward ? "m9.5 1.8 3 2.7-3 2.7" : "m14.5 1.8-3 2.7 3 2.7"} />
      </g>
      <text x="12" y="15.6" text-anchor="middle" class="skip-number">
        10
      </text>
    </svg>
  );
}
