/** Who may sign in and how, as data. */

/** The two kinds of people, each in a pool of its own: a viewer can never become staff by a wrong claim. */
export const POOL_ROLES = ["viewers", "staff"] as const;
export type PoolRole = (typeof POOL_ROLES)[number];

/** Minutes that an access token is good for: nothing calls it back. */
export const ACCESS_MINUTES = 15;
/** Seconds in which a refresh token that was just exchanged is taken once more, for an answer that was lost on its way. */
export const REFRESH_GRACE = 10;

interface PoolPlan {
  /** `ON`: nobody signs in without a second factor. */
  mfa: "ON" | "OPTIONAL";
  /** Characters of a password; ASVS 5.0 asks for 8 and recommends 15, Cognito takes up to 99. */
  passwordLength: number;
  /** Passwords that may not come again. */
  passwordHistory: number;
  /** Days until a first password that somebody else set is worthless. */
  temporaryDays: number;
  /** Whether people may make their own account. */
  selfSignUp: boolean;
  refresh: { validity: number; unit: "days" | "hours" };
  /** Paths on the viewer's origin that the sign-in page returns to. */
  callbackPath: string;
  logoutPath: string;
  groups: { name: string; description: string; precedence: number }[];
}

export const POOLS: Readonly<Record<PoolRole, PoolPlan>> = {
  viewers: {
    mfa: "OPTIONAL",
    passwordLength: 12,
    passwordHistory: 3,
    temporaryDays: 7,
    selfSignUp: true,
    refresh: { validity: 30, unit: "days" },
    callbackPath: "/signed-in",
    logoutPath: "/",
    groups: [],
  },
  staff: {
    mfa: "ON",
    passwordLength: 15,
    passwordHistory: 12,
    temporaryDays: 1,
    selfSignUp: false,
    refresh: { validity: 8, unit: "hours" },
    callbackPath: "/backoffice/signed-in",
    logoutPath: "/backoffice",
    groups: [
      { name: "admin", description: "Deletes, approves, raises limits", precedence: 1 },
      { name: "editor", description: "Uploads, describes, publishes", precedence: 2 },
    ],
  },
};

/**
 * What Cognito does with a sign-in that it finds risky. A password that is known from a leak is refused; who comes from a
 * strange place must show the second factor.
 */
export const RISK = {
  compromisedCredentialsRiskConfiguration: {
    actions: { eventAction: "BLOCK" },
    eventFilters: ["PASSWORD_CHANGE", "SIGN_IN", "SIGN_UP"],
  },
  accountTakeoverRiskConfiguration: {
    actions: {
      lowAction: { eventAction: "MFA_IF_CONFIGURED", notify: false },
      mediumAction: { eventAction: "MFA_REQUIRED", notify: false },
      highAction: { eventAction: "BLOCK", notify: false },
    },
  },
};
