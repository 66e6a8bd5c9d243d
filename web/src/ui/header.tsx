export function Header() {
  return (
    <header class="top">
      <a class="brand" href="#/" aria-label="Home, all titles">
        <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
          <rect class="brand-tile" width="32" height="32" rx="9" />
          <path
            class="brand-play"
            d="M12 9.5v13a1 1 0 0 0 1.52.85l10.4-6.5a1 1 0 0 0 0-1.7l-10.4-6.5A1 1 0 0 0 12 9.5Z"
          />
          <rect class="brand-bar" x="6.5" y="9" width="2.6" height="14" rx="1.3" />
        </svg>
        <span class="brand-name">Vod</span>
      </a>
    </header>
  );
}
