/** Arrow keys, Home, End and Escape in a menu, as the ARIA Authoring Practices describe the menu pattern. */
export function moveInMenu(event: KeyboardEvent, back: () => void, close: () => void): void {
  const menu = event.currentTarget as HTMLElement;
  const items = [...menu.querySelectorAll<HTMLElement>("[role^=menuitem]")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = (index: number): void => items[(index + items.length) % items.length]?.focus();
  switch (event.key) {
    case "ArrowDown":
      to(at + 1);
      break;
    case "ArrowUp":
      to(at - 1);
      break;
    case "Home":
      to(0);
      break;
    case "End":
      to(items.length - 1);
      break;
    case "ArrowRight":
      if (items[at]?.getAttribute("aria-haspopup")) items[at]?.click();
      break;
    case "ArrowLeft":
    case "Escape":
      back();
      break;
    case "Tab":
      close();
      break;
    default:
      return;
  }
  event.preventDefault();
}
