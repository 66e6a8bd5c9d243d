import { render } from "preact";
import { ListPage } from "./list/listPage";
import { route, startRouter } from "./router";
import "./styles/index.css";
import { Header } from "./ui/header";
import { MissingPage } from "./ui/states";
import { WatchPage } from "./watch/watchPage";

function App() {
  return (
    <>
      <a class="skip-link" href="#main" onClick={skipToMain}>
        Skip to the content
      </a>
      <Header />
      <Page />
    </>
  );
}

/** The hash is the router's, so the skip link moves the focus itself. */
function skipToMain(event: Event): void {
  event.preventDefault();
  const main = document.getElementById("main");
  main?.setAttribute("tabindex", "-1");
  main?.focus();
}

function Page() {
  const current = route.value;
  switch (current.page) {
    case "list":
      return <ListPage />;
    case "watch":
      return <WatchPage key={current.videoId} route={current} />;
    case "missing":
      return (
        <main class="page" id="main">
          <MissingPage />
        </main>
      );
  }
}

const root = document.getElementById("app");
if (root) {
  startRouter();
  render(<App />, root);
}
