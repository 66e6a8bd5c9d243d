/** Why something does not work, in words for the person who watches. */

export interface Problem {
  title: string;
  /** What it means and what to do. */
  text: string;
  /** For a report to the operator; empty when there is nothing more to say. */
  code: string;
  /** False when trying again cannot help. */
  retry: boolean;
}

/** What failed, as `api.ts` and the player tell it. */
export type Failure =
  | { from: "network" }
  | { from: "api"; status: number; code: string }
  /** A Shaka error: code and data as in its documentation, `shaka.util.Error.Code`. */
  | { from: "player"; code: number; data: readonly unknown[] }
  | { from: "script" };

export function explain(failure: Failure, online: boolean): Problem {
  if (!online) return offline();
  switch (failure.from) {
    case "network":
      return {
        title: "The service cannot be reached",
        text: "Nothing answers at this address. Check your connection, then try again.",
        code: "",
        retry: true,
      };
    case "api":
      return explainStatus(failure.status, failure.code);
    case "player":
      return explainPlayer(failure.code, failure.data);
    case "script":
      return {
        title: "The player did not load",
        text: "A part of this page is missing. Reload the page; it may have been updated meanwhile.",
        code: "",
        retry: true,
      };
  }
}

const offline = (): Problem => ({
  title: "You are offline",
  text: "This device has no connection at the moment. Try again when it is back.",
  code: "",
  retry: true,
});

function explainStatus(status: number, code: string): Problem {
  const detail = [status > 0 ? `HTTP ${status}` : "", code].filter(Boolean).join(" · ");
  if (status === 404 || status === 410) {
    return {
      title: "This title is not here",
      text: "It may have been removed, or the address is wrong.",
      code: detail,
      retry: false,
    };
  }
  if (status === 401 || status === 403) {
    return {
      title: "You may not watch this title",
      text: "Your permission has ended or was never given. Try again to ask for a new one.",
      code: detail,
      retry: true,
    };
  }
  if (status === 409 || status === 425) {
    return {
      title: "This title is not ready yet",
      text: "It is still being prepared. Come back in a few minutes.",
      code: detail,
      retry: true,
    };
  }
  if (status === 429 || status === 503) {
    return {
      title: "Many people are watching",
      text: "The service is busy and asks for a moment. Try again soon.",
      code: detail,
      retry: true,
    };
  }
  return {
    title: "The service has a problem",
    text: "It answered, but not with what was asked for. It is not your fault; try again in a moment.",
    code: detail,
    retry: true,
  };
}

function explainPlayer(code: number, data: readonly unknown[]): Problem {
  const detail = `player ${code}`;
  // 1001 BAD_HTTP_STATUS: data is [uri, status, …].
  if (code === 1001) {
    const status = typeof data[1] === "number" ? data[1] : 0;
    return { ...explainStatus(status, ""), code: `${detail} · HTTP ${status}` };
  }
  const words = PLAYER_WORDS.find(([from, to]) => code >= from && code <= to);
  const [, , title, text] = words ?? [
    0,
    0,
    "The film stopped",
    "Something unexpected happened in the player. Try again.",
  ];
  return { title, text, code: detail, retry: true };
}

/** Ranges of `shaka.util.Error.Code`, narrow ones first. */
const PLAYER_WORDS: readonly (readonly [from: number, to: number, title: string, text: string])[] = [
  [1000, 1999, "The connection broke", "The film could not be read further. Check your connection, then try again."],
  [
    4032,
    4032,
    "This browser cannot play it",
    "It does not support the picture or sound of this title. A current version of Chrome, Edge, Firefox or Safari does.",
  ],
  [
    4000,
    4999,
    "The film's index is damaged",
    "Its list of parts cannot be read. Try the other format in the settings.",
  ],
  [
    3000,
    3999,
    "The picture cannot be decoded",
    "A part of the film cannot be played here. Try another quality or format.",
  ],
  [2000, 2999, "The captions are damaged", "They cannot be read. Switch them off and try again."],
];
