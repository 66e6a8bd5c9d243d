/** User pools and the clients that sign people in. */
import type { Fields } from "../fields";
import { isServing } from "../graph";
import { resourceRule } from "../rule";
import { COGNITO } from "../tokens";

const GUIDE = "https://docs.aws.amazon.com/cognito/latest/developerguide";

/** Pools whose users an administrator makes: those of the staff. */
const isStaff = (inputs: Fields): boolean => inputs.one("adminCreateUserConfig").flag("allowAdminCreateUserOnly");

const mfa = resourceRule({
  name: "cognito-mfa",
  displayName: "Staff signs in with a second factor",
  description: "A pool that only an administrator fills asks everybody for one; every other pool offers one.",
  severity: "high",
  tags: ["cognito", "authentication"],
  url: `${GUIDE}/user-pool-settings-mfa.html`,
  remedy: 'set mfaConfiguration "ON" for staff and "OPTIONAL" for everybody else, with softwareTokenMfaConfiguration',
  types: COGNITO.pool,
  check: ({ node: { inputs }, report }) => {
    const mode = inputs.text("mfaConfiguration") ?? "OFF";
    const legal = isStaff(inputs) ? ["ON"] : ["ON", "OPTIONAL"];
    if (!legal.includes(mode))
      report(`${isStaff(inputs) ? "staff" : "users"} need no second factor · mfaConfiguration ${mode}`);
    else if (!inputs.one("softwareTokenMfaConfiguration").flag("enabled"))
      report("there is no second factor to set up");
  },
});

const threats = resourceRule({
  name: "cognito-threat-protection",
  displayName: "Cognito refuses risky sign-ins",
  description: "Stolen passwords and sign-ins from strange places are refused, not only written down.",
  severity: "high",
  tags: ["cognito", "authentication"],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/cognito-controls.html#cognito-1",
  remedy: 'set userPoolTier "PLUS" and userPoolAddOns { advancedSecurityMode: "ENFORCED" }',
  types: COGNITO.pool,
  check: ({ node: { inputs }, report }) => {
    const mode = inputs.one("userPoolAddOns").text("advancedSecurityMode") ?? "OFF";
    const tier = inputs.text("userPoolTier") ?? "ESSENTIALS";
    if (mode !== "ENFORCED" || tier !== "PLUS") report(`risks are not refused · tier ${tier}, mode ${mode}`);
  },
});

const SHORTEST = 12;

const password = resourceRule({
  name: "cognito-password",
  displayName: "Passwords are long",
  description: `Length is what makes a password hard to guess: ${SHORTEST} characters, and a first one for a week at most.`,
  severity: "medium",
  tags: ["cognito", "authentication"],
  url: `${GUIDE}/managing-users-passwords.html`,
  remedy: `set passwordPolicy with minimumLength ${SHORTEST} or more and temporaryPasswordValidityDays 7 or less`,
  types: COGNITO.pool,
  check: ({ node: { inputs }, report }) => {
    const policy = inputs.one("passwordPolicy");
    const length = policy.number("minimumLength") ?? 0;
    if (length < SHORTEST) report(`passwords may be short · minimumLength ${length}`);
    const days = policy.number("temporaryPasswordValidityDays") ?? 7;
    if (days > 7) report(`a first password lasts ${days} days · temporaryPasswordValidityDays`);
  },
});

const deletion = resourceRule({
  name: "cognito-deletion-protection",
  displayName: "Users of serving stacks cannot be deleted by accident",
  description: "Nobody can bring back users and their passwords: there is no backup of a pool.",
  severity: "high",
  tags: ["cognito", "recovery"],
  url: `${GUIDE}/user-pool-settings-deletion-protection.html`,
  remedy: 'set deletionProtection "ACTIVE"',
  types: COGNITO.pool,
  check: ({ node: { urn, inputs }, report }) => {
    const state = inputs.text("deletionProtection") ?? "INACTIVE";
    if (isServing(urn) && state !== "ACTIVE") report(`the users can be deleted · deletionProtection ${state}`);
  },
});

/** Seconds in each unit that a token's validity is given in. */
const SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };
const LONGEST_MINUTES = 60;

const lifetimes = resourceRule({
  name: "cognito-token-lifetime",
  displayName: "Access tokens are short-lived",
  description: "Nothing calls an access token back: it is good until it ends.",
  severity: "high",
  tags: ["cognito", "tokens"],
  url: `${GUIDE}/amazon-cognito-user-pools-using-the-access-token.html`,
  remedy: `set accessTokenValidity and idTokenValidity with tokenValidityUnits to ${LONGEST_MINUTES} minutes at most, such as 15`,
  types: COGNITO.client,
  check: ({ node: { inputs }, report }) => {
    for (const [token, validity] of [
      ["accessToken", "accessTokenValidity"],
      ["idToken", "idTokenValidity"],
    ] as const) {
      const value = inputs.number(validity);
      const unit = inputs.one("tokenValidityUnits").text(token) ?? "hours";
      const minutes = ((value ?? 1) * (SECONDS[unit] ?? NaN)) / 60;
      if (value === undefined || !(minutes <= LONGEST_MINUTES))
        report(`a token lasts ${value ?? "the default of 1"} ${unit} · ${validity}`);
    }
  },
});

const flows = resourceRule({
  name: "cognito-flows",
  displayName: "Clients sign in by authorization code",
  description: "The implicit flow puts tokens into addresses, and a password flow shows the password to the page.",
  severity: "critical",
  tags: ["cognito", "oauth"],
  url: `${GUIDE}/authorization-endpoint.html`,
  remedy:
    'set allowedOauthFlows ["code"], leave USER_PASSWORD_AUTH flows out of explicitAuthFlows, and use https callbacks',
  types: COGNITO.client,
  check: ({ node: { inputs }, report, part }) => {
    part(() => {
      const others = inputs
        .texts("allowedOauthFlows")
        .filter((flow) => flow !== "code" && flow !== "client_credentials");
      if (others.length > 0) report(`tokens go by address · allowedOauthFlows ${others.join(", ")}`);
    });
    part(() => {
      const flow = inputs.texts("explicitAuthFlows").filter((name) => /PASSWORD_AUTH|NO_SRP/.test(name));
      if (flow.length > 0) report(`passwords go through the page · explicitAuthFlows ${flow.join(", ")}`);
      if (!inputs.has("explicitAuthFlows")) report("Cognito chooses the flows · explicitAuthFlows not set");
    });
    part(() => {
      const plain = [...inputs.texts("callbackUrls"), ...inputs.texts("logoutUrls")].filter(
        (url) => !/^https:\/\/[^*]+$/.test(url),
      );
      if (plain.length > 0) report(`codes go by plain HTTP or anywhere · ${plain.join(", ")}`);
    });
  },
});

const quiet = resourceRule({
  name: "cognito-client-hardening",
  displayName: "Clients tell nobody who has an account, and tokens can be revoked",
  description: "An answer that differs for unknown users lists the known ones; signing out must end the refresh token.",
  severity: "high",
  tags: ["cognito", "enumeration"],
  url: `${GUIDE}/cognito-user-pool-managing-errors.html`,
  remedy: 'set preventUserExistenceErrors "ENABLED" and enableTokenRevocation: true',
  types: COGNITO.client,
  check: ({ node: { inputs }, report }) => {
    const mode = inputs.text("preventUserExistenceErrors") ?? "LEGACY";
    if (mode !== "ENABLED") report(`answers tell who has an account · preventUserExistenceErrors ${mode}`);
    if (!inputs.flag("enableTokenRevocation")) report("tokens cannot be revoked · enableTokenRevocation");
  },
});

export const cognitoRules = [mfa, threats, password, deletion, lifetimes, flows, quiet];
